"""One decision more, asked of a pool that is matched already: the same answer as from a new run."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guides.matching import PinError, Policy, consider, effect_of, propose, solved_pool
from guides.matching.model import Pool
from guides.matching.what_if import effect
from guides.matching.what_if.changes import Change, Moved
from tests.support.matching import reference_rules
from tests.support.matching.pools import days_ago, guide, pool, pools, request

POOL = pool(
    [guide("best", experiences=("a", "b")), guide("good", experiences=("a",))],
    [
        request("r", experiences=("a", "b"), waiting_since=days_ago(9)),
        request("s", experiences=("a",)),
        request("t"),
    ],
)
BEFORE = propose(POOL)


def test_two_citizens_who_change_guides_move_and_cost_points() -> None:
    found = effect_of(solved_pool(POOL, BEFORE), BEFORE, Change(swap=(("r", "s"),)))

    assert found.moved == (Moved("r", "best", "good"), Moved("s", "good", "best"))
    assert (found.matched, found.points) == (0, -1250)
    assert consider(POOL, BEFORE, Change(swap=(("r", "s"),))).moved == found.moved


def test_who_waits_has_no_guide_to_change() -> None:
    with pytest.raises(PinError, match="both have a guide"):
        effect_of(solved_pool(POOL, BEFORE), BEFORE, Change(swap=(("r", "t"),)))


def test_a_decided_pair_can_be_changed_all_the_same() -> None:
    decided = pool(list(POOL.guides), list(POOL.requests), pinned=(("r", "best"),))
    before = propose(decided)

    found = effect_of(solved_pool(decided, before), before, Change(swap=(("r", "s"),)))

    assert found.moved == (Moved("r", "best", "good"), Moved("s", "good", "best"))


def test_a_decision_against_a_rule_says_which() -> None:
    one = pool([guide("g", languages=("polsk",))], [request("r")])
    with pytest.raises(PinError, match="language"):
        effect_of(solved_pool(one, propose(one)), propose(one), Change(pin=(("r", "g"),)))


def test_a_decision_that_changes_who_comes_first_is_worked_out_anew_where_the_weights_do_not_hold() -> None:
    one = pool(
        [guide("g", capacity=2), guide("h")],
        [request("r", urgent=True), request("s", waiting_since=days_ago(200)), request("t"), request("u")],
    )
    before = propose(one)
    found = effect_of(solved_pool(one, before), before, Change(pin=(("t", "g"), ("u", "g"))))
    assert found == effect_by_new_run(one, Change(pin=(("t", "g"), ("u", "g"))))


def effect_by_new_run(one: Pool, change: Change, policy: Policy | None = None) -> effect.Effect:
    before = propose(one, policy or Policy())
    outcome = consider(one, before, change)
    return effect.Effect(outcome.moved, outcome.matched, outcome.points)


def assert_same_as_new_run(one: Pool, data: st.DataObject, policy: Policy) -> None:
    before = propose(one, policy)
    known = solved_pool(one, before)
    allowed = sorted(reference_rules.allowed_points(one))
    matched = sorted(pair.request_id for pair in before.pairs)
    questions = [Change(pin=(pair,)) for pair in allowed] + [Change(forbid=(pair,)) for pair in allowed]
    questions += [Change(swap=((a, b),)) for a in matched for b in matched if a < b]
    if len(allowed) > 1:
        pin, ban = data.draw(st.permutations(allowed))[:2]
        questions.append(Change(pin=(pin,), forbid=(ban,)))
    for question in questions:
        try:
            expected = effect_by_new_run(one, question, policy)
        except PinError:
            with pytest.raises(PinError):
                effect_of(known, before, question)
        else:
            assert effect_of(known, before, question) == expected


POLICIES = st.sampled_from(
    [Policy(), Policy(), Policy(), Policy(equal_spread=True), Policy(nobody_worse=True)]
)


@given(pools(guides_max=3, requests_max=5), st.data(), POLICIES)
@settings(max_examples=40, deadline=None)
def test_every_decision_has_the_effect_of_a_new_run(one: Pool, data: st.DataObject, policy: Policy) -> None:
    assert_same_as_new_run(one, data, policy)


@pytest.mark.long
@given(pools(guides_max=5, requests_max=7), st.data(), POLICIES)
@settings(max_examples=1_000, deadline=None)
def test_a_thousand_times_every_decision_has_the_effect_of_a_new_run(
    one: Pool, data: st.DataObject, policy: Policy
) -> None:
    assert_same_as_new_run(one, data, policy)
