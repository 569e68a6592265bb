"""Who may do what with a citizen's data. Deny by default; pure, so that the whole of it is a table in a test.

A role opens nothing. A *tie* does: a way of standing to one citizen, with the kinds of data that it lets somebody read
and change, and the purposes for which. Anything that no tie names is refused.
"""

from collections.abc import Iterator
from enum import StrEnum

import msgspec

from foundation.i18n import N_
from people.access.model import Actor, DataKind, DataSubject, Purpose, RelationKind, Role, RoleAssignment


class Action(StrEnum):
    """What is asked for."""

    READ = "read"
    CHANGE = "change"


class AccessOutcome(StrEnum):
    """The answer."""

    GRANTED = "granted"
    DENIED = "denied"
    NEEDS_BREAK_GLASS = "needs_break_glass"  # in an emergency, with a reason that is looked into afterwards


class AccessDecision(msgspec.Struct, frozen=True):
    """The answer and the rule that gave it. A refusal because of no tie to the citizen looks like "not found"."""

    outcome: AccessOutcome
    rule: str
    related: bool
    role: str = ""  # the role in which it was granted
    purpose: Purpose | None = None  # what the access log says it was for

    @property
    def granted(self) -> bool:
        """Whether it may be done."""
        return self.outcome is AccessOutcome.GRANTED


class AccessGrant(msgspec.Struct, frozen=True):
    """A way of standing to a citizen and what it opens."""

    role: Role
    rule: str
    reads: frozenset[DataKind]
    changes: frozenset[DataKind]
    purposes: frozenset[Purpose]
    recorded_purpose: Purpose | None = None  # takes the place of the purpose that the page names


_D = DataKind
_P = Purpose

SELF = AccessGrant(
    Role.CITIZEN,
    N_("the citizen's own data"),
    reads=frozenset(_D),
    changes=frozenset({_D.WISHES, _D.PAIRING, _D.GOALS, _D.MONEY, _D.CONSENT, _D.LETTER}),
    purposes=frozenset({_P.OWN}),
)
COORDINATOR = AccessGrant(
    Role.COORDINATOR,
    N_("coordinator of the citizen's area"),
    reads=frozenset({_D.IDENTITY, _D.CPR, _D.WISHES, _D.PAIRING, _D.CONSENT, _D.LETTER}),
    changes=frozenset({_D.IDENTITY, _D.CPR, _D.WISHES, _D.PAIRING, _D.CONSENT, _D.LETTER}),
    purposes=frozenset(
        {_P.FIND, _P.MATCHING, _P.FOLLOW_UP, _P.REGISTER, _P.IDENTIFY, _P.AUTHORITY, _P.LETTER}
    ),
)
SUPPORT_WORKER = AccessGrant(
    Role.SUPPORT_WORKER,
    N_("the citizen's own support worker"),
    reads=frozenset({_D.IDENTITY, _D.WISHES, _D.PAIRING, _D.GOALS, _D.MONEY, _D.RECEIPTS}),
    changes=frozenset({_D.WISHES, _D.GOALS}),
    purposes=frozenset({_P.SUPPORT}),
)
TOGETHER = msgspec.structs.replace(
    SUPPORT_WORKER,
    rule=N_("the citizen's own support worker, together with the citizen"),
    recorded_purpose=_P.TOGETHER,
)
BUDGET_OFFICER = AccessGrant(
    Role.BUDGET_OFFICER,
    N_("budget officer of the citizen's area"),
    reads=frozenset({_D.IDENTITY, _D.MONEY, _D.RECEIPTS}),
    changes=frozenset({_D.MONEY, _D.RECEIPTS}),
    purposes=frozenset({_P.FIND, _P.BUDGET}),
)
GUIDE = AccessGrant(
    Role.GUIDE,
    N_("the citizen's guide"),
    reads=frozenset({_D.WISHES, _D.PAIRING}),
    changes=frozenset({_D.PAIRING}),
    purposes=frozenset({_P.FOLLOW_UP}),
)
OFFERED_GUIDE = AccessGrant(
    Role.GUIDE,
    N_("a guide with an offer"),
    reads=frozenset({_D.WISHES, _D.PAIRING}),
    changes=frozenset({_D.PAIRING}),
    purposes=frozenset({_P.OFFER}),
)

# Who may break the glass, and what: no more than the same role reads with a tie.
EMERGENCY_READS = {
    Role.COORDINATOR: COORDINATOR.reads - {_D.CONSENT, _D.CPR, _D.LETTER},
    Role.SUPPORT_WORKER: SUPPORT_WORKER.reads,
}


def decide_access(
    actor: Actor, action: Action, kind: DataKind, subject: DataSubject, purpose: Purpose | None = None
) -> AccessDecision:
    """Whether the actor may read or change that kind of data about that citizen, and by which rule.

    `subject` says how the actor stands to the citizen at this moment. A purpose that the tie doesn't serve is refused;
    None asks about the kind alone.
    """
    found = tuple(grants(actor, subject))
    for tie in found:
        named = purpose is None or purpose in tie.purposes or tie.recorded_purpose is Purpose.EMERGENCY
        if named and kind in (tie.reads if action is Action.READ else tie.changes):
            return AccessDecision(
                AccessOutcome.GRANTED, tie.rule, True, tie.role, tie.recorded_purpose or purpose
            )
    if action is Action.READ and any(kind in EMERGENCY_READS.get(held.role, ()) for held in actor.roles):
        return AccessDecision(
            AccessOutcome.NEEDS_BREAK_GLASS, N_("only in an emergency"), related=bool(found)
        )
    return AccessDecision(AccessOutcome.DENIED, N_("no rule grants it"), related=bool(found))


def grants(actor: Actor, subject: DataSubject) -> Iterator[AccessGrant]:
    """Every way in which the actor stands to the citizen, in the order in which they are tried."""
    if actor.person_id is None:
        return
    if actor.person_id == subject.citizen_id and actor.has_role(Role.CITIZEN):
        yield SELF
    for held in actor.roles:
        yield from _staff_grants(held, subject)
        if held.role is Role.GUIDE and RelationKind.GUIDE in subject.relations:
            yield GUIDE
        if held.role is Role.GUIDE and RelationKind.OFFERED_GUIDE in subject.relations:
            yield OFFERED_GUIDE
    for role in sorted({held.role for held in actor.roles} & EMERGENCY_READS.keys()):
        opened = subject.emergency & EMERGENCY_READS[role]
        if opened:
            yield AccessGrant(role, N_("broke the glass"), opened, frozenset(), frozenset(), _P.EMERGENCY)


def _staff_grants(assignment: RoleAssignment, subject: DataSubject) -> Iterator[AccessGrant]:
    in_area = assignment.area is None or assignment.area == subject.area
    if assignment.role is Role.COORDINATOR and in_area:
        yield COORDINATOR
    if assignment.role is Role.BUDGET_OFFICER and in_area:
        yield BUDGET_OFFICER
    if assignment.role is Role.SUPPORT_WORKER and RelationKind.SUPPORT_WORKER in subject.relations:
        yield TOGETHER if RelationKind.TOGETHER in subject.relations else SUPPORT_WORKER
