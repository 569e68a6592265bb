"""The few best pairs of each request at given prices, and a bound on all its others, so that rows are read rarely."""

from typing import NamedTuple

import numpy as np

from guides.matching.solver.compiled import compiled
from guides.matching.solver.problem import Ints, Problem, SmallInts

CANDIDATES_KEPT = 3
START_MULTIPLIER = 2_654_435_761  # Knuth's multiplier: neighbours get distant places


class CandidateEdges(NamedTuple):
    """Row i holds kept[i] pairs; no other pair of i is worth more than bound[i] after its guide's price.

    The bound holds while prices only rise. It is -1 where nobody else is worth anything.
    """

    column: SmallInts  # (n, KEPT)
    worth: Ints  # (n, KEPT), value + points
    kept: SmallInts  # (n,)
    bound: Ints  # (n,)


def empty_candidates(n: int) -> CandidateEdges:
    """Room for the offers of n requests."""
    return CandidateEdges(
        np.zeros((n, CANDIDATES_KEPT), np.int32),
        np.zeros((n, CANDIDATES_KEPT), np.int64),
        np.zeros(n, np.int32),
        np.zeros(n, np.int64),
    )


@compiled
def collect_candidates(problem: Problem, price: Ints, candidates: CandidateEdges, request: int) -> None:
    """Read the whole row of one request and keep the pairs that are worth most after the guides' prices."""
    column = candidates.column[request]
    worth = candidates.worth[request]
    value = problem.value[request]
    count = 0
    bound = -1
    first, stop = problem.start[request], problem.start[request + 1]
    # Each row is read from another place on: requests that find the same guides equally good keep different ones.
    pair = first + request * START_MULTIPLIER % max(1, stop - first)
    for _ in range(stop - first):
        pair = pair + 1 if pair + 1 < stop else first
        j = problem.column[pair]
        whole = value + problem.points[pair]
        net = whole - price[j]
        if net <= bound:
            continue
        if count < column.size:
            _heap_insert(column, worth, price, count, j, whole)
            count += 1
            continue
        lowest = worth[0] - price[column[0]]
        bound = max(bound, min(net, lowest))
        if net > lowest:
            _heap_replace_first(column, worth, price, j, whole)
    candidates.kept[request] = count
    candidates.bound[request] = bound


@compiled
def _heap_insert(column: SmallInts, worth: Ints, price: Ints, at: int, guide: int, whole: int) -> None:
    """Add a pair to the heap of kept pairs, whose first is the one worth least."""
    net = whole - price[guide]
    while at > 0:
        above = (at - 1) >> 1
        if worth[above] - price[column[above]] <= net:
            break
        worth[at] = worth[above]
        column[at] = column[above]
        at = above
    worth[at] = whole
    column[at] = guide


@compiled
def _heap_replace_first(column: SmallInts, worth: Ints, price: Ints, guide: int, whole: int) -> None:
    """Put a pair in the place of the one worth least."""
    net = whole - price[guide]
    size = column.size
    at = 0
    while 2 * at + 1 < size:
        below = 2 * at + 1
        below_net = worth[below] - price[column[below]]
        if below + 1 < size:
            other_net = worth[below + 1] - price[column[below + 1]]
            if other_net < below_net:
                below += 1
                below_net = other_net
        if below_net >= net:
            break
        worth[at] = worth[below]
        column[at] = column[below]
        at = below
    worth[at] = whole
    column[at] = guide
