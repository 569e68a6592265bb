"""Who may do what with a citizen's data. Deny by default; pure, so that the whole of it is a table in a test."""

from collections.abc import Iterator
from enum import StrEnum

import msgspec

from people.model import Actor, DataKind, RelationKind, Role, Subject


class Verb(StrEnum):
    """What is asked for."""

    READ = "read"
    CHANGE = "change"


class Decision(msgspec.Struct, frozen=True):
    """The answer and the rule that gave it. A refusal because of no tie to the citizen looks like "not found"."""

    granted: bool
    rule: str
    related: bool
    role: str = ""  # the role in which it was granted


Tie = tuple[
    Role, str, frozenset[DataKind], frozenset[DataKind]
]  # role, rule, what it lets read, what it lets change

_D = DataKind

# What each way of standing to a citizen opens. Anything that isn't named here is refused.
SELF_READS = frozenset(_D)
SELF_CHANGES = frozenset({_D.WISHES, _D.PAIRING, _D.GOALS, _D.MONEY})
COORDINATOR_READS = frozenset({_D.IDENTITY, _D.CPR, _D.WISHES, _D.PAIRING})
COORDINATOR_CHANGES = frozenset({_D.IDENTITY, _D.CPR, _D.WISHES, _D.PAIRING})
SUPPORT_WORKER_READS = frozenset({_D.IDENTITY, _D.WISHES, _D.PAIRING, _D.GOALS, _D.MONEY, _D.RECEIPTS})
SUPPORT_WORKER_CHANGES = frozenset({_D.WISHES, _D.GOALS})
BUDGET_OFFICER_READS = frozenset({_D.IDENTITY, _D.MONEY, _D.RECEIPTS})
BUDGET_OFFICER_CHANGES = frozenset({_D.MONEY, _D.RECEIPTS})
OFFERED_GUIDE_READS = frozenset({_D.WISHES, _D.PAIRING})
GUIDE_READS = frozenset({_D.WISHES, _D.PAIRING})
GUIDE_CHANGES = frozenset({_D.PAIRING})


def decide(actor: Actor, verb: Verb, kind: DataKind, subject: Subject) -> Decision:
    """Whether the actor may read or change that kind of data about that citizen, and by which rule."""
    ties = tuple(_ties(actor, subject))
    for role, rule, reads, changes in ties:
        if kind in (reads if verb is Verb.READ else changes):
            return Decision(True, rule, related=True, role=role)
    return Decision(False, "no rule grants it", related=bool(ties))


def _ties(actor: Actor, subject: Subject) -> Iterator[Tie]:
    if actor.person_id is None:
        return
    if actor.person_id == subject.citizen_id and actor.has(Role.CITIZEN):
        yield Role.CITIZEN, "the citizen's own data", SELF_READS, SELF_CHANGES
    for held in actor.roles:
        in_area = held.area is None or held.area == subject.area
        if held.role is Role.COORDINATOR and in_area:
            yield held.role, "coordinator of the citizen's area", COORDINATOR_READS, COORDINATOR_CHANGES
        if held.role is Role.BUDGET_OFFICER and in_area:
            yield (
                held.role,
                "budget officer of the citizen's area",
                BUDGET_OFFICER_READS,
                BUDGET_OFFICER_CHANGES,
            )
        if held.role is Role.SUPPORT_WORKER and RelationKind.SUPPORT_WORKER in subject.relations:
            yield held.role, "the citizen's own support worker", SUPPORT_WORKER_READS, SUPPORT_WORKER_CHANGES
        if held.role is Role.GUIDE and RelationKind.GUIDE in subject.relations:
            yield held.role, "the citizen's guide", GUIDE_READS, GUIDE_CHANGES
        if held.role is Role.GUIDE and RelationKind.OFFERED_GUIDE in subject.relations:
            yield held.role, "a guide with an offer", OFFERED_GUIDE_READS, GUIDE_CHANGES
