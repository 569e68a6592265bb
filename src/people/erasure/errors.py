"""Why an erasure is refused."""

from people.erasure.model import Obstacle
from people.errors import PeopleError


class CantErase(PeopleError):
    """Something has to end before this person can be erased."""

    def __init__(self, obstacles: tuple[Obstacle, ...]) -> None:
        super().__init__(", ".join(obstacles))
        self.obstacles = obstacles


class NoReason(PeopleError):
    """Something is kept of somebody who asked to be erased, and the answer doesn't say why."""
