"""Who may do what with a citizen's data. Denied by default. No I/O, so that a test can tabulate all of it.

A role alone gives no access. An *access grant* does: a relationship to one citizen, with the kinds of data
that it lets the actor read and change, and for which purposes. Whatever no grant includes is refused.
"""

from collections.abc import Iterator
from enum import StrEnum

import msgspec

from foundation.i18n import N_
from people.access.model import Actor, DataKind, DataSubject, Purpose, RelationKind, Role, RoleAssignment


class Action(StrEnum):
    """What the actor wants to do."""

    READ = "read"
    CHANGE = "change"


class AccessOutcome(StrEnum):
    """Whether access is granted."""

    GRANTED = "granted"
    DENIED = "denied"
    NEEDS_BREAK_GLASS = "needs_break_glass"  # only by emergency access, for a reason that is reviewed


class AccessDecision(msgspec.Struct, frozen=True):
    """The outcome and the rule behind it. Without a relationship to the citizen, a refusal looks like "not
    found".
    """

    outcome: AccessOutcome
    rule: str
    related: bool
    role: str = ""  # the role in which it was granted
    purpose: Purpose | None = None  # to record in the access log

    @property
    def granted(self) -> bool:
        """Whether access is granted."""
        return self.outcome is AccessOutcome.GRANTED


class AccessGrant(msgspec.Struct, frozen=True):
    """A relationship to a citizen and the access that it gives."""

    role: Role
    rule: str
    reads: frozenset[DataKind]
    changes: frozenset[DataKind]
    purposes: frozenset[Purpose]
    recorded_purpose: Purpose | None = None  # recorded instead of the purpose that the page states


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
# The same access as alone: looking together changes only what the citizen reads in the log.
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
# Without IDENTITY: a guide never sees a surname, an address or a CPR number.
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

# What each role may open in an emergency: no more than it reads with a relationship.
EMERGENCY_READS = {
    Role.COORDINATOR: COORDINATOR.reads - {_D.CONSENT, _D.CPR, _D.LETTER},
    Role.SUPPORT_WORKER: SUPPORT_WORKER.reads,
}


def decide_access(
    actor: Actor, action: Action, kind: DataKind, subject: DataSubject, purpose: Purpose | None = None
) -> AccessDecision:
    """Whether the actor may read or change that kind of data about that citizen, and by which rule.

    `subject` says how the actor is related to the citizen at this moment. A purpose that the grant doesn't
    include is refused; None decides by the kind alone.
    """
    access_grants = tuple(grants(actor, subject))
    for grant in access_grants:
        # An emergency opens kinds of data, not purposes: whatever the page states, the log says "emergency".
        purpose_allowed = (
            purpose is None or purpose in grant.purposes or grant.recorded_purpose is Purpose.EMERGENCY
        )
        if purpose_allowed and kind in (grant.reads if action is Action.READ else grant.changes):
            return AccessDecision(
                AccessOutcome.GRANTED, grant.rule, True, grant.role, grant.recorded_purpose or purpose
            )
    # Emergency access is read-only, so a refused change never points to it.
    if action is Action.READ and any(
        kind in EMERGENCY_READS.get(assignment.role, ()) for assignment in actor.roles
    ):
        return AccessDecision(
            AccessOutcome.NEEDS_BREAK_GLASS, N_("only in an emergency"), related=bool(access_grants)
        )
    return AccessDecision(AccessOutcome.DENIED, N_("no rule grants it"), related=bool(access_grants))


def grants(actor: Actor, subject: DataSubject) -> Iterator[AccessGrant]:
    """Every access grant that the actor has for the citizen, in the order in which they are tried."""
    if actor.person_id is None:
        return
    if actor.person_id == subject.citizen_id and actor.has_role(Role.CITIZEN):
        yield SELF
    for assignment in actor.roles:
        yield from _staff_grants(assignment, subject)
        if assignment.role is Role.GUIDE and RelationKind.GUIDE in subject.relations:
            yield GUIDE
        if assignment.role is Role.GUIDE and RelationKind.OFFERED_GUIDE in subject.relations:
            yield OFFERED_GUIDE
    for role in sorted({assignment.role for assignment in actor.roles} & EMERGENCY_READS.keys()):
        # Cut down here again: an emergency never covers more than the role reads about its own citizens.
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
