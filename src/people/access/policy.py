"""Who may do what with a citizen's data. Deny by default; pure, so that the whole of it is a table in a test.

A role opens nothing. A *tie* does: a way of standing to one citizen, with the kinds of data that it lets somebody read
and change, and the purposes for which. Anything that no tie names is refused.
"""

from collections.abc import Iterator
from enum import StrEnum

import msgspec

from foundation.i18n import N_
from people.access.model import Actor, DataKind, Purpose, RelationKind, Role, RoleHeld, Subject


class Verb(StrEnum):
    """What is asked for."""

    READ = "read"
    CHANGE = "change"


class Outcome(StrEnum):
    """The answer."""

    GRANTED = "granted"
    DENIED = "denied"
    NEEDS_BREAK_GLASS = "needs_break_glass"  # in an emergency, with a reason that is looked into afterwards


class Decision(msgspec.Struct, frozen=True):
    """The answer and the rule that gave it. A refusal because of no tie to the citizen looks like "not found"."""

    outcome: Outcome
    rule: str
    related: bool
    role: str = ""  # the role in which it was granted
    purpose: Purpose | None = None  # what the access log says it was for

    @property
    def granted(self) -> bool:
        """Whether it may be done."""
        return self.outcome is Outcome.GRANTED


class Tie(msgspec.Struct, frozen=True):
    """A way of standing to a citizen and what it opens."""

    role: Role
    rule: str
    reads: frozenset[DataKind]
    changes: frozenset[DataKind]
    purposes: frozenset[Purpose]
    logged_as: Purpose | None = None  # takes the place of the purpose that the page names


_D = DataKind
_P = Purpose

SELF = Tie(
    Role.CITIZEN,
    N_("the citizen's own data"),
    reads=frozenset(_D),
    changes=frozenset({_D.WISHES, _D.PAIRING, _D.GOALS, _D.MONEY, _D.CONSENT, _D.LETTER}),
    purposes=frozenset({_P.OWN}),
)
COORDINATOR = Tie(
    Role.COORDINATOR,
    N_("coordinator of the citizen's area"),
    reads=frozenset({_D.IDENTITY, _D.CPR, _D.WISHES, _D.PAIRING, _D.CONSENT, _D.LETTER}),
    changes=frozenset({_D.IDENTITY, _D.CPR, _D.WISHES, _D.PAIRING, _D.CONSENT, _D.LETTER}),
    purposes=frozenset(
        {_P.FIND, _P.MATCHING, _P.FOLLOW_UP, _P.REGISTER, _P.IDENTIFY, _P.AUTHORITY, _P.LETTER}
    ),
)
SUPPORT_WORKER = Tie(
    Role.SUPPORT_WORKER,
    N_("the citizen's own support worker"),
    reads=frozenset({_D.IDENTITY, _D.WISHES, _D.PAIRING, _D.GOALS, _D.MONEY, _D.RECEIPTS}),
    changes=frozenset({_D.WISHES, _D.GOALS}),
    purposes=frozenset({_P.SUPPORT}),
)
TOGETHER = msgspec.structs.replace(
    SUPPORT_WORKER,
    rule=N_("the citizen's own support worker, together with the citizen"),
    logged_as=_P.TOGETHER,
)
BUDGET_OFFICER = Tie(
    Role.BUDGET_OFFICER,
    N_("budget officer of the citizen's area"),
    reads=frozenset({_D.IDENTITY, _D.MONEY, _D.RECEIPTS}),
    changes=frozenset({_D.MONEY, _D.RECEIPTS}),
    purposes=frozenset({_P.FIND, _P.BUDGET}),
)
GUIDE = Tie(
    Role.GUIDE,
    N_("the citizen's guide"),
    reads=frozenset({_D.WISHES, _D.PAIRING}),
    changes=frozenset({_D.PAIRING}),
    purposes=frozenset({_P.FOLLOW_UP}),
)
OFFERED_GUIDE = Tie(
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


def decide(
    actor: Actor, verb: Verb, kind: DataKind, subject: Subject, purpose: Purpose | None = None
) -> Decision:
    """Whether the actor may read or change that kind of data about that citizen, and by which rule.

    `subject` says how the actor stands to the citizen at this moment. A purpose that the tie doesn't serve is refused;
    None asks about the kind alone.
    """
    found = tuple(ties(actor, subject))
    for tie in found:
        named = purpose is None or purpose in tie.purposes or tie.logged_as is Purpose.EMERGENCY
        if named and kind in (tie.reads if verb is Verb.READ else tie.changes):
            return Decision(Outcome.GRANTED, tie.rule, True, tie.role, tie.logged_as or purpose)
    if verb is Verb.READ and any(kind in EMERGENCY_READS.get(held.role, ()) for held in actor.roles):
        return Decision(Outcome.NEEDS_BREAK_GLASS, N_("only in an emergency"), related=bool(found))
    return Decision(Outcome.DENIED, N_("no rule grants it"), related=bool(found))


def ties(actor: Actor, subject: Subject) -> Iterator[Tie]:
    """Every way in which the actor stands to the citizen, in the order in which they are tried."""
    if actor.person_id is None:
        return
    if actor.person_id == subject.citizen_id and actor.has(Role.CITIZEN):
        yield SELF
    for held in actor.roles:
        yield from _staff_ties(held, subject)
        if held.role is Role.GUIDE and RelationKind.GUIDE in subject.relations:
            yield GUIDE
        if held.role is Role.GUIDE and RelationKind.OFFERED_GUIDE in subject.relations:
            yield OFFERED_GUIDE
    for role in sorted({held.role for held in actor.roles} & EMERGENCY_READS.keys()):
        opened = subject.emergency & EMERGENCY_READS[role]
        if opened:
            yield Tie(role, N_("broke the glass"), opened, frozenset(), frozenset(), _P.EMERGENCY)


def _staff_ties(held: RoleHeld, subject: Subject) -> Iterator[Tie]:
    in_area = held.area is None or held.area == subject.area
    if held.role is Role.COORDINATOR and in_area:
        yield COORDINATOR
    if held.role is Role.BUDGET_OFFICER and in_area:
        yield BUDGET_OFFICER
    if held.role is Role.SUPPORT_WORKER and RelationKind.SUPPORT_WORKER in subject.relations:
        yield TOGETHER if RelationKind.TOGETHER in subject.relations else SUPPORT_WORKER
