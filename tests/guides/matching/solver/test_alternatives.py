"""The loss of forcing each other pair, and who would move, compared with exhaustive search."""

import numpy as np
import pytest

from guides.matching.solver.alternatives import Alternatives, alternatives
from guides.matching.solver.assignment import CertificateError, assign
from guides.matching.solver.residual import Residual, residual
from tests.support.matching.brute_force import SmallProblem, all_choices, random_problem, total_of


def solved(problem: SmallProblem) -> tuple[list[int], int, Residual]:
    best = assign(problem.rows, problem.capacity, value=problem.value)
    return (
        best.guide.tolist(),
        best.total,
        residual(problem.rows, problem.capacity, best, value=problem.value),
    )


def others_moved(before: list[int], after: tuple[int, ...], request: int) -> int:
    return sum(a != b for i, (a, b) in enumerate(zip(before, after, strict=True)) if i != request)


def assert_moves(
    problem: SmallProblem, before: list[int], total: int, alternatives: Alternatives, moved_max: int
) -> None:
    """Applying the moves of each alternative yields a feasible assignment with the stated total."""
    for i in range(len(before)):
        for rank, guide in enumerate(alternatives.guide[i]):
            if guide < 0:
                continue
            after = list(before)
            after[i] = int(guide)
            moves = alternatives.moves(i, rank)
            assert len(moves) <= moved_max
            assert len({i, *(request for request, _ in moves)}) == len(moves) + 1
            for request, to in moves:
                assert to < 0 or problem.feasible[request, to]
                after[request] = to
            assert all(after.count(j) <= room for j, room in enumerate(problem.capacity))
            assert total_of(problem, after) - total == alternatives.change[i, rank]


@pytest.mark.parametrize("others_max", [None, 2])
def test_every_forced_pair_costs_what_exhaustive_search_finds(others_max: int | None) -> None:
    rng = np.random.default_rng(11)
    for _ in range(150):
        problem = random_problem(rng, 5, 4, 2)
        n, m = problem.points.shape
        before, total, graph = solved(problem)
        choices = [(choice, total_of(problem, choice)) for choice in all_choices(problem)]
        result = alternatives(graph, k=m + 1, others_max=others_max)
        for i in range(n):
            best: dict[int, int] = {}
            for choice, worth in choices:
                if choice[i] in (-1, before[i]):
                    continue
                if others_max is None or others_moved(before, choice, i) <= others_max:
                    best[choice[i]] = max(best.get(choice[i], -(10**9)), worth - total)
            changes = {
                int(j): int(c) for j, c in zip(result.guide[i], result.change[i], strict=True) if j >= 0
            }
            assert changes == best
            assert (np.diff(result.change[i][result.guide[i] >= 0]) <= 0).all()
        assert_moves(problem, before, total, result, n if others_max is None else others_max)


def test_a_pool_of_hundreds_agrees_with_solving_from_scratch() -> None:
    rng = np.random.default_rng(12)
    n, m = 200, 60
    problem = SmallProblem(
        rng.integers(0, 1_000, (n, m)),
        rng.random((n, m)) < 0.2,
        rng.integers(0, 4, m),
        rng.integers(0, 3, n) * 1_000,
    )
    before, total, graph = solved(problem)
    unlimited, limited = alternatives(graph), alternatives(graph, others_max=2)
    assert_moves(problem, before, total, unlimited, n)
    assert_moves(problem, before, total, limited, 2)
    assert (limited.change[limited.guide >= 0] <= unlimited.change[limited.guide >= 0]).all()
    for i in rng.choice(n, 25, replace=False):
        others = np.arange(n) != i
        for guide, change in zip(unlimited.guide[i], unlimited.change[i], strict=True):
            if guide < 0:
                continue
            reduced = problem._replace(feasible=problem.feasible & others[:, None])
            reduced.capacity[guide] -= 1
            rest = assign(reduced.rows, reduced.capacity, value=reduced.value).total
            reduced.capacity[guide] += 1
            assert rest + problem.points[i, guide] + problem.value[i] - total == change


@pytest.mark.parametrize("limit", [1, 3, 11, 1_000])
def test_with_many_ties_a_short_list_is_the_beginning_of_the_whole_list(limit: int) -> None:
    rng = np.random.default_rng(limit)
    n, m = 240, 120
    problem = SmallProblem(
        rng.integers(0, limit, (n, m)),
        rng.random((n, m)) < 0.3,
        rng.integers(0, 4, m),
        rng.integers(0, 40, n),
    )
    before, total, graph = solved(problem)
    short, whole = alternatives(graph), alternatives(graph, k=m)
    assert (short.change == whole.change[:, :3]).all()
    assert_moves(problem, before, total, short, n)


def test_swapping_two_people_by_hand() -> None:
    problem = SmallProblem(
        np.array([[90, 80], [85, 20]]), np.ones((2, 2), np.bool_), np.array([1, 1]), np.zeros(2, int)
    )
    before, total, graph = solved(problem)
    assert (before, total) == ([1, 0], 165)
    result = alternatives(graph, k=1)
    assert result.guide.tolist() == [[0], [1]]
    assert result.change.tolist() == [[110 - 165], [110 - 165]]
    assert result.moves(0, 0) == [(1, 1)]


def test_alternatives_of_selected_requests_only() -> None:
    problem = random_problem(np.random.default_rng(13), 7, 5)
    all_requests = alternatives(solved(problem)[2])
    n = problem.value.size
    rows = np.arange(n)[::2][::-1]
    selection = alternatives(solved(problem)[2], requests=rows)
    assert selection.request.tolist() == rows.tolist()
    assert (selection.guide == all_requests.guide[rows]).all()
    assert (selection.change == all_requests.change[rows]).all()


def test_queries_do_not_modify_the_graph() -> None:
    graph = solved(random_problem(np.random.default_rng(14), 7, 5))[2]
    first = alternatives(graph, others_max=2)
    alternatives(graph)
    again = alternatives(graph, others_max=2)
    assert (first.change == again.change).all()
    assert (first.mover == again.mover).all()


@pytest.mark.parametrize("wrong", [{"k": 0}, {"others_max": 5}, {"requests": [99]}, {"requests": [-1]}])
def test_invalid_arguments_are_refused(wrong: dict[str, object]) -> None:
    graph = solved(random_problem(np.random.default_rng(15), 7, 5))[2]
    with pytest.raises(ValueError, match="must be"):
        alternatives(graph, **wrong)  # type: ignore[arg-type]


def test_an_assignment_of_another_problem_is_refused() -> None:
    best = assign(np.array([[9, 1], [8, 7]]), [1, 1])
    with pytest.raises(CertificateError):
        residual(np.array([[1, 9], [8, 7]]), [1, 1], best)
