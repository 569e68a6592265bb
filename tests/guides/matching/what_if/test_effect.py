"""The effect of a decision on a solved pool is identical to that of a new run."""

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
    result = effect_of(solved_pool(POOL, BEFORE), BEFORE, Change(swap=(("r", "s"),)))

    assert result.moved == (Moved("r", "best", "good"), Moved("s", "good", "best"))
    assert (result.matched, result.points) == (0, -1250)
    assert consider(POOL, BEFORE, Change(swap=(("r", "s"),))).moved == result.moved


def test_a_waiting_request_cannot_swap_guides() -> None:
    with pytest.raises(PinError, match="both have a guide"):
        effect_of(solved_pool(POOL, BEFORE), BEFORE, Change(swap=(("r", "t"),)))


def test_a_pinned_pair_can_be_swapped() -> None:
    decided = pool(list(POOL.guides), list(POOL.requests), pinned=(("r", "best"),))
    before = propose(decided)

    result = effect_of(solved_pool(decided, before), before, Change(swap=(("r", "s"),)))

    assert result.moved == (Moved("r", "best", "good"), Moved("s", "good", "best"))


def test_a_decision_against_a_rule_names_the_rule() -> None:
    population = pool([guide("g", languages=("polsk",))], [request("r")])
    with pytest.raises(PinError, match="language"):
        effect_of(
            solved_pool(population, propose(population)), propose(population), Change(pin=(("r", "g"),))
        )


def test_a_decision_for_which_the_tier_weights_do_not_suffice_is_solved_from_scratch() -> None:
    population = pool(
        [guide("g", capacity=2), guide("h")],
        [request("r", urgent=True), request("s", waiting_since=days_ago(200)), request("t"), request("u")],
    )
    before = propose(population)
    result = effect_of(solved_pool(population, before), before, Change(pin=(("t", "g"), ("u", "g"))))
    assert result == effect_by_new_run(population, Change(pin=(("t", "g"), ("u", "g"))))


def effect_by_new_run(population: Pool, change: Change, policy: Policy | None = None) -> effect.Effect:
    before = propose(population, policy or Policy())
    outcome = consider(population, before, change)
    return effect.Effect(outcome.moved, outcome.matched, outcome.points)


def assert_same_as_new_run(population: Pool, data: st.DataObject, policy: Policy) -> None:
    before = propose(population, policy)
    solved = solved_pool(population, before)
    allowed = sorted(reference_rules.allowed_points(population))
    matched = sorted(pair.request_id for pair in before.pairs)
    changes = [Change(pin=(pair,)) for pair in allowed] + [Change(forbid=(pair,)) for pair in allowed]
    changes += [Change(swap=((a, b),)) for a in matched for b in matched if a < b]
    if len(allowed) > 1:
        pin, forbidden = data.draw(st.permutations(allowed))[:2]
        changes.append(Change(pin=(pin,), forbid=(forbidden,)))
    for change in changes:
        try:
            expected = effect_by_new_run(population, change, policy)
        except PinError:
            with pytest.raises(PinError):
                effect_of(solved, before, change)
        else:
            assert effect_of(solved, before, change) == expected


POLICIES = st.sampled_from(
    [Policy(), Policy(), Policy(), Policy(balance_load=True), Policy(maximize_minimum=True)]
)


@given(pools(guides_max=3, requests_max=5), st.data(), POLICIES)
@settings(max_examples=40, deadline=None)
def test_every_decision_has_the_effect_of_a_new_run(
    population: Pool, data: st.DataObject, policy: Policy
) -> None:
    assert_same_as_new_run(population, data, policy)


@pytest.mark.long
@given(pools(guides_max=5, requests_max=7), st.data(), POLICIES)
@settings(max_examples=1_000, deadline=None)
def test_a_thousand_times_every_decision_has_the_effect_of_a_new_run(
    population: Pool, data: st.DataObject, policy: Policy
) -> None:
    assert_same_as_new_run(population, data, policy)
