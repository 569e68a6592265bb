"""The demo municipality as one value, composed of the packages' own models, ready to be stored."""

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
PAIRINGS_MAX = 300  # municipalities have up to 200; replaying each history step by step takes time
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


class DemoSize(msgspec.Struct, frozen=True):
    """How many people and records the demo has; the proportions are those of 400 citizens and 120 guides."""

    citizens: int = 400
    guides: int = 120

    @property
    def waiting_citizens(self) -> int:
        """Citizens who have requested a guide and have none."""
        return max(1, self.citizens * 150 // 400)

    @property
    def pairings(self) -> int:
        """Open offers and pairings: at least the demo guide's two, at most PAIRINGS_MAX."""
        return max(2, min(self.citizens * 60 // 400, self.guides * 60 // 120, PAIRINGS_MAX))

    @property
    def ended_pairings(self) -> int:
        """Ended pairings whose citizens have no open request."""
        return self.pairings // 10

    @property
    def failed_pairings(self) -> int:
        """Failed offers and pairings whose citizens wait again."""
        return self.pairings // 6

    @property
    def budgets(self) -> int:
        """Citizens with a budget."""
        return max(1, self.citizens // 5)


class DemoRelation(msgspec.Struct, frozen=True):
    """A relation of a person to a citizen, and when it started."""

    kind: RelationKind
    holder_id: str
    citizen_id: str
    since: datetime


class HistoryStep(msgspec.Struct, frozen=True):
    """A transition of a pairing, with its time, actor and stored values."""

    at: datetime
    transition: Transition
    role: ActorRole
    actor_id: str
    values: dict[str, object] = {}


class PairingHistory(msgspec.Struct, frozen=True):
    """A pairing as it was offered, its transitions since, and the contacts that the guide recorded."""

    offer: Pairing
    steps: tuple[HistoryStep, ...]
    contacts: tuple[Contact, ...] = ()


class Population(msgspec.Struct, frozen=True):
    """All people with roles, relations and requests. Helpers come before the people whom they help (foreign key)."""

    people: tuple[Person, ...]
    roles: dict[Role, tuple[str, ...]]
    relations: tuple[DemoRelation, ...]
    guides: tuple[GuideRecord, ...]
    requests: tuple[RequestRecord, ...]

    def person(self, file_id: str) -> Person:
        """The person with that file id. Raises StopIteration for an unknown one."""
        return next(person for person in self.people if person.file_id == file_id)


class PlannedBudget(msgspec.Struct, frozen=True):
    """A budget with its fund, and the budget officer who grants it and records its purchases."""

    fund_id: str
    officer_id: str
    budget: BulkBudget


class DemoFinances(msgspec.Struct, frozen=True):
    """Funds with their funding in øre, and all budgets but the demo citizen's."""

    funds: tuple[tuple[Fund, int], ...]
    budgets: tuple[PlannedBudget, ...]


class DemoMunicipality(msgspec.Struct, frozen=True):
    """The whole demo municipality at one time."""

    name: str
    areas: tuple[Area, ...]
    travel_times: tuple[TravelTime, ...]
    population: Population
    pairing_histories: tuple[PairingHistory, ...]
    goals: tuple[Goal, ...]
    own_goals: tuple[Goal, ...]  # those of `goals` that the demo citizen's budget funds
    finances: DemoFinances
    access_entries: tuple[AccessEntry, ...]  # in order of time


class DemoBuilder:
    """The random generator and the clock of one part of the demo; the same seed and part give the same data."""

    def __init__(self, seed: int, part: str, now: datetime) -> None:
        self.random = Random(f"{seed} {part}")  # noqa: S311 - nothing secret: a demo that repeats
        self.now = now

    @property
    def today(self) -> date:
        """The local date of `now`."""
        return local_date(self.now)

    def new_id(self) -> str:
        """A random id in the format of `foundation.ids`."""
        return "".join(self.random.choices(_ALPHABET, k=ID_LENGTH))

    def shuffled(self, items: Sequence[str]) -> list[str]:
        """The items in random order."""
        return self.random.sample(items, len(items))
