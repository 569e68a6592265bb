"""Pools with more allowed pairs than are stored: the answer is the one that all pairs would have given."""

import random

import pytest

from guides.matching import Policy, completion, preparation
from guides.matching import engine as matching_engine
from guides.matching.capacity_slots import solve_with_policy
from guides.matching.model import Pool
from guides.matching.preparation import prepare
from guides.matching.scoring import scoring as scoring_scoring
from tests.support.matching.pools import days_ago, guide, pool, request


def random_pool(seed: int) -> Pool:
    chance = random.Random(seed)

    def some(*words: str) -> tuple[str, ...]:
        return tuple(chance.sample(words, chance.randint(0, len(words))))

    return pool(
        [
            guide(
                f"g{i}", capacity=chance.randint(1, 3), area=chance.choice("AB"), experiences=some(*"abcde")
            )
            for i in range(60)
        ],
        [
            request(
                f"r{i}",
                urgent=chance.random() < 0.2,
                waiting_since=days_ago(chance.randint(0, 300)),
                area=chance.choice("AB"),
                experiences=some(*"abcde"),
                travel_minutes_max=chance.choice([0, 30]),
            )
            for i in range(150)
        ],
    )


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    "policy", [Policy(), Policy(equal_spread=True), Policy(tier_days=(), urgent_first=False)]
)
def test_an_answer_over_few_stored_pairs_is_completed_to_the_best_over_all(
    seed: int, policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = random_pool(seed)
    whole = prepare(one, policy, 0, lambda _step, _part: None)
    best = solve_with_policy(whole.problem, policy)

    monkeypatch.setattr(scoring_scoring, "BEST_KEPT", 2)
    monkeypatch.setattr(scoring_scoring, "LOTS_KEPT", 1)
    monkeypatch.setattr(
        preparation,
        "score_pairs",
        lambda people, policy, tick: scoring_scoring.score_pairs(people, policy, tick, stored_max=500),
    )
    thin = prepare(one, policy, 0, lambda _step, _part: None)
    assert whole.complete
    assert not thin.complete
    assert thin.problem.points.nnz < whole.problem.points.nnz / 2
    assert (thin.allowed == whole.allowed).all()

    completed, found = completion.complete_solution(thin, policy)

    assert worth(found, thin) == worth(best, whole)
    assert completed.problem.points.nnz < whole.problem.points.nnz
    assert matching_engine.propose(one, policy).totals.matched == int((best.guide >= 0).sum())


def worth(found, ready):  # type: ignore[no-untyped-def]
    """How many of each tier have a guide, and the sum of points, days and what seats add."""
    served = found.guide >= 0
    tiers = tuple(int((served & (ready.problem.tier == tier)).sum()) for tier in range(4))
    total = found.solved.assignment.total - int(found.solved.value[served].sum())
    return tiers, total + int(ready.problem.bonus[served].sum())
