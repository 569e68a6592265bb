"""The best few pairs of each request and a bound on the others, so that bids rarely read whole rows."""

from typing import NamedTuple

import numpy as np

from guides.matching.solver.compiled import compiled
from guides.matching.solver.problem import Ints, Problem, SmallInts

CANDIDATES_KEPT = 3
START_MULTIPLIER = 2_654_435_761  # Knuth's multiplicative hash: neighbouring requests start far apart


class CandidateEdges(NamedTuple):
    """Request i has kept[i] candidates; the net worth (worth - price) of its other pairs is at most bound[i].

    The bound holds while prices only rise. It is -1 where no other pair has a net worth of 0 or more.
    """

    column: SmallInts  # (n, CANDIDATES_KEPT)
    worth: Ints  # (n, CANDIDATES_KEPT), value + points
    kept: SmallInts  # (n,)
    bound: Ints  # (n,)


def empty_candidates(n: int) -> CandidateEdges:
    """Arrays for the candidates of n requests."""
    return CandidateEdges(
        np.zeros((n, CANDIDATES_KEPT), np.int32),
        np.zeros((n, CANDIDATES_KEPT), np.int64),
        np.zeros(n, np.int32),
        np.zeros(n, np.int64),
    )


@compiled
def collect_candidates(problem: Problem, price: Ints, candidates: CandidateEdges, request: int) -> None:
    """Read the whole row of one request and keep the pairs with the largest net worth, in a min-heap."""
    column = candidates.column[request]
    worth = candidates.worth[request]
    value = problem.value[request]
    count = 0
    bound = -1
    first, stop = problem.start[request], problem.start[request + 1]
    # Rows start at different offsets, so that requests with equal values for the same guides keep others.
    pair = first + request * START_MULTIPLIER % max(1, stop - first)
    for _ in range(stop - first):
        pair = pair + 1 if pair + 1 < stop else first
        j = problem.column[pair]
        pair_worth = value + problem.points[pair]
        net = pair_worth - price[j]
        if net <= bound:
            continue
        if count < column.size:
            _heap_insert(column, worth, price, count, j, pair_worth)
            count += 1
            continue
        lowest = worth[0] - price[column[0]]
        bound = max(bound, min(net, lowest))
        if net > lowest:
            _heap_replace_first(column, worth, price, j, pair_worth)
    candidates.kept[request] = count
    candidates.bound[request] = bound


@compiled
def _heap_insert(column: SmallInts, worth: Ints, price: Ints, at: int, guide: int, pair_worth: int) -> None:
    """Insert a pair into the min-heap by net worth, at index `at`."""
    net = pair_worth - price[guide]
    while at > 0:
        above = (at - 1) >> 1
        if worth[above] - price[column[above]] <= net:
            break
        worth[at] = worth[above]
        column[at] = column[above]
        at = above
    worth[at] = pair_worth
    column[at] = guide


@compiled
def _heap_replace_first(column: SmallInts, worth: Ints, price: Ints, guide: int, pair_worth: int) -> None:
    """Replace the heap's minimum, its first pair, by another pair."""
    net = pair_worth - price[guide]
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
    worth[at] = pair_worth
    column[at] = guide
