"""Make a pairing optimal by shortest paths: seat one request, or fill one guide's free seat, and re-price.

Between calls every feasible pair has slack profit + price - worth >= 0, and every chosen pair has slack 0.
The pairing is optimal when, besides, waiting requests have profit 0 and guides with free seats have price 0.
Each call settles one offender by a search in order of slack (Dijkstra) and an alternating path: the method of
successive shortest paths (Jonker and Volgenant 1987; Ahuja, Magnanti and Orlin 1993, chapter 12).
"""

from typing import NamedTuple

import numpy as np

from guides.matching.solver.compiled import compiled
from guides.matching.solver.heap import Heap, clear, decrease_key, empty_heap, pop_min
from guides.matching.solver.problem import Ints, Problem, SmallInts
from guides.matching.solver.state import MatchingState, pair_request, unpair_request


class PairsByGuide(NamedTuple):
    """The feasible pairs by guide: pairs start[j] to start[j + 1], with `row` (request) and `points`."""

    start: Ints  # (m + 1,)
    row: SmallInts  # (pairs,)
    points: SmallInts  # (pairs,)


class Search(NamedTuple):
    """Scratch for searches over guides: `stamp` tells in which search a guide was last seen."""

    heap: Heap
    stamp: Ints  # (m,)
    via: SmallInts  # (m,), the request by which a guide was reached
    toward: SmallInts  # (m,), the guide to which that request would go
    settled: SmallInts  # (m,)
    searches: Ints  # (1,), how many so far
    end: Ints  # (3,), the cheapest end so far: who would wait (guide -1) or take the seat of a guide, and its cost


def make_optimal(problem: Problem, columns: PairsByGuide, pairing: MatchingState) -> None:
    """Make any pairing with any prices >= 0 optimal: re-price, then settle every offender."""
    search = new_search(problem.capacity.size)
    recompute_profits(problem, pairing)
    augment_waiting_requests(problem, pairing, search)
    augment_free_slots(problem, columns, pairing, search)


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
    """The same pairs by guide, requests rising."""
    n = problem.value.size
    start = np.zeros(m + 1, np.int64)
    for arc in range(problem.column.size):
        start[problem.column[arc] + 1] += 1
    for j in range(m):
        start[j + 1] += start[j]
    row = np.empty(problem.column.size, np.int32)
    points = np.empty(problem.column.size, np.int32)
    at = start[:-1].copy()
    for i in range(n):
        for arc in range(problem.start[i], problem.start[i + 1]):
            j = problem.column[arc]
            row[at[j]] = i
            points[at[j]] = problem.points[arc]
            at[j] += 1
    return PairsByGuide(start, row, points)


@compiled
def augment_from_request(problem: Problem, pairing: MatchingState, search: Search, origin: int) -> None:
    """Seat a waiting request with profit > 0, or let it or another wait, whichever costs least."""
    heap = search.heap
    search.searches[0] += 1
    _set_path_end(search, origin, -1, pairing.profit[origin])  # the cost of letting it wait
    _scan_row(problem, pairing, search, origin, 0)
    settled = 0
    while heap.size[0] > 0 and heap.distance[heap.node[0]] < search.end[2]:
        j = pop_min(heap)
        distance = heap.distance[j]
        search.settled[settled] = j
        settled += 1
        for at in range(pairing.seat[j], pairing.seat[j] + pairing.load[j]):
            request = pairing.member[at]
            if distance + pairing.profit[request] < search.end[2]:
                _set_path_end(search, request, -1, distance + pairing.profit[request])
            _scan_row(problem, pairing, search, request, distance)
            if search.end[2] <= distance:
                break
    clear(heap)
    pairing.profit[origin] -= search.end[2]
    _update_duals(pairing, search, settled, search.end[2], 1)
    request, to, _ = search.end
    while request != origin:
        previous = pairing.guide[request]
        unpair_request(pairing, request)
        if to >= 0:
            pair_request(pairing, request, to)
        to = previous
        request = search.via[previous]
    if to >= 0:
        pair_request(pairing, origin, to)


@compiled
def _scan_row(problem: Problem, pairing: MatchingState, search: Search, request: int, distance: int) -> None:
    """Reach the guides of one request at `distance`."""
    base = distance + pairing.profit[request] - problem.value[request]
    stamp = search.searches[0]
    for pair in range(problem.start[request], problem.start[request + 1]):
        j = problem.column[pair]
        d = base + pairing.price[j] - problem.points[pair]
        if d >= search.end[2]:
            continue
        if pairing.load[j] < pairing.room[j]:
            _set_path_end(search, request, j, d)
        elif search.stamp[j] != stamp or d < search.heap.distance[j]:
            search.stamp[j] = stamp
            search.via[j] = request
            decrease_key(search.heap, j, d)


@compiled
def augment_from_guide(
    problem: Problem, columns: PairsByGuide, pairing: MatchingState, search: Search, origin: int
) -> None:
    """Fill one free seat of a guide with price > 0, or lower prices until the free seat costs nothing."""
    settled = search_from_guide(problem, columns, pairing, search, origin, pairing.price[origin])
    _update_duals(pairing, search, settled, search.end[2], -1)
    coming, j, _ = search.end
    while j != origin:
        leaving = search.via[j]
        unpair_request(pairing, leaving)
        if coming >= 0:
            pair_request(pairing, coming, j)
        coming = leaving
        j = search.toward[j]
    if coming >= 0:
        pair_request(pairing, coming, origin)


@compiled
def search_from_guide(
    problem: Problem,
    columns: PairsByGuide,
    pairing: MatchingState,
    search: Search,
    origin: int,
    cost_max: int,
) -> int:
    """Find the cheapest way to fill or give up one seat of a guide; returns how many guides were settled.

    Leaving the seat free costs the guide's price; a smaller `cost_max` keeps the search to what costs less.

    `search.end` is the way's end: a waiting request and the guide it goes to, or -1 and the guide whose seat stays
    free. From there `via` and `toward` lead to `origin`.
    """
    start_search(problem, columns, pairing, search, origin, cost_max)
    settled = extend_search(problem, columns, pairing, search, 1, pairing.price.size)
    clear(search.heap)
    return settled


@compiled
def start_search(
    problem: Problem,
    columns: PairsByGuide,
    pairing: MatchingState,
    search: Search,
    origin: int,
    cost_max: int,
) -> None:
    """Begin a search for who could take one seat of a guide, who is the first to be settled."""
    search.searches[0] += 1
    search.stamp[origin] = search.searches[0]
    search.settled[0] = origin
    search.heap.distance[origin] = 0
    _set_path_end(search, -1, origin, cost_max)
    _scan_column(problem, columns, pairing, search, origin)


@compiled
def extend_search(
    problem: Problem,
    columns: PairsByGuide,
    pairing: MatchingState,
    search: Search,
    settled: int,
    settled_max: int,
) -> int:
    """Settle the nearest guides until `most` are, or until the rest is no nearer than the end; returns how many are."""
    heap = search.heap
    while settled < settled_max and heap.size[0] > 0 and heap.distance[heap.node[0]] < search.end[2]:
        j = pop_min(heap)
        search.settled[settled] = j
        settled += 1
        if heap.distance[j] + pairing.price[j] < search.end[2]:
            _set_path_end(search, -1, j, heap.distance[j] + pairing.price[j])
        _scan_column(problem, columns, pairing, search, j)
    return settled


@compiled
def _scan_column(
    problem: Problem, columns: PairsByGuide, pairing: MatchingState, search: Search, guide: int
) -> None:
    """Reach the requests of one settled guide, and by them the guides that they would leave."""
    distance = search.heap.distance[guide]
    base = distance + pairing.price[guide]
    stamp = search.searches[0]
    for pair in range(columns.start[guide], columns.start[guide + 1]):
        i = columns.row[pair]
        d = base + pairing.profit[i] - problem.value[i] - columns.points[pair]
        if d >= search.end[2]:
            continue
        other = pairing.guide[i]
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
def _update_duals(pairing: MatchingState, search: Search, settled: int, cost: int, sign: int) -> None:
    """Raise (sign 1) or lower (-1) the prices of the settled guides by what they are nearer than the end."""
    for k in range(settled):
        j = search.settled[k]
        shift = sign * max(0, cost - search.heap.distance[j])
        pairing.price[j] += shift
        for at in range(pairing.seat[j], pairing.seat[j] + pairing.load[j]):
            pairing.profit[pairing.member[at]] -= shift


@compiled
def augment_waiting_requests(problem: Problem, pairing: MatchingState, search: Search) -> int:
    """Seat every waiting request with profit > 0; returns how many there were."""
    count = 0
    for i in range(problem.value.size):
        if pairing.guide[i] < 0 and pairing.profit[i] > 0:
            augment_from_request(problem, pairing, search, i)
            count += 1
    return count


@compiled
def augment_free_slots(
    problem: Problem, columns: PairsByGuide, pairing: MatchingState, search: Search
) -> int:
    """Fill the free seats of every guide with price > 0, or lower it to 0; returns the number of searches."""
    count = 0
    for j in range(pairing.room.size):
        while pairing.load[j] < pairing.room[j] and pairing.price[j] > 0:
            augment_from_guide(problem, columns, pairing, search, j)
            count += 1
    return count


@compiled
def recompute_profits(problem: Problem, pairing: MatchingState) -> int:
    """Set profits to the best that the prices allow, over all pairs; unpair whoever has better elsewhere.

    Afterwards every pair has slack >= 0 and every chosen one slack 0. Returns how many were unpaired.
    """
    unpaired = 0
    for i in range(problem.value.size):
        best = 0
        own = 0
        guide = pairing.guide[i]
        for arc in range(problem.start[i], problem.start[i + 1]):
            j = problem.column[arc]
            gain = problem.value[i] + problem.points[arc] - pairing.price[j]
            best = max(best, gain)
            if j == guide:
                own = gain
        pairing.profit[i] = best
        if guide >= 0 and own < best:
            unpair_request(pairing, i)
            unpaired += 1
    return unpaired
