"""Kernels that add requests and guides to a problem, and find pairs in it."""

import numpy as np

from guides.matching.solver.augmentation import PairsByGuide, pairs_by_guide
from guides.matching.solver.compiled import compiled
from guides.matching.solver.problem import Ints, Problem, SmallInts


@compiled
def initial_profits(problem: Problem, price: Ints) -> Ints:
    """The most that each request could have at these guide prices (n,)."""
    best = np.zeros(problem.value.size, np.int64)
    for i in range(problem.value.size):
        for pair in range(problem.start[i], problem.start[i + 1]):
            gain = problem.value[i] + problem.points[pair] - price[problem.column[pair]]
            best[i] = max(best[i], gain)
    return best


@compiled
def initial_prices(problem: Problem, profit: Ints) -> Ints:
    """The most that each guide could have at these request prices (m,)."""
    best = np.zeros(problem.capacity.size, np.int64)
    for i in range(problem.value.size):
        for pair in range(problem.start[i], problem.start[i + 1]):
            j = problem.column[pair]
            gain = problem.value[i] + problem.points[pair] - profit[i]
            best[j] = max(best[j], gain)
    return best


def append_guides(problem: Problem, added: Problem) -> Problem:
    """The problem with the guides of `more`, which has the same requests, after its own."""
    places = np.repeat(problem.start[1:], np.diff(added.start))
    guides = added.column + np.int32(problem.capacity.size)
    return problem._replace(
        start=problem.start + added.start,
        column=_insert(problem.column, places, guides),
        points=_insert(problem.points, places, added.points),
        capacity=np.concatenate((problem.capacity, added.capacity)),
    )


@compiled
def _insert(numbers: SmallInts, places: Ints, values: SmallInts) -> SmallInts:
    """The numbers with the new ones, each before the one that stood at its place; places rise."""
    longer = np.empty(numbers.size + values.size, np.int32)
    done = 0
    for k in range(places.size):
        longer[done + k : places[k] + k] = numbers[done : places[k]]
        longer[places[k] + k] = values[k]
        done = places[k]
    longer[done + places.size :] = numbers[done:]
    return longer


def append_guide_columns(columns: PairsByGuide, more: Problem) -> PairsByGuide:
    """The pairs by guide with the guides of `more` after them."""
    added = pairs_by_guide(more, more.capacity.size)
    return PairsByGuide(
        np.concatenate((columns.start, columns.start[-1] + added.start[1:])),
        np.concatenate((columns.row, added.row)),
        np.concatenate((columns.points, added.points)),
    )


@compiled
def position_in_row(problem: Problem, request: int, guide: int) -> int:
    """Where the pair stands among the rows' pairs, -1 if it is not feasible."""
    for pair in range(problem.start[request], problem.start[request + 1]):
        if problem.column[pair] == guide:
            return pair
    return -1


@compiled
def position_in_column(columns: PairsByGuide, request: int, guide: int) -> int:
    """Where the pair stands among the columns' pairs, -1 if it is not feasible."""
    for pair in range(columns.start[guide], columns.start[guide + 1]):
        if columns.row[pair] == request:
            return pair
    return -1
