"""Roles, relations, and the kinds of data that access is decided for."""

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
    """How a person is related to one citizen."""

    SUPPORT_WORKER = "support_worker"  # the citizen's own professional
    OFFERED_GUIDE = "offered_guide"  # has an open offer to be the guide, and may see what it shows
    GUIDE = "guide"  # is the guide now
    TOGETHER = "together"  # the support worker is looking at the screen together with the citizen


class DataKind(StrEnum):
    """The kinds of data about a citizen that access is decided for and that the access log records."""

    IDENTITY = "identity"  # name, area, contact
    WISHES = "wishes"  # what the citizen asked for in a guide
    PAIRING = "pairing"  # offers, matches, contacts with a guide
    GOALS = "goals"
    MONEY = "money"
    RECEIPTS = "receipts"
    CONSENT = "consent"  # what the citizen has said yes and no to
    ACCESS_LOG = "access_log"
    LETTER = "letter"  # the monthly letter about who has read
    CPR = "cpr"  # the whole number; the date of birth is part of the identity


class Purpose(StrEnum):
    """Why data was read: stored in the access log and shown to the citizen."""

    OWN = "own"  # citizens read their own data
    FIND = "find"  # searched the list of people
    MATCHING = "matching"
    OFFER = "offer"  # a guide read an offer
    FOLLOW_UP = "follow_up"  # followed up on a pairing
    SUPPORT = "support"
    TOGETHER = "together"  # read together with the citizen
    EMERGENCY = "emergency"  # read without a relation to the citizen, for a stated reason
    BUDGET = "budget"  # granted, recorded or checked money
    REGISTER = "register"  # imported people or corrected their data
    IDENTIFY = "identify"  # made sure that it is the right person
    LETTER = "letter"  # printed and posted the letter that the citizen subscribes to
    ERASURE = "erasure"  # answered a request for erasure
    AUTHORITY = "authority"  # searched or reported to another system, which needs the CPR number


class RoleAssignment(msgspec.Struct, frozen=True):
    """A role that someone holds now; `area` limits it to citizens of one area, None to none."""

    role: Role
    area: str | None = None


class Helper(msgspec.Struct, frozen=True):
    """The person whom a citizen can call for help."""

    given_name: str
    phone: str


class Actor(msgspec.Struct, frozen=True):
    """Who performs an action: the signed-in user, or nobody (`person_id` None), as for the command line."""

    person_id: str | None = None
    given_name: str = ""
    roles: tuple[RoleAssignment, ...] = ()
    helper: Helper | None = None

    def has_role(self, *roles: Role) -> bool:
        """Whether the actor holds any of the roles."""
        return any(assignment.role in roles for assignment in self.roles)


ANONYMOUS = Actor()


class DataSubject(msgspec.Struct, frozen=True):
    """The citizen whose data is requested, and how the actor is related to them now."""

    citizen_id: str
    area: str | None
    relations: frozenset[RelationKind] = frozenset()
    emergency: frozenset[DataKind] = frozenset()  # kinds that the actor has opened in an emergency


class Relationships(msgspec.Struct, frozen=True):
    """How several people are related to several citizens at one moment."""

    areas: dict[str, str | None]  # of the citizens, by id
    relations: dict[tuple[str, str], frozenset[RelationKind]]  # holder, citizen

    def subject(self, holder_id: str, citizen_id: str) -> DataSubject | None:
        """A citizen as related to that holder; None when there is no such citizen."""
        if citizen_id not in self.areas:
            return None
        relations = self.relations.get((holder_id, citizen_id), frozenset())
        return DataSubject(citizen_id, self.areas[citizen_id], relations)
