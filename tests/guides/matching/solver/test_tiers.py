"""Coverage by tier, tie-breaking and the lowest pair, compared with exhaustive search."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import maximum_flow

from guides.matching.solver.assignment import assign
from guides.matching.solver.bottleneck import assign_maximizing_minimum
from guides.matching.solver.tie_breaking import break_ties
from guides.matching.solver.tiers import TieredAssignment, assign_by_tier
from tests.support.matching.brute_force import SmallProblem, all_choices, random_problem, shuffled, total_of

Ints = NDArray[np.int64]


def most_paired(problem: SmallProblem, counted: NDArray[np.bool_]) -> int:
    """How many of the counted requests can be paired together, by SciPy's maximum flow."""
    n, m = problem.points.shape
    row, column = np.nonzero(problem.feasible & counted[:, None])
    start, end = n + m, n + m + 1
    flow = sparse.csr_matrix(
        (
            np.concatenate((np.ones(row.size + n), problem.capacity)).astype(np.int32),
            (
                np.concatenate((row, np.full(n, start), n + np.arange(m))),
                np.concatenate((n + column, np.arange(n), np.full(m, end))),
            ),
        ),
        shape=(end + 1, end + 1),
    )
    return int(maximum_flow(flow, start, end).flow_value)


def tiered(problem: SmallProblem, tier: Ints) -> TieredAssignment:
    return assign_by_tier(problem.rows, problem.capacity, tier, extra_value=problem.value)


def coverage(choice: tuple[int, ...] | list[int], tier: Ints) -> tuple[int, ...]:
    return tuple(sum(j >= 0 for j, t in zip(choice, tier, strict=True) if t == number) for number in range(4))


def lowest(problem: SmallProblem, choice: tuple[int, ...] | list[int]) -> int:
    return min((int(problem.points[i, j]) for i, j in enumerate(choice) if j >= 0), default=0)


def test_each_tier_is_covered_before_the_next_and_then_points_count() -> None:
    rng = np.random.default_rng(21)
    for _ in range(150):
        problem = random_problem(rng, 5, 4)
        tier = rng.integers(0, 4, problem.value.size)
        result = tiered(problem, tier).assignment.guide.tolist()
        best = max((coverage(c, tier), total_of(problem, c)) for c in all_choices(problem))
        assert (coverage(result, tier), total_of(problem, result)) == best


def test_the_lowest_pair_is_maximized_before_the_total_and_after_coverage() -> None:
    rng = np.random.default_rng(22)
    for _ in range(150):
        problem = random_problem(rng, 5, 4)
        tier = rng.integers(0, 3, problem.value.size)
        raised = assign_maximizing_minimum(problem.rows, problem.capacity, tier, extra_value=problem.value)
        result = raised.tiered.assignment.guide.tolist()
        best = max(
            (coverage(c, tier), lowest(problem, c), total_of(problem, c)) for c in all_choices(problem)
        )
        assert (coverage(result, tier), lowest(problem, result), total_of(problem, result)) == best
        assert raised.lowest == lowest(problem, result)


def test_no_tier_prefix_of_a_large_pool_can_be_covered_better() -> None:
    rng = np.random.default_rng(23)
    for limit in (2, 10_001):
        n, m = 400, 90
        feasible = rng.random((n, m)) < np.where(np.arange(m) < 20, 0.3, 0.02)
        problem = SmallProblem(
            rng.integers(0, limit, (n, m)), feasible, rng.integers(0, 4, m), np.zeros(n, int)
        )
        tier = rng.integers(0, 5, n)
        result = tiered(problem, tier)
        covered = 0
        for t, size, paired in zip(result.tiers, result.size, result.covered, strict=True):
            covered += int(paired)
            assert size == (tier == t).sum()
            assert covered == most_paired(problem, tier <= t)


def test_an_urgent_request_is_paired_even_if_a_long_chain_must_move() -> None:
    """The urgent request fits only guide 0; twenty others must then each move to a guide without points."""
    n = 21
    points, feasible = np.zeros((n, n - 1), int), np.zeros((n, n - 1), np.bool_)
    for i in range(1, n):
        points[i, i - 1] = 10_000
        feasible[i, i - 1] = True
        if i < n - 1:
            feasible[i, i] = True
    feasible[0, 0] = True
    problem = SmallProblem(points, feasible, np.ones(n - 1, int), np.zeros(n, int))
    result = tiered(problem, np.where(np.arange(n) == 0, 0, 1))
    assert result.covered.tolist() == [1, 19]
    assert result.assignment.guide[0] == 0


def tie_broken_keys(problem: SmallProblem, tier: Ints, days: Ints, keys: tuple[Ints, Ints]) -> list[int]:
    """The key of each request's guide after tie-breaking, sorted by request key; -1 waits."""
    first = tiered(problem, tier)
    last = break_ties(
        problem.rows,
        problem.capacity,
        first.assignment,
        value=first.value,
        preference=days,
        request_key=keys[0],
        guide_key=keys[1],
    )
    assert last.total == first.assignment.total
    assert days[last.guide >= 0].sum() >= days[first.assignment.guide >= 0].sum()
    chosen: list[int] = np.append(keys[1], -1)[last.guide][np.argsort(keys[0])].tolist()
    return chosen


def test_ties_go_to_those_who_waited_longest_whatever_the_order_of_the_rows() -> None:
    rng = np.random.default_rng(24)
    for _ in range(200):
        problem = random_problem(rng, 8, 5)
        n, m = problem.points.shape
        tier, days = rng.integers(0, 3, n), rng.integers(0, 6, n)
        keys = rng.integers(0, 2**63, n), rng.integers(0, 2**63, m)
        permuted, rows, columns = shuffled(problem, rng)
        expected = tie_broken_keys(problem, tier, days, keys)
        assert expected == tie_broken_keys(
            permuted, tier[rows], days[rows], (keys[0][rows], keys[1][columns])
        )


def test_among_equals_the_longest_wait_wins() -> None:
    points = np.full((3, 1), 70)
    best = assign(points, [1])
    for days in ([1, 9, 4], [9, 1, 4], [1, 4, 9]):
        keys = np.arange(3, dtype=np.uint64)
        last = break_ties(points, [1], best, preference=days, request_key=keys, guide_key=keys[:1])
        assert last.guide[np.argmax(days)] == 0


@pytest.mark.parametrize("tier", [[0], [0, -1], [0.5, 1], "ab"])
def test_invalid_tiers_are_refused(tier: object) -> None:
    with pytest.raises(ValueError, match="tier"):
        assign_by_tier(np.ones((2, 2), int), [1, 1], tier)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong", [{"preference": 2**21}, {"preference": [1]}, {"request_key": [1]}, {"guide_key": [1, 2, 3]}]
)
def test_invalid_tie_breaking_keys_are_refused(wrong: dict[str, object]) -> None:
    points = np.ones((2, 2), int)
    arguments = {"request_key": [1, 2], "guide_key": [3, 4], **wrong}
    with pytest.raises(ValueError, match=r"preference|value|key"):
        break_ties(points, [1, 1], assign(points, [1, 1]), **arguments)  # type: ignore[arg-type]
