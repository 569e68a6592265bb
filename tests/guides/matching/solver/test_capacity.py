"""A policy's objectives for guides and lowest pairs, compared with exhaustive search."""

from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_array

from guides.matching import Policy, propose
from guides.matching.capacity_slots import BALANCE_PENALTY, TieredProblem, solve_with_policy
from tests.support.matching.pools import guide, pool, request

Choice = tuple[int, ...]


@st.composite
def problems(draw: st.DrawFn) -> TieredProblem:
    n, m = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 100_000)))
    rows, columns = np.nonzero(rng.random((n, m)) < 0.6)
    points = csr_array(
        (rng.choice([0, 40, 3000, 10_000], len(rows)), (rows, columns)), shape=(n, m), dtype=np.int32
    )
    return TieredProblem(
        points=points,
        capacity=rng.integers(0, 4, m),
        tier=rng.integers(0, 2, n),
        bonus=rng.integers(0, 50, n),
        days=rng.integers(0, 50, n),
        request_key=rng.integers(0, 2**60, n).astype(np.uint64),
        guide_key=rng.integers(0, 2**60, m).astype(np.uint64),
        load=rng.integers(0, 2, m),
    )


def every_choice(problem: TieredProblem) -> Iterator[Choice]:
    n, m = problem.points.shape
    allowed = [
        [-1, *problem.points.indices[problem.points.indptr[i] : problem.points.indptr[i + 1]]]
        for i in range(n)
    ]
    for choice in product(*allowed):
        if all(choice.count(j) <= problem.capacity[j] for j in range(m)):
            yield tuple(int(j) for j in choice)


def served(problem: TieredProblem, choice: Choice) -> tuple[int, ...]:
    return tuple(sum(j >= 0 and problem.tier[i] == t for i, j in enumerate(choice)) for t in range(2))


def points_of(problem: TieredProblem, choice: Choice) -> list[int]:
    dense = problem.points.toarray()
    return [int(dense[i, j]) for i, j in enumerate(choice) if j >= 0]


def worth(problem: TieredProblem, choice: Choice) -> int:
    return sum(points_of(problem, choice)) + int(
        sum(problem.bonus[i] for i, j in enumerate(choice) if j >= 0)
    )


def guides_with_one(problem: TieredProblem, choice: Choice) -> int:
    return sum(bool(problem.load[j]) or j in choice for j in range(len(problem.capacity)))


def spread_cost(problem: TieredProblem, choice: Choice) -> int:
    return BALANCE_PENALTY * sum(
        int(problem.load[j]) + k for j in range(len(problem.capacity)) for k in range(choice.count(j))
    )


def chosen(problem: TieredProblem, policy: Policy) -> Choice:
    guides: NDArray[np.int64] = solve_with_policy(problem, policy).guide
    return tuple(int(j) for j in guides)


@given(problems())
@settings(max_examples=150, deadline=None)
def test_maximize_minimum_raises_the_lowest_pair_as_far_as_coverage_allows_then_the_points(
    problem: TieredProblem,
) -> None:
    def rank(choice: Choice) -> tuple[object, ...]:
        return served(problem, choice), min(points_of(problem, choice), default=0), worth(problem, choice)

    assert rank(chosen(problem, Policy(maximize_minimum=True))) == max(map(rank, every_choice(problem)))


@given(problems())
@settings(max_examples=150, deadline=None)
def test_one_per_guide_gives_as_many_guides_as_possible_a_citizen_then_the_points(
    problem: TieredProblem,
) -> None:
    def rank(choice: Choice) -> tuple[object, ...]:
        return served(problem, choice), guides_with_one(problem, choice), worth(problem, choice)

    assert rank(chosen(problem, Policy(one_per_guide=True))) == max(map(rank, every_choice(problem)))


@given(problems())
@settings(max_examples=150, deadline=None)
def test_balance_load_takes_ten_thousand_points_for_each_further_citizen_of_a_guide(
    problem: TieredProblem,
) -> None:
    def rank(choice: Choice) -> tuple[object, ...]:
        return served(problem, choice), worth(problem, choice) - spread_cost(problem, choice)

    assert rank(chosen(problem, Policy(balance_load=True))) == max(map(rank, every_choice(problem)))


@pytest.mark.parametrize("option", ["one_per_guide", "balance_load"])
def test_a_guide_whom_points_would_leave_out_gets_a_citizen(option: str) -> None:
    popular = guide("loved", capacity=2, experiences=("a", "b"))
    people = pool(
        [popular, guide("other", capacity=2)], [request(f"r{i}", experiences=("a", "b")) for i in range(2)]
    )

    assert {pair.guide_id for pair in propose(people).pairs} == {"loved"}
    assert {pair.guide_id for pair in propose(people, Policy(**{option: True})).pairs} == {"loved", "other"}


def test_a_pinned_pair_counts_as_the_one_citizen_of_its_guide() -> None:
    people = pool(
        [guide("has", capacity=2), guide("free", capacity=1)],
        [request("decided"), request("next")],
        pinned=(("decided", "has"),),
    )

    proposal = propose(people, Policy(one_per_guide=True))

    assert {pair.request_id: pair.guide_id for pair in proposal.pairs} == {"decided": "has", "next": "free"}
