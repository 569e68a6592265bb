"""Make an assignment optimal by successive shortest augmenting paths.

Between calls every feasible pair has reduced cost profit + price - worth >= 0, and every chosen pair 0. By
complementary slackness the assignment is optimal once waiting requests have profit 0 and guides with free
slots price 0. Each call removes one violation: Dijkstra's algorithm on reduced costs finds a shortest
alternating path, the pairs along it are exchanged, and the duals are updated (Jonker and Volgenant 1987;
Ahuja, Magnanti and Orlin 1993, chapter 12).
"""

from typing import NamedTuple

import numpy as np

from guides.matching.solver.compiled import compiled
from guides.matching.solver.heap import Heap, clear, decrease_key, empty_heap, pop_min
from guides.matching.solver.problem import Ints, Problem, SmallInts
from guides.matching.solver.state import MatchingState, pair_request, unpair_request


class PairsByGuide(NamedTuple):
    """The feasible pairs by guide (compressed sparse columns): those of j are start[j] to start[j + 1]."""

    start: Ints  # (m + 1,)
    row: SmallInts  # (pairs,), the request
    points: SmallInts  # (pairs,)


class Search(NamedTuple):
    """Scratch for searches over guides, reused without clearing: `stamp` is the last search of a guide."""

    heap: Heap
    stamp: Ints  # (m,)
    via: SmallInts  # (m,), the request on the edge by which a guide was reached
    toward: SmallInts  # (m,), the guide to which that request would move
    settled: SmallInts  # (m,), guides with final distances, in that order
    searches: Ints  # (1,), number of searches so far
    end: Ints  # (3,), cheapest path end so far: request, guide whose slot it takes (-1: waits), cost


def make_optimal(problem: Problem, columns: PairsByGuide, state: MatchingState) -> None:
    """Make any assignment with guide prices >= 0 optimal: recompute profits, then remove every violation."""
    search = new_search(problem.capacity.size)
    recompute_profits(problem, state)
    augment_waiting_requests(problem, state, search)
    augment_free_slots(problem, columns, state, search)


def new_search(m: int) -> Search:
    """Scratch for problems with m guides."""
    return Search(
        empty_heap(m),
        np.zeros(m, np.int64),
        np.zeros(m, np.int32),
        np.zeros(m, np.int32),
        np.zeros(m, np.int32),
        np.zeros(1, np.int64),
        np.zeros(3, np.int64),
    )


@compiled
def pairs_by_guide(problem: Problem, m: int) -> PairsByGuide:
    """The feasible pairs by guide, requests ascending."""
    n = problem.value.size
    start = np.zeros(m + 1, np.int64)
    for pair in range(problem.column.size):
        start[problem.column[pair] + 1] += 1
    for j in range(m):
        start[j + 1] += start[j]
    row = np.empty(problem.column.size, np.int32)
    points = np.empty(problem.column.size, np.int32)
    at = start[:-1].copy()
    for i in range(n):
        for pair in range(problem.start[i], problem.start[i + 1]):
            j = problem.column[pair]
            row[at[j]] = i
            points[at[j]] = problem.points[pair]
            at[j] += 1
    return PairsByGuide(start, row, points)


@compiled
def augment_from_request(problem: Problem, state: MatchingState, search: Search, origin: int) -> None:
    """Augment from a waiting request with profit > 0: pair it, or let the request wait that costs least."""
    heap = search.heap
    search.searches[0] += 1
    _set_path_end(search, origin, -1, state.profit[origin])  # the cost of letting it wait
    _scan_row(problem, state, search, origin, 0)
    settled = 0
    while heap.size[0] > 0 and heap.distance[heap.node[0]] < search.end[2]:
        j = pop_min(heap)
        distance = heap.distance[j]
        search.settled[settled] = j
        settled += 1
        for at in range(state.slot_start[j], state.slot_start[j] + state.load[j]):
            request = state.member[at]
            if distance + state.profit[request] < search.end[2]:
                _set_path_end(search, request, -1, distance + state.profit[request])
            _scan_row(problem, state, search, request, distance)
            if search.end[2] <= distance:
                break
    clear(heap)
    state.profit[origin] -= search.end[2]
    _update_duals(state, search, settled, search.end[2], 1)
    request, to, _ = search.end
    while request != origin:
        previous = state.guide[request]
        unpair_request(state, request)
        if to >= 0:
            pair_request(state, request, to)
        to = previous
        request = search.via[previous]
    if to >= 0:
        pair_request(state, origin, to)


@compiled
def _scan_row(problem: Problem, state: MatchingState, search: Search, request: int, distance: int) -> None:
    """Relax the edges from one request, itself at `distance`, to its guides."""
    base = distance + state.profit[request] - problem.value[request]
    stamp = search.searches[0]
    for pair in range(problem.start[request], problem.start[request + 1]):
        j = problem.column[pair]
        d = base + state.price[j] - problem.points[pair]
        if d >= search.end[2]:
            continue
        if state.load[j] < state.room[j]:
            _set_path_end(search, request, j, d)
        elif search.stamp[j] != stamp or d < search.heap.distance[j]:
            search.stamp[j] = stamp
            search.via[j] = request
            decrease_key(search.heap, j, d)


@compiled
def augment_from_guide(
    problem: Problem, columns: PairsByGuide, state: MatchingState, search: Search, origin: int
) -> None:
    """Augment from a guide with price > 0 and a free slot: fill the slot, or lower the price to 0."""
    settled = search_from_guide(problem, columns, state, search, origin, state.price[origin])
    _update_duals(state, search, settled, search.end[2], -1)
    joining, j, _ = search.end
    while j != origin:
        leaving = search.via[j]
        unpair_request(state, leaving)
        if joining >= 0:
            pair_request(state, joining, j)
        joining = leaving
        j = search.toward[j]
    if joining >= 0:
        pair_request(state, joining, origin)


@compiled
def search_from_guide(
    problem: Problem,
    columns: PairsByGuide,
    state: MatchingState,
    search: Search,
    origin: int,
    cost_max: int,
) -> int:
    """Find the cheapest path that fills or gives up one slot; returns how many guides were settled.

    Leaving the slot free costs the guide's price; a smaller `cost_max` limits the search to cheaper paths.
    `search.end` is the path's end: a waiting request and the guide it moves to, or -1 and the guide whose
    slot stays free. From there `via` and `toward` lead back to `origin`.
    """
    start_search(problem, columns, state, search, origin, cost_max)
    settled = extend_search(problem, columns, state, search, 1, state.price.size)
    clear(search.heap)
    return settled


@compiled
def start_search(
    problem: Problem,
    columns: PairsByGuide,
    state: MatchingState,
    search: Search,
    origin: int,
    cost_max: int,
) -> None:
    """Start a search for a request to take one slot of guide `origin`, the first guide to be settled."""
    search.searches[0] += 1
    search.stamp[origin] = search.searches[0]
    search.settled[0] = origin
    search.heap.distance[origin] = 0
    _set_path_end(search, -1, origin, cost_max)
    _scan_column(problem, columns, state, search, origin)


@compiled
def extend_search(
    problem: Problem,
    columns: PairsByGuide,
    state: MatchingState,
    search: Search,
    settled: int,
    settled_max: int,
) -> int:
    """Settle the nearest guides, up to `settled_max` or the path's end; returns how many are settled."""
    heap = search.heap
    while settled < settled_max and heap.size[0] > 0 and heap.distance[heap.node[0]] < search.end[2]:
        j = pop_min(heap)
        search.settled[settled] = j
        settled += 1
        if heap.distance[j] + state.price[j] < search.end[2]:
            _set_path_end(search, -1, j, heap.distance[j] + state.price[j])
        _scan_column(problem, columns, state, search, j)
    return settled


@compiled
def _scan_column(
    problem: Problem, columns: PairsByGuide, state: MatchingState, search: Search, guide: int
) -> None:
    """Relax the edges from one settled guide to its requests, and on to the guides that these would leave."""
    distance = search.heap.distance[guide]
    base = distance + state.price[guide]
    stamp = search.searches[0]
    for pair in range(columns.start[guide], columns.start[guide + 1]):
        i = columns.row[pair]
        d = base + state.profit[i] - problem.value[i] - columns.points[pair]
        if d >= search.end[2]:
            continue
        other = state.guide[i]
        if other < 0:
            _set_path_end(search, i, guide, d)
            if d <= distance:
                break
        elif other != guide and (search.stamp[other] != stamp or d < search.heap.distance[other]):
            search.stamp[other] = stamp
            search.via[other] = i
            search.toward[other] = guide
            decrease_key(search.heap, other, d)


@compiled
def _set_path_end(search: Search, request: int, guide: int, cost: int) -> None:
    search.end[0] = request
    search.end[1] = guide
    search.end[2] = cost


@compiled
def _update_duals(state: MatchingState, search: Search, settled: int, cost: int, sign: int) -> None:
    """Raise (sign 1) or lower (-1) the prices of the settled guides by `cost` less their distance."""
    for k in range(settled):
        j = search.settled[k]
        shift = sign * max(0, cost - search.heap.distance[j])
        state.price[j] += shift
        for at in range(state.slot_start[j], state.slot_start[j] + state.load[j]):
            state.profit[state.member[at]] -= shift


@compiled
def augment_waiting_requests(problem: Problem, state: MatchingState, search: Search) -> int:
    """Augment from every waiting request with profit > 0; returns how many there were."""
    count = 0
    for i in range(problem.value.size):
        if state.guide[i] < 0 and state.profit[i] > 0:
            augment_from_request(problem, state, search, i)
            count += 1
    return count


@compiled
def augment_free_slots(problem: Problem, columns: PairsByGuide, state: MatchingState, search: Search) -> int:
    """Fill the free slots of every guide with price > 0, or lower it to 0; returns the number of searches."""
    count = 0
    for j in range(state.room.size):
        while state.load[j] < state.room[j] and state.price[j] > 0:
            augment_from_guide(problem, columns, state, search, j)
            count += 1
    return count


@compiled
def recompute_profits(problem: Problem, state: MatchingState) -> int:
    """Set each profit to the best net worth at these prices; unpair requests whose guide offers less.

    Afterwards every pair has reduced cost >= 0 and every chosen pair 0. Returns how many were unpaired.
    """
    unpaired = 0
    for i in range(problem.value.size):
        best = 0
        own = 0
        guide = state.guide[i]
        for pair in range(problem.start[i], problem.start[i + 1]):
            j = problem.column[pair]
            gain = problem.value[i] + problem.points[pair] - state.price[j]
            best = max(best, gain)
            if j == guide:
                own = gain
        state.profit[i] = best
        if guide >= 0 and own < best:
            unpair_request(state, i)
            unpaired += 1
    return unpaired
