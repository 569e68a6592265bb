"""Who people are to each other: roles, relations, and the kinds of data that are held about a citizen."""

from enum import StrEnum

import msgspec


class Role(StrEnum):
    """What someone does here. A role gives no right to a citizen's data by itself; see `policy`."""

    CITIZEN = "citizen"
    GUIDE = "guide"
    COORDINATOR = "coordinator"
    SUPPORT_WORKER = "support_worker"
    BUDGET_OFFICER = "budget_officer"
    LEADER = "leader"
    ADMINISTRATOR = "administrator"


class RelationKind(StrEnum):
    """How someone stands to one citizen."""

    SUPPORT_WORKER = "support_worker"  # the professional near the citizen
    OFFERED_GUIDE = (
        "offered_guide"  # has been asked to be this citizen's guide and may see what the offer shows
    )
    GUIDE = "guide"  # is this citizen's guide now
    TOGETHER = "together"  # the support worker sits with the citizen and looks at the screen with them


class DataKind(StrEnum):
    """The kinds of data about a citizen that access is decided for, and that the access log names."""

    IDENTITY = "identity"  # name, area, contact
    WISHES = "wishes"  # what the citizen asked for in a guide
    PAIRING = "pairing"  # offers, matches, contacts with a guide
    GOALS = "goals"
    MONEY = "money"
    RECEIPTS = "receipts"
    CONSENT = "consent"  # what the citizen has said yes and no to
    ACCESS_LOG = "access_log"
    LETTER = "letter"  # the monthly letter of who has looked
    CPR = "cpr"  # the whole number; the day of birth is part of the identity


class Purpose(StrEnum):
    """Why someone looked: stands in the access log and is read by the citizen."""

    OWN = "own"  # the citizen looked at their own data
    FIND = "find"  # looked for a person in the list of people
    MATCHING = "matching"
    OFFER = "offer"  # a guide looked at an offer
    FOLLOW_UP = "follow_up"  # followed up on a pairing
    SUPPORT = "support"
    TOGETHER = "together"  # looked together with the citizen
    EMERGENCY = "emergency"  # looked without being one of the citizen's own, and gave a reason
    BUDGET = "budget"  # granted, recorded or checked money
    REGISTER = "register"  # brought people in or changed what is held about them
    IDENTIFY = "identify"  # made sure that it is the right person
    LETTER = "letter"  # printed and posted the letter that the citizen asked for
    ERASURE = "erasure"  # answered somebody who asked to be erased
    AUTHORITY = "authority"  # looked the citizen up in, or reported to, a system that asks for the CPR number


class RoleAssignment(msgspec.Struct, frozen=True):
    """A role that someone holds now; `area` limits it to citizens of one area, None to none."""

    role: Role
    area: str | None = None


class Helper(msgspec.Struct, frozen=True):
    """The named person whom a citizen can call."""

    given_name: str
    phone: str


class Actor(msgspec.Struct, frozen=True):
    """Whoever acts: a person who is signed in, or nobody (`person_id` None), which the command line is too."""

    person_id: str | None = None
    given_name: str = ""
    roles: tuple[RoleAssignment, ...] = ()
    helper: Helper | None = None

    def has_role(self, *roles: Role) -> bool:
        """Whether the actor holds any of the roles."""
        return any(held.role in roles for held in self.roles)


ANONYMOUS = Actor()


class DataSubject(msgspec.Struct, frozen=True):
    """The citizen whose data is asked for, and how the actor stands to them at this moment."""

    citizen_id: str
    area: str | None
    relations: frozenset[RelationKind] = frozenset()
    emergency: frozenset[DataKind] = frozenset()  # opened by the actor in an emergency


class Relationships(msgspec.Struct, frozen=True):
    """How several people stand to several citizens at one moment."""

    areas: dict[str, str | None]  # of the citizens, by id
    relations: dict[tuple[str, str], frozenset[RelationKind]]  # holder, citizen

    def subject(self, holder_id: str, citizen_id: str) -> DataSubject | None:
        """A citizen as somebody sees them; None when there is no such citizen."""
        if citizen_id not in self.areas:
            return None
        held = self.relations.get((holder_id, citizen_id), frozenset())
        return DataSubject(citizen_id, self.areas[citizen_id], held)
