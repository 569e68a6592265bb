"""Kernels on the residual graph: the largest optimal guide prices and shortest alternating paths.

All searches are Dijkstra's algorithm on reduced costs profit + price - worth >= 0.
"""

import numpy as np

from guides.matching.solver.augmentation import PairsByGuide, Search, extend_search, start_search
from guides.matching.solver.compiled import compiled
from guides.matching.solver.exits import ExitPath, Replacement
from guides.matching.solver.heap import clear, decrease_key, pop_min
from guides.matching.solver.problem import Ints, Problem
from guides.matching.solver.state import MatchingState

# Far below the limit of int64, because distances are added to it.
INFINITE_COST = 2**61
# A search first settles this many guides, then checks whether the lists are final; if not, the limit grows.
INITIAL_SETTLED_MAX = 16
SETTLED_GROWTH = 4


@compiled
def maximize_duals(
    problem: Problem, columns: PairsByGuide, state: MatchingState, search: Search, exit_path: ExitPath
) -> None:
    """Raise the guide prices to the largest dual optimum, and record each guide's exit path."""
    heap = search.heap
    done = np.zeros(state.price.size, np.bool_)
    for j in range(state.price.size):
        heap.distance[j] = 0
        if state.room[j] == 0 or state.load[j] < state.room[j]:
            decrease_key(heap, j, 0)
            continue
        nearest = INFINITE_COST
        for at in range(state.slot_start[j], state.slot_start[j] + state.load[j]):
            i = state.member[at]
            if state.profit[i] < nearest:
                nearest = state.profit[i]
                exit_path.request[j] = i
        decrease_key(heap, j, nearest)
    while heap.size[0] > 0:
        j = pop_min(heap)
        done[j] = True
        if state.room[j] == 0:
            continue
        base = heap.distance[j] + state.price[j]
        for pair in range(columns.start[j], columns.start[j + 1]):
            i = columns.row[pair]
            other = state.guide[i]
            if other < 0 or done[other]:
                continue
            d = base + state.profit[i] - problem.value[i] - columns.points[pair]
            if d < heap.distance[other]:
                exit_path.request[other] = i
                exit_path.guide[other] = j
                decrease_key(heap, other, d)
    for j in range(state.price.size):
        rise = heap.distance[j]
        if state.room[j] == 0:
            continue
        state.price[j] += rise
        for at in range(state.slot_start[j], state.slot_start[j] + state.load[j]):
            state.profit[state.member[at]] -= rise


@compiled
def find_replacements(
    problem: Problem, state: MatchingState, search: Search, replacement: Replacement
) -> None:
    """Find for each guide the cheapest path that refills a slot.

    On entry `replacement.cost` holds the cost of leaving the slot free, the guide's price.
    """
    heap = search.heap
    for i in range(problem.value.size):
        if state.guide[i] >= 0:
            continue
        for pair in range(problem.start[i], problem.start[i + 1]):
            j = problem.column[pair]
            slack = state.profit[i] + state.price[j] - problem.value[i] - problem.points[pair]
            if state.room[j] > 0 and slack < replacement.cost[j]:
                replacement.cost[j] = slack
                replacement.request[j] = i
    for j in range(state.price.size):
        decrease_key(heap, j, replacement.cost[j])
    while heap.size[0] > 0:
        k = pop_min(heap)
        for at in range(state.slot_start[k], state.slot_start[k] + state.load[k]):
            i = state.member[at]
            base = replacement.cost[k] + state.profit[i] - problem.value[i]
            for pair in range(problem.start[i], problem.start[i + 1]):
                j = problem.column[pair]
                cost = base + state.price[j] - problem.points[pair]
                if cost < replacement.cost[j]:
                    replacement.cost[j] = cost
                    replacement.request[j] = i
                    replacement.guide[j] = k
                    decrease_key(heap, j, cost)


@compiled
def cheapest_alternatives(
    problem: Problem,
    columns: PairsByGuide,
    state: MatchingState,
    exit_path: ExitPath,
    replacement: Replacement,
    search: Search,
    rows: Ints,
    guide: Ints,
    loss: Ints,
    moves: Ints,
) -> Ints:
    """For each request in `rows` (r,) the k other guides that cost least to force, and who else would move.

    Fills guide and loss (r, k), and moves (r, k, 2) with the first and last (exclusive) index of the movers
    in the returned array (movers, 2): request, and its new guide or -1.
    """
    m = state.price.size
    mover = np.empty((1024, 2), np.int64)
    count = 0
    path = np.empty((2 * m + 2, 3), np.int64)
    position = np.zeros(m, np.int64)
    # Grouped by guide, because one search per guide serves all its requests.
    order = np.argsort(state.guide[rows], kind="mergesort")
    first = 0
    while first < order.size:
        own = int(np.int64(state.guide[rows[order[first]]]))
        stop = first + 1
        while stop < order.size and state.guide[rows[order[stop]]] == own:
            stop += 1
        group, first = order[first:stop], stop
        if own >= 0:
            start_search(problem, columns, state, search, own, replacement.cost[own])
            settled, settled_max = 1, INITIAL_SETTLED_MAX
            while True:
                settled = extend_search(problem, columns, state, search, settled, settled_max)
                if (
                    _rank_guides(problem, state, search, own, rows, group, guide, loss)
                    or settled < settled_max
                ):
                    break
                settled_max *= SETTLED_GROWTH
        else:
            _rank_guides(problem, state, search, own, rows, group, guide, loss)
        for at in group:
            for k in range(guide.shape[1]):
                moves[at, k, 0] = count
                if guide[at, k] >= 0:
                    length = _trace_path(search, exit_path, replacement, guide[at, k], own, path, position)
                    while count + length > mover.shape[0]:
                        mover = np.concatenate((mover, np.empty_like(mover)))
                    for step in range(length):
                        if path[step, 1] >= 0:
                            mover[count, 0] = path[step, 1]
                            mover[count, 1] = path[step, 2]
                            count += 1
                moves[at, k, 1] = count
        clear(search.heap)
    return mover[:count].copy()


@compiled
def _rank_guides(
    problem: Problem,
    state: MatchingState,
    search: Search,
    own: int,
    rows: Ints,
    group: Ints,
    guide: Ints,
    loss: Ints,
) -> bool:
    """Rank the guides for the requests of one guide by the distances so far; whether the ranking is final."""
    heap, end = search.heap, search.end[2]
    # Lower bound on the distance of every guide that is not settled yet.
    near = min(end, heap.distance[heap.node[0]]) if heap.size[0] > 0 else end
    final = True
    for at in group:
        i = rows[at]
        guide[at] = -1
        loss[at] = INFINITE_COST
        base = state.profit[i] - problem.value[i]
        least = INFINITE_COST
        for pair in range(problem.start[i], problem.start[i + 1]):
            j = problem.column[pair]
            slack = base + state.price[j] - problem.points[pair]
            if slack >= loss[at, -1] or j == own or state.room[j] == 0:
                continue
            distance = _distance(search, j) if own >= 0 else 0
            if distance > near:
                least = min(least, slack + near)
            insert_by_loss(guide[at], loss[at], j, slack + distance)
        final = final and least >= loss[at, -1]
    return final


@compiled
def insert_by_loss(guide: Ints, loss: Ints, j: int, cost: int) -> None:
    """Insert a guide into a short list sorted by loss; equal losses keep the order of insertion."""
    at = loss.size - 1
    if cost >= loss[at]:
        return
    while at > 0 and cost < loss[at - 1]:
        loss[at] = loss[at - 1]
        guide[at] = guide[at - 1]
        at -= 1
    loss[at] = cost
    guide[at] = j


@compiled
def _distance(search: Search, j: int) -> int:
    """Distance from guide j to the search's origin; at most that of the path through waiting."""
    if search.stamp[j] == search.searches[0]:
        return int(min(search.heap.distance[j], search.end[2]))
    return int(search.end[2])


@compiled
def _trace_path(
    search: Search,
    exit_path: ExitPath,
    replacement: Replacement,
    first: int,
    own: int,
    path: Ints,
    position: Ints,
) -> int:
    """Write the moves if `first` takes one more request and `own` (-1: waiting) loses one; returns how many.

    A row of `path` is the guide that is left, the request that moves, and its new guide or -1.
    """
    j = int(np.int64(first))
    length = 0
    if own >= 0 and search.stamp[j] == search.searches[0] and search.heap.distance[j] < search.end[2]:
        while j != own:
            length = _append_move(path, length, j, search.via[j], search.toward[j])
            j = int(np.int64(search.toward[j]))
        return length
    while j >= 0 and j != own:
        position[j] = length
        length = _append_move(path, length, j, exit_path.request[j], exit_path.guide[j])
        j = int(np.int64(exit_path.guide[j]))
    if j == own:
        return length
    # Where the exit path meets the replacement path the two are joined, so that nobody needs to wait.
    meeting = own
    while meeting >= 0 and (
        meeting == own or position[meeting] >= length or path[position[meeting], 0] != meeting
    ):
        meeting = int(np.int64(replacement.guide[meeting]))
    if meeting >= 0:
        length = position[meeting]
    j = own
    while j != meeting:
        length = _append_move(path, length, j, replacement.request[j], j)
        j = int(np.int64(replacement.guide[j]))
    return length


@compiled
def _append_move(path: Ints, length: int, guide: int, request: int, to: int) -> int:
    path[length, 0] = guide
    path[length, 1] = request
    path[length, 2] = to
    return length + 1
