"""What every other pair would cost, and who would have to move, against trying every assignment."""

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


def others_moved(now: list[int], then: tuple[int, ...], request: int) -> int:
    return sum(a != b for i, (a, b) in enumerate(zip(now, then, strict=True)) if i != request)


def assert_moves(
    problem: SmallProblem, now: list[int], total: int, alternatives: Alternatives, moved_max: int
) -> None:
    """Carrying out the moves gives a feasible assignment whose total is as told."""
    for i in range(len(now)):
        for rank, guide in enumerate(alternatives.guide[i]):
            if guide < 0:
                continue
            then = list(now)
            then[i] = int(guide)
            moves = alternatives.moves(i, rank)
            assert len(moves) <= moved_max
            assert len({i, *(request for request, _ in moves)}) == len(moves) + 1
            for request, to in moves:
                assert to < 0 or problem.feasible[request, to]
                then[request] = to
            assert all(then.count(j) <= room for j, room in enumerate(problem.capacity))
            assert total_of(problem, then) - total == alternatives.change[i, rank]


@pytest.mark.parametrize("others_max", [None, 2])
def test_every_forced_pair_costs_what_trying_everything_says(others_max: int | None) -> None:
    chance = np.random.default_rng(11)
    for _ in range(150):
        problem = random_problem(chance, 5, 4, 2)
        n, m = problem.points.shape
        now, total, graph = solved(problem)
        choices = [(choice, total_of(problem, choice)) for choice in all_choices(problem)]
        found = alternatives(graph, k=m + 1, others_max=others_max)
        for i in range(n):
            best: dict[int, int] = {}
            for choice, worth in choices:
                if choice[i] in (-1, now[i]):
                    continue
                if others_max is None or others_moved(now, choice, i) <= others_max:
                    best[choice[i]] = max(best.get(choice[i], -(10**9)), worth - total)
            told = {int(j): int(c) for j, c in zip(found.guide[i], found.change[i], strict=True) if j >= 0}
            assert told == best
            assert (np.diff(found.change[i][found.guide[i] >= 0]) <= 0).all()
        assert_moves(problem, now, total, found, n if others_max is None else others_max)


def test_a_pool_of_hundreds_agrees_with_solving_anew() -> None:
    chance = np.random.default_rng(12)
    n, m = 200, 60
    problem = SmallProblem(
        chance.integers(0, 1_000, (n, m)),
        chance.random((n, m)) < 0.2,
        chance.integers(0, 4, m),
        chance.integers(0, 3, n) * 1_000,
    )
    now, total, graph = solved(problem)
    free, few = alternatives(graph), alternatives(graph, others_max=2)
    assert_moves(problem, now, total, free, n)
    assert_moves(problem, now, total, few, 2)
    assert (few.change[few.guide >= 0] <= free.change[few.guide >= 0]).all()
    for i in chance.choice(n, 25, replace=False):
        others = np.arange(n) != i
        for guide, change in zip(free.guide[i], free.change[i], strict=True):
            if guide < 0:
                continue
            left = problem._replace(feasible=problem.feasible & others[:, None])
            left.capacity[guide] -= 1
            anew = assign(left.rows, left.capacity, value=left.value).total
            left.capacity[guide] += 1
            assert anew + problem.points[i, guide] + problem.value[i] - total == change


@pytest.mark.parametrize("limit", [1, 3, 11, 1_000])
def test_where_many_are_equally_good_a_short_list_holds_what_the_whole_list_begins_with(limit: int) -> None:
    chance = np.random.default_rng(limit)
    n, m = 240, 120
    problem = SmallProblem(
        chance.integers(0, limit, (n, m)),
        chance.random((n, m)) < 0.3,
        chance.integers(0, 4, m),
        chance.integers(0, 40, n),
    )
    now, total, graph = solved(problem)
    short, whole = alternatives(graph), alternatives(graph, k=m)
    assert (short.change == whole.change[:, :3]).all()
    assert_moves(problem, now, total, short, n)


def test_swapping_two_people_by_hand() -> None:
    problem = SmallProblem(
        np.array([[90, 80], [85, 20]]), np.ones((2, 2), np.bool_), np.array([1, 1]), np.zeros(2, int)
    )
    now, total, graph = solved(problem)
    assert (now, total) == ([1, 0], 165)
    found = alternatives(graph, k=1)
    assert found.guide.tolist() == [[0], [1]]
    assert found.change.tolist() == [[110 - 165], [110 - 165]]
    assert found.moves(0, 0) == [(1, 1)]


def test_only_the_requests_that_are_asked_for_are_answered() -> None:
    problem = random_problem(np.random.default_rng(13), 7, 5)
    everybody = alternatives(solved(problem)[2])
    n = problem.value.size
    asked = np.arange(n)[::2][::-1]
    some = alternatives(solved(problem)[2], requests=asked)
    assert some.request.tolist() == asked.tolist()
    assert (some.guide == everybody.guide[asked]).all()
    assert (some.change == everybody.change[asked]).all()


def test_asking_leaves_the_graph_as_it_was() -> None:
    graph = solved(random_problem(np.random.default_rng(14), 7, 5))[2]
    first = alternatives(graph, others_max=2)
    alternatives(graph)
    again = alternatives(graph, others_max=2)
    assert (first.change == again.change).all()
    assert (first.mover == again.mover).all()


@pytest.mark.parametrize("wrong", [{"k": 0}, {"others_max": 5}, {"requests": [99]}, {"requests": [-1]}])
def test_impossible_questions_are_refused(wrong: dict[str, object]) -> None:
    graph = solved(random_problem(np.random.default_rng(15), 7, 5))[2]
    with pytest.raises(ValueError, match="must be"):
        alternatives(graph, **wrong)  # type: ignore[arg-type]


def test_an_assignment_of_another_problem_is_refused() -> None:
    best = assign(np.array([[9, 1], [8, 7]]), [1, 1])
    with pytest.raises(CertificateError):
        residual(np.array([[1, 9], [8, 7]]), [1, 1], best)
