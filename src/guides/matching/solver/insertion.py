"""Add requests and guides to a problem with feasible dual prices, and look up the positions of pairs."""

import numpy as np

from guides.matching.solver.augmentation import PairsByGuide, pairs_by_guide
from guides.matching.solver.compiled import compiled
from guides.matching.solver.problem import Ints, Problem, SmallInts


@compiled
def initial_profits(problem: Problem, price: Ints) -> Ints:
    """The least feasible profit of each request at these guide prices (n,)."""
    best = np.zeros(problem.value.size, np.int64)
    for i in range(problem.value.size):
        for pair in range(problem.start[i], problem.start[i + 1]):
            gain = problem.value[i] + problem.points[pair] - price[problem.column[pair]]
            best[i] = max(best[i], gain)
    return best


@compiled
def initial_prices(problem: Problem, profit: Ints) -> Ints:
    """The least feasible price of each guide at these request profits (m,)."""
    best = np.zeros(problem.capacity.size, np.int64)
    for i in range(problem.value.size):
        for pair in range(problem.start[i], problem.start[i + 1]):
            j = problem.column[pair]
            gain = problem.value[i] + problem.points[pair] - profit[i]
            best[j] = max(best[j], gain)
    return best


def append_guides(problem: Problem, added: Problem) -> Problem:
    """The problem with the guides of `added`, which has the same requests, after its own."""
    positions = np.repeat(problem.start[1:], np.diff(added.start))
    guides = added.column + np.int32(problem.capacity.size)
    return problem._replace(
        start=problem.start + added.start,
        column=_insert(problem.column, positions, guides),
        points=_insert(problem.points, positions, added.points),
        capacity=np.concatenate((problem.capacity, added.capacity)),
    )


@compiled
def _insert(numbers: SmallInts, positions: Ints, values: SmallInts) -> SmallInts:
    """`numbers` with each of `values` inserted before its position in `numbers`; positions ascend."""
    longer = np.empty(numbers.size + values.size, np.int32)
    done = 0
    for k in range(positions.size):
        longer[done + k : positions[k] + k] = numbers[done : positions[k]]
        longer[positions[k] + k] = values[k]
        done = positions[k]
    longer[done + positions.size :] = numbers[done:]
    return longer


def append_guide_columns(columns: PairsByGuide, added: Problem) -> PairsByGuide:
    """The pairs by guide with those of the guides of `added` after them."""
    pairs = pairs_by_guide(added, added.capacity.size)
    return PairsByGuide(
        np.concatenate((columns.start, columns.start[-1] + pairs.start[1:])),
        np.concatenate((columns.row, pairs.row)),
        np.concatenate((columns.points, pairs.points)),
    )


@compiled
def position_in_row(problem: Problem, request: int, guide: int) -> int:
    """Index of the pair in `problem.column`, -1 if it is not feasible."""
    for pair in range(problem.start[request], problem.start[request + 1]):
        if problem.column[pair] == guide:
            return pair
    return -1


@compiled
def position_in_column(columns: PairsByGuide, request: int, guide: int) -> int:
    """Index of the pair in `columns.row`, -1 if it is not feasible."""
    for pair in range(columns.start[guide], columns.start[guide + 1]):
        if columns.row[pair] == request:
            return pair
    return -1
