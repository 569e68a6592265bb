"""The demo municipality as one value, made of the rooms' own values, ready to be stored."""

from collections.abc import Sequence
from datetime import date, datetime
from random import Random

import msgspec

from budgets.imports.model import BulkBudget
from budgets.model import Fund
from foundation.clock import local_date
from foundation.ids import ID_LENGTH
from guides.lifecycle import ActorRole, Transition
from guides.pairings.model import Contact, Pairing
from guides.pool.model import GuideRecord, RequestRecord
from people.access.model import RelationKind, Role
from people.audit.model import AccessEntry
from people.directory.model import Area, Person, TravelTime
from plans.model import Goal

ORE_PER_KRONE = 100  # øre
PAIRINGS_MAX = 300  # municipalities have up to 200; each is lived through move by move, which takes its time
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


class DemoSize(msgspec.Struct, frozen=True):
    """How many there are of what. The parts of the whole stay those of 400 citizens and 120 guides."""

    citizens: int = 400
    guides: int = 120

    @property
    def waiting_citizens(self) -> int:
        """Citizens who ask for a guide and have none."""
        return max(1, self.citizens * 150 // 400)

    @property
    def pairings(self) -> int:
        """Offers and pairings that are open: the demo guide's two at least, and no more than a coordinator's team has."""
        return max(2, min(self.citizens * 60 // 400, self.guides * 60 // 120, PAIRINGS_MAX))

    @property
    def ended_pairings(self) -> int:
        """Pairings that have ended and whose citizens ask no more."""
        return self.pairings // 10

    @property
    def failed_pairings(self) -> int:
        """Offers and pairings that came to nothing, whose citizens wait again."""
        return self.pairings // 6

    @property
    def budgets(self) -> int:
        """Citizens with a budget."""
        return max(1, self.citizens // 5)


class DemoRelation(msgspec.Struct, frozen=True):
    """Somebody who has stood to a citizen in that way since a time."""

    kind: RelationKind
    holder_id: str
    citizen_id: str
    since: datetime


class HistoryStep(msgspec.Struct, frozen=True):
    """A move of a pairing at a time, with what is stored with it."""

    at: datetime
    move: Transition
    party: ActorRole
    actor_id: str
    values: dict[str, object] = {}


class PairingHistory(msgspec.Struct, frozen=True):
    """A pairing as it was offered, what happened since, and the contacts that the guide noted."""

    offer: Pairing
    steps: tuple[HistoryStep, ...]
    contacts: tuple[Contact, ...] = ()


class Population(msgspec.Struct, frozen=True):
    """Everyone, with roles, relations and wishes. Helpers stand before those whom they help."""

    people: tuple[Person, ...]
    roles: dict[Role, tuple[str, ...]]
    relations: tuple[DemoRelation, ...]
    guides: tuple[GuideRecord, ...]
    requests: tuple[RequestRecord, ...]

    def person(self, file_id: str) -> Person:
        """The person with that id in the municipality's files."""
        return next(person for person in self.people if person.file_id == file_id)


class PlannedBudget(msgspec.Struct, frozen=True):
    """A budget with the fund that it comes from and the budget officer who granted it and records its purchases."""

    fund_id: str
    officer_id: str
    budget: BulkBudget


class DemoFinances(msgspec.Struct, frozen=True):
    """Funds with what was put into them in øre, and all budgets but the demo citizen's."""

    funds: tuple[tuple[Fund, int], ...]
    budgets: tuple[PlannedBudget, ...]


class DemoMunicipality(msgspec.Struct, frozen=True):
    """All of it, on one day."""

    name: str
    areas: tuple[Area, ...]
    travel_times: tuple[TravelTime, ...]
    population: Population
    pairing_histories: tuple[PairingHistory, ...]
    goals: tuple[Goal, ...]
    own_goals: tuple[Goal, ...]  # those of `goals` that the demo citizen's money goes to
    finances: DemoFinances
    access_entries: tuple[AccessEntry, ...]  # who has looked at whose data, in the order of time


class DemoBuilder:
    """The chance and the time that one part of the municipality is made with: the same seed makes the same."""

    def __init__(self, seed: int, part: str, now: datetime) -> None:
        self.random = Random(f"{seed} {part}")  # noqa: S311 - nothing secret: a demo that repeats
        self.now = now

    @property
    def today(self) -> date:
        """The day it is."""
        return local_date(self.now)

    def new_id(self) -> str:
        """An id as records have it."""
        return "".join(self.random.choices(_ALPHABET, k=ID_LENGTH))

    def shuffled(self, things: Sequence[str]) -> list[str]:
        """The things in an order of chance."""
        return self.random.sample(things, len(things))
