"""Column generation: pools with more allowed pairs than are stored have the optimum over all pairs."""

import random

import pytest

from guides.matching import Policy, completion, preparation, propose
from guides.matching.capacity_slots import solve_with_policy
from guides.matching.model import Pool
from guides.matching.preparation import prepare
from guides.matching.scoring import scoring
from tests.support.matching.pools import days_ago, guide, pool, request


def random_pool(seed: int) -> Pool:
    rng = random.Random(seed)

    def some(*words: str) -> tuple[str, ...]:
        return tuple(rng.sample(words, rng.randint(0, len(words))))

    return pool(
        [
            guide(f"g{i}", capacity=rng.randint(1, 3), area=rng.choice("AB"), experiences=some(*"abcde"))
            for i in range(60)
        ],
        [
            request(
                f"r{i}",
                urgent=rng.random() < 0.2,
                waiting_since=days_ago(rng.randint(0, 300)),
                area=rng.choice("AB"),
                experiences=some(*"abcde"),
                travel_minutes_max=rng.choice([0, 30]),
            )
            for i in range(150)
        ],
    )


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    "policy", [Policy(), Policy(balance_load=True), Policy(tier_days=(), urgent_first=False)]
)
def test_a_solution_over_few_stored_pairs_is_completed_to_the_optimum_over_all(
    seed: int, policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    population = random_pool(seed)
    full = prepare(population, policy, 0, lambda _step, _part: None)
    best = solve_with_policy(full.problem, policy)

    monkeypatch.setattr(scoring, "BEST_KEPT", 2)
    monkeypatch.setattr(scoring, "LOTS_KEPT", 1)
    monkeypatch.setattr(
        preparation,
        "score_pairs",
        lambda people, policy, progress: scoring.score_pairs(people, policy, progress, stored_max=500),
    )
    pruned = prepare(population, policy, 0, lambda _step, _part: None)
    assert full.complete
    assert not pruned.complete
    assert pruned.problem.points.nnz < full.problem.points.nnz / 2
    assert (pruned.allowed == full.allowed).all()

    completed, solution = completion.complete_solution(pruned, policy)

    assert worth(solution, pruned) == worth(best, full)
    assert completed.problem.points.nnz < full.problem.points.nnz
    assert propose(population, policy).totals.matched == int((best.guide >= 0).sum())


def worth(solution, prepared):  # type: ignore[no-untyped-def]
    """The matched requests per tier, and the sum of points, waiting points and slot values."""
    served = solution.guide >= 0
    tiers = tuple(int((served & (prepared.problem.tier == tier)).sum()) for tier in range(4))
    total = solution.solved.assignment.total - int(solution.solved.value[served].sum())
    return tiers, total + int(prepared.problem.bonus[served].sum())
