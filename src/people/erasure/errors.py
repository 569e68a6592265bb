"""Errors of erasure."""

from people.erasure.model import Blocker
from people.errors import PeopleError


class ErasureBlocked(PeopleError):
    """Something has to end before this person can be erased."""

    def __init__(self, blockers: tuple[Blocker, ...]) -> None:
        super().__init__(", ".join(blockers))
        self.blockers = blockers


class ReasonRequired(PeopleError):
    """A decision keeps data by discretion without giving a reason."""
