"""The policy as a table: every role, tie, kind, verb and purpose, against what `docs/access.md` promises in words."""

from itertools import product

import pytest

from people.access.model import NOBODY, Actor, DataKind, Purpose, RelationKind, Role, RoleHeld, Subject
from people.access.policy import Outcome, Verb, decide

D = DataKind
CITIZEN = "citizen"
ME = "me"

# Who, by tie → what they read, what they change, and for which purpose. Written from the promise, not from the code.
PROMISES = {
    "self": (set(D), {D.WISHES, D.PAIRING, D.GOALS, D.MONEY, D.CONSENT, D.LETTER}, Purpose.OWN),
    "coordinator": (
        {D.IDENTITY, D.CPR, D.WISHES, D.PAIRING, D.CONSENT, D.LETTER},
        {D.IDENTITY, D.CPR, D.WISHES, D.PAIRING, D.CONSENT, D.LETTER},
        Purpose.FOLLOW_UP,
    ),
    "support worker": (
        {D.IDENTITY, D.WISHES, D.PAIRING, D.GOALS, D.MONEY, D.RECEIPTS},
        {D.WISHES, D.GOALS},
        Purpose.SUPPORT,
    ),
    "budget officer": ({D.IDENTITY, D.MONEY, D.RECEIPTS}, {D.MONEY, D.RECEIPTS}, Purpose.BUDGET),
    "guide": ({D.WISHES, D.PAIRING}, {D.PAIRING}, Purpose.FOLLOW_UP),
    "asked guide": ({D.WISHES, D.PAIRING}, {D.PAIRING}, Purpose.OFFER),
}


def standing(who: str) -> tuple[Actor, Subject]:
    """Somebody with that one tie to the citizen, who lives in the north."""
    relations = {
        "support worker": RelationKind.SUPPORT_WORKER,
        "guide": RelationKind.GUIDE,
        "asked guide": RelationKind.OFFERED_GUIDE,
    }
    roles = {
        "self": RoleHeld(Role.CITIZEN),
        "coordinator": RoleHeld(Role.COORDINATOR, "north"),
        "support worker": RoleHeld(Role.SUPPORT_WORKER),
        "budget officer": RoleHeld(Role.BUDGET_OFFICER, "north"),
        "guide": RoleHeld(Role.GUIDE),
        "asked guide": RoleHeld(Role.GUIDE),
    }
    person = CITIZEN if who == "self" else ME
    related = frozenset({relations[who]} if who in relations else ())
    return Actor(person, roles=(roles[who],)), Subject(CITIZEN, "north", related)


@pytest.mark.parametrize("who", PROMISES)
def test_a_tie_opens_what_is_promised_and_nothing_else(who: str) -> None:
    reads, changes, purpose = PROMISES[who]
    actor, subject = standing(who)
    for verb, kind in product(Verb, DataKind):
        decision = decide(actor, verb, kind, subject, purpose if verb is Verb.READ else None)
        assert decision.granted == (kind in (reads if verb is Verb.READ else changes)), (verb, kind)
        assert decision.related
        if decision.granted:
            assert decision.role == actor.roles[0].role


@pytest.mark.parametrize("who", PROMISES)
def test_a_tie_serves_its_own_purposes_only(who: str) -> None:
    reads, _, purpose = PROMISES[who]
    actor, subject = standing(who)
    granted = {one for one in Purpose if decide(actor, Verb.READ, min(reads), subject, one).granted}
    assert purpose in granted
    assert Purpose.EMERGENCY not in granted
    assert (Purpose.OWN in granted) == (who == "self")


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("area", [None, "south"])
def test_a_role_alone_opens_nothing(role: Role, area: str | None) -> None:
    of_all = role in {Role.COORDINATOR, Role.BUDGET_OFFICER} and area is None
    actor = Actor(ME, roles=(RoleHeld(role, area),))
    for verb, kind in product(Verb, DataKind):
        decision = decide(actor, verb, kind, Subject(CITIZEN, "north"))
        assert of_all or (not decision.granted and not decision.related), (verb, kind)


@pytest.mark.parametrize("role", [Role.SUPPORT_WORKER, Role.GUIDE, Role.LEADER, Role.ADMINISTRATOR])
@pytest.mark.parametrize("kind", RelationKind)
def test_a_relation_opens_nothing_to_somebody_without_its_role(role: Role, kind: RelationKind) -> None:
    needs = {
        RelationKind.SUPPORT_WORKER: Role.SUPPORT_WORKER,
        RelationKind.GUIDE: Role.GUIDE,
        RelationKind.OFFERED_GUIDE: Role.GUIDE,
    }
    actor = Actor(ME, roles=(RoleHeld(role),))
    subject = Subject(CITIZEN, "north", frozenset({kind}))
    opened = any(decide(actor, Verb.READ, one, subject).granted for one in DataKind)
    assert opened == (needs.get(kind) is role)


def test_nobody_may_do_nothing() -> None:
    subject = Subject(CITIZEN, None, frozenset(RelationKind), frozenset(DataKind))
    for verb, kind in product(Verb, DataKind):
        assert not decide(NOBODY, verb, kind, subject).granted


class TestInAnEmergency:
    """Staff near citizens may look, with a reason; nobody else, and nobody changes anything."""

    @pytest.mark.parametrize("role", Role)
    def test_the_glass_may_be_broken_by_coordinators_and_support_workers_only(self, role: Role) -> None:
        actor = Actor(ME, roles=(RoleHeld(role, "south"),))
        outcomes = {
            (verb, decide(actor, verb, kind, Subject(CITIZEN, "north")).outcome)
            for verb, kind in product(Verb, DataKind)
        }
        may = role in {Role.COORDINATOR, Role.SUPPORT_WORKER}
        assert ((Verb.READ, Outcome.NEEDS_BREAK_GLASS) in outcomes) == may
        assert (Verb.CHANGE, Outcome.NEEDS_BREAK_GLASS) not in outcomes

    @pytest.mark.parametrize("role", Role)
    def test_what_was_opened_is_read_in_the_role_that_may_and_logged_as_an_emergency(
        self, role: Role
    ) -> None:
        actor = Actor(ME, roles=(RoleHeld(role, "south"),))
        subject = Subject(CITIZEN, "north", emergency=frozenset({D.IDENTITY, D.GOALS}))
        read = {
            kind: decide(actor, Verb.READ, kind, subject, Purpose.SUPPORT)
            for kind in DataKind
            if decide(actor, Verb.READ, kind, subject, Purpose.SUPPORT).granted
        }
        expected = {
            Role.COORDINATOR: {D.IDENTITY},  # who reads no goals of citizens of their own either
            Role.SUPPORT_WORKER: {D.IDENTITY, D.GOALS},
        }
        assert set(read) == expected.get(role, set())
        assert {one.purpose for one in read.values()} <= {Purpose.EMERGENCY}
        assert not any(decide(actor, Verb.CHANGE, kind, subject).granted for kind in DataKind)


def test_looking_together_opens_no_more_and_is_logged_as_such() -> None:
    actor, alone = standing("support worker")
    together = Subject(CITIZEN, "north", alone.relations | {RelationKind.TOGETHER})
    for verb, kind in product(Verb, DataKind):
        before, after = (
            decide(actor, verb, kind, one, Purpose.SUPPORT if verb is Verb.READ else None)
            for one in (alone, together)
        )
        assert before.granted == after.granted
        assert not after.granted or after.purpose is Purpose.TOGETHER
