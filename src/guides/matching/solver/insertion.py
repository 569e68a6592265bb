"""Kernels that add requests and guides to a problem, and find pairs in it."""

import numpy as np

from guides.matching.solver.augmentation import Columns, by_guide
from guides.matching.solver.compiled import compiled
from guides.matching.solver.problem import Ints, Problem, SmallInts


@compiled
def best_profits(problem: Problem, price: Ints) -> Ints:
    """The most that each request could have at these guide prices (n,)."""
    best = np.zeros(problem.value.size, np.int64)
    for i in range(problem.value.size):
        for pair in range(problem.start[i], problem.start[i + 1]):
            gain = problem.value[i] + problem.points[pair] - price[problem.column[pair]]
            best[i] = max(best[i], gain)
    return best


@compiled
def best_prices(problem: Problem, profit: Ints) -> Ints:
    """The most that each guide could have at these request prices (m,)."""
    best = np.zeros(problem.capacity.size, np.int64)
    for i in range(problem.value.size):
        for pair in range(problem.start[i], problem.start[i + 1]):
            j = problem.column[pair]
            gain = problem.value[i] + problem.points[pair] - profit[i]
            best[j] = max(best[j], gain)
    return best


def rows_with(problem: Problem, more: Problem) -> Problem:
    """The problem with the guides of `more`, which has the same requests, after its own."""
    places = np.repeat(problem.start[1:], np.diff(more.start))
    guides = more.column + np.int32(problem.capacity.size)
    return problem._replace(
        start=problem.start + more.start,
        column=_inserted(problem.column, places, guides),
        points=_inserted(problem.points, places, more.points),
        capacity=np.concatenate((problem.capacity, more.capacity)),
    )


@compiled
def _inserted(numbers: SmallInts, places: Ints, new: SmallInts) -> SmallInts:
    """The numbers with the new ones, each before the one that stood at its place; places rise."""
    longer = np.empty(numbers.size + new.size, np.int32)
    done = 0
    for k in range(places.size):
        longer[done + k : places[k] + k] = numbers[done : places[k]]
        longer[places[k] + k] = new[k]
        done = places[k]
    longer[done + places.size :] = numbers[done:]
    return longer


def columns_with(columns: Columns, more: Problem) -> Columns:
    """The pairs by guide with the guides of `more` after them."""
    added = by_guide(more, more.capacity.size)
    return Columns(
        np.concatenate((columns.start, columns.start[-1] + added.start[1:])),
        np.concatenate((columns.row, added.row)),
        np.concatenate((columns.points, added.points)),
    )


@compiled
def place_in_row(problem: Problem, request: int, guide: int) -> int:
    """Where the pair stands among the rows' pairs, -1 if it is not feasible."""
    for pair in range(problem.start[request], problem.start[request + 1]):
        if problem.column[pair] == guide:
            return pair
    return -1


@compiled
def place_in_column(columns: Columns, request: int, guide: int) -> int:
    """Where the pair stands among the columns' pairs, -1 if it is not feasible."""
    for pair in range(columns.start[guide], columns.start[guide + 1]):
        if columns.row[pair] == request:
            return pair
    return -1
