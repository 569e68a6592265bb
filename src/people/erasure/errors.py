"""Why an erasure is refused."""

from people.erasure.model import Blocker
from people.errors import PeopleError


class ErasureBlocked(PeopleError):
    """Something has to end before this person can be erased."""

    def __init__(self, blockers: tuple[Blocker, ...]) -> None:
        super().__init__(", ".join(blockers))
        self.blockers = blockers


class ReasonRequired(PeopleError):
    """Something is kept of somebody who asked to be erased, and the answer doesn't say why."""
