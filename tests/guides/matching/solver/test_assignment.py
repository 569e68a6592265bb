"""`assign` finds an optimal assignment, certifies it, and refuses invalid problems."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, milp

from guides.matching.solver import assignment
from guides.matching.solver.assignment import Assignment, CertificateError, assign, certified
from guides.matching.solver.problem import read_problem
from tests.support.matching.brute_force import SmallProblem, best_total, random_problem, shuffled, total_of


@pytest.fixture(params=["auction first", "augmentation alone"])
def method(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small problems skip the auction; run each test without it and with it."""
    if request.param == "auction first":
        monkeypatch.setattr(assignment, "AUCTION_PAIRS_MIN", -1)


def assert_proof(problem: SmallProblem, best: Assignment) -> None:
    """Check the certificate independently, in NumPy, on the caller's arrays."""
    n, m = problem.points.shape
    assert best.guide.shape == (n,)
    assert best.request_price.shape == (n,)
    assert best.guide_price.shape == (m,)
    paired = np.flatnonzero(best.guide >= 0)
    assert problem.feasible[paired, best.guide[paired]].all()
    assert (np.bincount(best.guide[paired], minlength=m) <= problem.capacity).all()
    assert best.total == total_of(problem, best.guide.tolist())
    assert (best.request_price >= 0).all()
    assert (best.guide_price >= 0).all()
    worth = problem.value[:, None] + problem.points
    enough = best.request_price[:, None] + best.guide_price >= worth
    assert enough[problem.feasible].all()
    assert best.request_price.sum() + problem.capacity @ best.guide_price == best.total


def assert_matches_brute_force(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(count):
        problem = random_problem(rng)
        best = assign(problem.rows, problem.capacity, value=problem.value)
        assert best.total == best_total(problem)
        assert_proof(problem, best)
        permuted, _, _ = shuffled(problem, rng)
        assert assign(permuted.rows, permuted.capacity, value=permuted.value).total == best.total


def test_three_requests_and_two_guides_by_hand() -> None:
    best = assign(np.array([[90, 80], [85, 20], [70, 60]]), [1, 1])
    assert best.guide.tolist() == [1, 0, -1]
    assert best.total == 80 + 85
    assert best.request_price.sum() + best.guide_price.sum() == best.total


def test_a_request_that_is_worth_more_is_paired_before_one_with_more_points() -> None:
    assert assign(np.array([[10], [90]]), [1], value=[100, 0]).guide.tolist() == [0, -1]


def test_a_stored_zero_is_a_feasible_pair_and_a_missing_entry_is_not() -> None:
    points = sparse.csr_array((np.array([0]), np.array([1]), np.array([0, 1, 1])), shape=(2, 2))
    assert assign(points, [1, 1], value=5).guide.tolist() == [1, -1]


@pytest.mark.usefixtures("method")
def test_small_pools_equal_exhaustive_search() -> None:
    assert_matches_brute_force(seed=1, count=1_500)


@pytest.mark.long
@pytest.mark.usefixtures("method")
def test_a_hundred_thousand_small_pools_equal_exhaustive_search() -> None:
    assert_matches_brute_force(seed=2, count=100_000)


@pytest.mark.long
@pytest.mark.usefixtures("method")
def test_two_thousand_pools_equal_an_integer_program() -> None:
    rng = np.random.default_rng(3)
    for _ in range(2_000):
        problem = random_problem(rng, 300, 80, 4)
        best = assign(problem.rows, problem.capacity, value=problem.value)
        assert_proof(problem, best)
        row, column = np.nonzero(problem.feasible)
        if not row.size:
            continue
        n, m = problem.points.shape
        one_each = sparse.csr_array((np.ones(row.size), (row, np.arange(row.size))), shape=(n, row.size))
        room = sparse.csr_array((np.ones(row.size), (column, np.arange(row.size))), shape=(m, row.size))
        optimum = milp(
            -(problem.points[row, column] + problem.value[row]),
            integrality=1,
            bounds=Bounds(0, 1),
            constraints=[LinearConstraint(one_each, ub=1), LinearConstraint(room, ub=problem.capacity)],
        )
        assert best.total == -round(optimum.fun)


@pytest.mark.parametrize("limit", [2, 12, 10_001])
@pytest.mark.parametrize("room_max", [1, 6])
def test_pools_of_hundreds_equal_scipy(limit: int, room_max: int) -> None:
    rng = np.random.default_rng(limit + room_max)
    n, m = 250, 60
    problem = SmallProblem(
        rng.integers(0, limit, (n, m)),
        rng.random((n, m)) < 0.3,
        rng.integers(0, room_max + 1, m),
        rng.integers(0, 3, n) * limit,
    )
    best = assign(problem.rows, problem.capacity, value=problem.value)
    assert_proof(problem, best)
    worth = np.where(problem.feasible, problem.value[:, None] + problem.points, 0)
    slots = worth[:, np.repeat(np.arange(m), problem.capacity)]
    assert best.total == slots[linear_sum_assignment(slots, maximize=True)].sum()


@given(st.integers(0, 2**32 - 1))
def test_every_assignment_is_certified(seed: int) -> None:
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, 40, 20, 5)
    best = assign(problem.rows, problem.capacity, value=problem.value)
    assert_proof(problem, best)
    permuted, _, _ = shuffled(problem, rng)
    assert assign(permuted.rows, permuted.capacity, value=permuted.value).total == best.total


def test_dense_points_make_every_pair_feasible() -> None:
    rng = np.random.default_rng(4)
    points = rng.integers(0, 50, (30, 25))
    dense = assign(points, np.ones(25, int))
    all_pairs = sparse.csr_array(points + 1)
    all_pairs.data -= 1
    assert dense.total == assign(all_pairs, np.ones(25, int)).total
    assert (dense.guide >= 0).sum() == 25


def test_every_sparse_format_of_the_same_points_has_the_same_total() -> None:
    start, column, points = [0, 3, 4], [2, 0, 2, 1], [5, 1, 2, 4]  # unsorted, one pair stored twice
    rows = sparse.csr_array((points, column, start), shape=(2, 3))
    expected = assign(np.array([[1, 0, 7], [0, 4, 0]]), [1, 1, 1]).total
    for stored_points in (
        rows,
        sparse.csr_matrix(rows),
        rows.tocoo(),
        rows.tocsc(),
        rows.astype(np.uint8),
        rows.astype(np.float32),
    ):
        assert assign(stored_points, [1, 1, 1]).total == expected


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.uint32, np.int64])
@pytest.mark.parametrize("stored_as", ["coo", "csr", "csc"])
def test_entries_of_one_pair_are_added_up_in_full(kind: type, stored_as: str) -> None:
    both = ([0, 0], [0, 0])
    points = sparse.coo_array((np.array([200, 100]).astype(kind), both), shape=(1, 1))
    if stored_as != "coo":  # scipy would add up while converting, in the array's own type
        make = sparse.csr_array if stored_as == "csr" else sparse.csc_array
        points = make((points.data, points.coords[1], np.array([0, 2])), shape=(1, 1))
    assert assign(points, [1]).total == 300


def test_the_inputs_are_not_modified() -> None:
    data, column, start = np.array([5, 1, 4, 9]), np.array([2, 0, 1, 0]), np.array([0, 2, 4])
    points = sparse.csr_array((data, column, start), shape=(2, 3))
    capacity, value = np.array([1, 1, 1]), np.array([2, 3])
    for array in (data, column, start, capacity, value):
        array.flags.writeable = False
    assign(points, capacity, value=value)
    assert points.data.tolist() == [5, 1, 4, 9]
    assert points.indices.tolist() == [2, 0, 1, 0]
    assert capacity.tolist() == [1, 1, 1]


@pytest.mark.parametrize(("n", "m"), [(0, 0), (0, 3), (3, 0)])
def test_an_empty_problem_has_an_empty_assignment(n: int, m: int) -> None:
    for points in (np.zeros((n, m), int), sparse.csr_array((n, m), dtype=np.int64)):
        best = assign(points, np.ones(m, int))
        assert (best.guide.tolist(), best.total) == ([-1] * n, 0)
        assert best.guide_price.shape == (m,)


def test_guides_without_capacity_and_requests_without_guides_stay_unpaired() -> None:
    points = sparse.csr_array((np.array([9, 8]), np.array([0, 1]), np.array([0, 2, 2])), shape=(2, 2))
    assert assign(points, [0, 1]).guide.tolist() == [1, -1]
    assert assign(points, [0, 0]).total == 0


def test_capacity_beyond_the_number_of_requests_is_accepted() -> None:
    best = assign(np.array([[3], [4]]), [2**62])
    assert (best.total, best.guide_price.tolist()) == (7, [0])


@pytest.mark.parametrize(
    "points",
    [
        [[0.5]],
        [[np.nan]],
        [[np.inf]],
        [[-1]],
        [[2**31]],
        [[2**62]],
        [[2**64 - 1]],
        [1, 2],
        [[[1]]],
        5,
        [["a"]],
        [[1j]],
    ],
)
def test_points_that_are_not_whole_numbers_of_pairs_are_refused(points: object) -> None:
    with pytest.raises(ValueError, match="points"):
        assign(points, [1])


@pytest.mark.parametrize("data", [-1.0, 0.5, np.nan, 2.0**40])
def test_sparse_points_are_validated_as_strictly(data: float) -> None:
    with pytest.raises(ValueError, match="points"):
        assign(sparse.csr_array((np.array([data]), np.array([0]), np.array([0, 1])), shape=(1, 1)), [1])


@pytest.mark.parametrize("capacity", [[1], [1, 1, 1], [-1, 1], [0.5, 1], [np.nan, 1], 3, [[1, 1]]])
def test_an_invalid_capacity_is_refused(capacity: object) -> None:
    with pytest.raises(ValueError, match="capacity"):
        assign(np.ones((2, 2), int), capacity)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [[1], -1, 0.5, np.nan, [[1, 1]], 2**41, 2**70])
def test_an_invalid_value_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="value"):
        assign(np.ones((2, 2), int), [1, 1], value=value)  # type: ignore[arg-type]


def test_pairs_outside_the_pool_are_refused() -> None:
    points = sparse.csr_array((np.array([1, 1]), np.array([0, 1]), np.array([0, 1, 2])), shape=(2, 2))
    points.indices[1] = 7
    with pytest.raises(ValueError, match="indices"):
        assign(points, [1, 1])


def test_an_assignment_that_its_prices_do_not_prove_is_never_returned() -> None:
    problem = read_problem(np.array([[90, 80], [85, 20]]), [1, 1], 0)
    best = assign(np.array([[90, 80], [85, 20]]), [1, 1])
    zeros = np.zeros(2, np.int64)
    for guide, request_price, guide_price in (
        ([0, 1], best.request_price, best.guide_price),  # a worse assignment
        ([0, 0], best.request_price, best.guide_price),  # too many at one guide
        ([0, 7], best.request_price, best.guide_price),  # a column that does not exist
        (best.guide, zeros, zeros),  # prices too low
        (best.guide, best.request_price + 1, best.guide_price),  # prices too high
        (best.guide, best.request_price - 100, best.guide_price + 100),  # prices below 0
    ):
        with pytest.raises(CertificateError):
            certified(problem, guide, request_price, guide_price)
