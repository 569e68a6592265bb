"""The access policy as a table: every role, relationship, kind and purpose, against
`docs/concepts/access-control.md`.
"""

from itertools import product

import pytest

from people.access.model import (
    ANONYMOUS,
    Actor,
    DataKind,
    DataSubject,
    Purpose,
    RelationKind,
    Role,
    RoleAssignment,
)
from people.access.policy import AccessOutcome, Action, decide_access

Kind = DataKind
CITIZEN = "citizen"
ACTOR_ID = "me"

# By relationship: what the actor reads, changes, and for which purpose. Written from the documentation, not from the code.
GRANTED = {
    "self": (
        set(Kind),
        {Kind.WISHES, Kind.PAIRING, Kind.GOALS, Kind.MONEY, Kind.CONSENT, Kind.LETTER},
        Purpose.OWN,
    ),
    "coordinator": (
        {Kind.IDENTITY, Kind.CPR, Kind.WISHES, Kind.PAIRING, Kind.CONSENT, Kind.LETTER},
        {Kind.IDENTITY, Kind.CPR, Kind.WISHES, Kind.PAIRING, Kind.CONSENT, Kind.LETTER},
        Purpose.FOLLOW_UP,
    ),
    "support worker": (
        {Kind.IDENTITY, Kind.WISHES, Kind.PAIRING, Kind.GOALS, Kind.MONEY, Kind.RECEIPTS},
        {Kind.WISHES, Kind.GOALS},
        Purpose.SUPPORT,
    ),
    "budget officer": (
        {Kind.IDENTITY, Kind.MONEY, Kind.RECEIPTS},
        {Kind.MONEY, Kind.RECEIPTS},
        Purpose.BUDGET,
    ),
    "guide": ({Kind.WISHES, Kind.PAIRING}, {Kind.PAIRING}, Purpose.FOLLOW_UP),
    "asked guide": ({Kind.WISHES, Kind.PAIRING}, {Kind.PAIRING}, Purpose.OFFER),
}


def relationships_of(who: str) -> tuple[Actor, DataSubject]:
    """An actor with only that relationship to the citizen, who lives in the north."""
    relations = {
        "support worker": RelationKind.SUPPORT_WORKER,
        "guide": RelationKind.GUIDE,
        "asked guide": RelationKind.OFFERED_GUIDE,
    }
    roles = {
        "self": RoleAssignment(Role.CITIZEN),
        "coordinator": RoleAssignment(Role.COORDINATOR, "north"),
        "support worker": RoleAssignment(Role.SUPPORT_WORKER),
        "budget officer": RoleAssignment(Role.BUDGET_OFFICER, "north"),
        "guide": RoleAssignment(Role.GUIDE),
        "asked guide": RoleAssignment(Role.GUIDE),
    }
    person = CITIZEN if who == "self" else ACTOR_ID
    related = frozenset({relations[who]} if who in relations else ())
    return Actor(person, roles=(roles[who],)), DataSubject(CITIZEN, "north", related)


@pytest.mark.parametrize("who", GRANTED)
def test_a_relationship_gives_the_documented_access_and_nothing_else(who: str) -> None:
    reads, changes, purpose = GRANTED[who]
    actor, subject = relationships_of(who)
    for action, kind in product(Action, DataKind):
        decision = decide_access(actor, action, kind, subject, purpose if action is Action.READ else None)
        assert decision.granted == (kind in (reads if action is Action.READ else changes)), (action, kind)
        assert decision.related
        if decision.granted:
            assert decision.role == actor.roles[0].role


@pytest.mark.parametrize("who", GRANTED)
def test_a_relationship_is_for_its_own_purposes_only(who: str) -> None:
    reads, _, purpose = GRANTED[who]
    actor, subject = relationships_of(who)
    granted = {
        purpose
        for purpose in Purpose
        if decide_access(actor, Action.READ, min(reads), subject, purpose).granted
    }
    assert purpose in granted
    assert Purpose.EMERGENCY not in granted
    assert (Purpose.OWN in granted) == (who == "self")


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("area", [None, "south"])
def test_a_role_alone_opens_nothing(role: Role, area: str | None) -> None:
    of_all = role in {Role.COORDINATOR, Role.BUDGET_OFFICER} and area is None
    actor = Actor(ACTOR_ID, roles=(RoleAssignment(role, area),))
    for action, kind in product(Action, DataKind):
        decision = decide_access(actor, action, kind, DataSubject(CITIZEN, "north"))
        assert of_all or (not decision.granted and not decision.related), (action, kind)


@pytest.mark.parametrize("role", [Role.SUPPORT_WORKER, Role.GUIDE, Role.LEADER, Role.ADMINISTRATOR])
@pytest.mark.parametrize("kind", RelationKind)
def test_a_relation_opens_nothing_to_somebody_without_its_role(role: Role, kind: RelationKind) -> None:
    needs = {
        RelationKind.SUPPORT_WORKER: Role.SUPPORT_WORKER,
        RelationKind.GUIDE: Role.GUIDE,
        RelationKind.OFFERED_GUIDE: Role.GUIDE,
    }
    actor = Actor(ACTOR_ID, roles=(RoleAssignment(role),))
    subject = DataSubject(CITIZEN, "north", frozenset({kind}))
    opened = any(decide_access(actor, Action.READ, data_kind, subject).granted for data_kind in DataKind)
    assert opened == (needs.get(kind) is role)


def test_nobody_may_do_nothing() -> None:
    subject = DataSubject(CITIZEN, None, frozenset(RelationKind), frozenset(DataKind))
    for action, kind in product(Action, DataKind):
        assert not decide_access(ANONYMOUS, action, kind, subject).granted


class TestInAnEmergency:
    """Staff near citizens may look, with a reason; nobody else, and nobody changes anything."""

    @pytest.mark.parametrize("role", Role)
    def test_only_coordinators_and_support_workers_have_emergency_access(self, role: Role) -> None:
        actor = Actor(ACTOR_ID, roles=(RoleAssignment(role, "south"),))
        outcomes = {
            (action, decide_access(actor, action, kind, DataSubject(CITIZEN, "north")).outcome)
            for action, kind in product(Action, DataKind)
        }
        may = role in {Role.COORDINATOR, Role.SUPPORT_WORKER}
        assert ((Action.READ, AccessOutcome.NEEDS_BREAK_GLASS) in outcomes) == may
        assert (Action.CHANGE, AccessOutcome.NEEDS_BREAK_GLASS) not in outcomes

    @pytest.mark.parametrize("role", Role)
    def test_what_was_opened_is_read_in_the_role_that_may_and_logged_as_an_emergency(
        self, role: Role
    ) -> None:
        actor = Actor(ACTOR_ID, roles=(RoleAssignment(role, "south"),))
        subject = DataSubject(CITIZEN, "north", emergency=frozenset({Kind.IDENTITY, Kind.GOALS}))
        read = {
            kind: decide_access(actor, Action.READ, kind, subject, Purpose.SUPPORT)
            for kind in DataKind
            if decide_access(actor, Action.READ, kind, subject, Purpose.SUPPORT).granted
        }
        expected = {
            Role.COORDINATOR: {Kind.IDENTITY},  # who reads no goals of citizens of their own either
            Role.SUPPORT_WORKER: {Kind.IDENTITY, Kind.GOALS},
        }
        assert set(read) == expected.get(role, set())
        assert {decision.purpose for decision in read.values()} <= {Purpose.EMERGENCY}
        assert not any(decide_access(actor, Action.CHANGE, kind, subject).granted for kind in DataKind)


def test_looking_together_opens_no_more_and_is_logged_as_such() -> None:
    actor, alone = relationships_of("support worker")
    together = DataSubject(CITIZEN, "north", alone.relations | {RelationKind.TOGETHER})
    for action, kind in product(Action, DataKind):
        before, after = (
            decide_access(actor, action, kind, subject, Purpose.SUPPORT if action is Action.READ else None)
            for subject in (alone, together)
        )
        assert before.granted == after.granted
        assert not after.granted or after.purpose is Purpose.TOGETHER
