"""Make a pairing optimal by shortest paths: seat one request, or fill one guide's free seat, and re-price.

Between calls every feasible pair has slack profit + price - worth >= 0, and every chosen pair has slack 0.
The pairing is optimal when, besides, waiting requests have profit 0 and guides with free seats have price 0.
Each call settles one offender by a search in order of slack (Dijkstra) and an alternating path: the method of
successive shortest paths (Jonker and Volgenant 1987; Ahuja, Magnanti and Orlin 1993, chapter 12).
"""

from typing import NamedTuple

import numpy as np

from guides.matching.compiled import compiled
from guides.matching.heap import Heap, clear, empty_heap, lower, take_nearest
from guides.matching.pairing import Pairing, join, leave
from guides.matching.problem import Ints, Problem, SmallInts


class Columns(NamedTuple):
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


def new_search(m: int) -> Search:
    """Scratch for problems with m guides."""
    return Search(
        empty_heap(m),
        np.zeros(m, np.int64),
        np.zeros(m, np.int32),
        np.zeros(m, np.int32),
        np.zeros(m, np.int32),
        np.zeros(1, np.int64),
    )


@compiled
def by_guide(problem: Problem, m: int) -> Columns:
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
    return Columns(start, row, points)


@compiled
def seat_request(problem: Problem, pairing: Pairing, search: Search, origin: int) -> None:
    """Seat a waiting request with profit > 0, or let it or another wait, whichever costs least."""
    heap = search.heap
    search.searches[0] += 1
    stamp = search.searches[0]
    best = pairing.profit[origin]  # the cost of letting it wait
    end_request = origin
    end_guide = -1
    request = origin
    distance = 0
    settled = 0
    at = 0
    stop = 0
    while True:
        base = distance + pairing.profit[request] - problem.value[request]
        for arc in range(problem.start[request], problem.start[request + 1]):
            j = problem.column[arc]
            d = base + pairing.price[j] - problem.points[arc]
            if d < best:
                if pairing.load[j] < pairing.room[j]:
                    best = d
                    end_request = request
                    end_guide = j
                elif search.stamp[j] != stamp or d < heap.distance[j]:
                    search.stamp[j] = stamp
                    search.via[j] = request
                    lower(heap, j, d)
        at += 1
        while at >= stop:
            if heap.size[0] == 0 or heap.distance[heap.node[0]] >= best:
                at = -1
                break
            j = take_nearest(heap)
            search.settled[settled] = j
            settled += 1
            distance = heap.distance[j]
            at = pairing.seat[j]
            stop = at + pairing.load[j]
        if at < 0:
            break
        request = pairing.member[at]
        if distance + pairing.profit[request] < best:
            best = distance + pairing.profit[request]
            end_request = request
            end_guide = -1
    clear(heap)
    pairing.profit[origin] -= best
    for k in range(settled):
        j = search.settled[k]
        rise = best - heap.distance[j]
        pairing.price[j] += rise
        for at in range(pairing.seat[j], pairing.seat[j] + pairing.load[j]):
            pairing.profit[pairing.member[at]] -= rise
    request = end_request
    to = end_guide
    while request != origin:
        previous = pairing.guide[request]
        leave(pairing, request)
        if to >= 0:
            join(pairing, request, to)
        to = previous
        request = search.via[previous]
    if to >= 0:
        join(pairing, origin, to)


@compiled
def fill_seat(problem: Problem, columns: Columns, pairing: Pairing, search: Search, origin: int) -> None:
    """Fill one free seat of a guide with price > 0, or lower prices until the free seat costs nothing."""
    heap = search.heap
    search.searches[0] += 1
    stamp = search.searches[0]
    best = pairing.price[origin]  # the cost of leaving the seat free
    end_guide = origin
    end_request = -1
    search.stamp[origin] = stamp
    heap.distance[origin] = 0
    search.settled[0] = origin
    settled = 1
    j = origin
    while True:
        distance = heap.distance[j]
        base = distance + pairing.price[j]
        for arc in range(columns.start[j], columns.start[j + 1]):
            i = columns.row[arc]
            d = base + pairing.profit[i] - problem.value[i] - columns.points[arc]
            if d < best:
                other = pairing.guide[i]
                if other < 0:
                    best = d
                    end_guide = j
                    end_request = i
                elif other != j and (search.stamp[other] != stamp or d < heap.distance[other]):
                    search.stamp[other] = stamp
                    search.via[other] = i
                    search.toward[other] = j
                    lower(heap, other, d)
        if heap.size[0] == 0 or heap.distance[heap.node[0]] >= best:
            break
        j = take_nearest(heap)
        search.settled[settled] = j
        settled += 1
        if heap.distance[j] + pairing.price[j] < best:
            best = heap.distance[j] + pairing.price[j]
            end_guide = j
            end_request = -1
    clear(heap)
    for k in range(settled):
        j = search.settled[k]
        fall = best - heap.distance[j]
        if fall <= 0:
            continue
        pairing.price[j] -= fall
        for at in range(pairing.seat[j], pairing.seat[j] + pairing.load[j]):
            pairing.profit[pairing.member[at]] += fall
    j = end_guide
    coming = end_request
    while True:
        leaving = -1
        if j != origin:
            leaving = search.via[j]
            leave(pairing, leaving)
        if coming >= 0:
            join(pairing, coming, j)
        if j == origin:
            break
        coming = leaving
        j = search.toward[j]


@compiled
def seat_waiting(problem: Problem, pairing: Pairing, search: Search) -> int:
    """Seat every waiting request with profit > 0; returns how many there were."""
    count = 0
    for i in range(problem.value.size):
        if pairing.guide[i] < 0 and pairing.profit[i] > 0:
            seat_request(problem, pairing, search, i)
            count += 1
    return count


@compiled
def fill_seats(problem: Problem, columns: Columns, pairing: Pairing, search: Search) -> int:
    """Fill the free seats of every guide with price > 0, or lower it to 0; returns the number of searches."""
    count = 0
    for j in range(pairing.room.size):
        while pairing.load[j] < pairing.room[j] and pairing.price[j] > 0:
            fill_seat(problem, columns, pairing, search, j)
            count += 1
    return count


@compiled
def price_requests(problem: Problem, pairing: Pairing) -> int:
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
            leave(pairing, i)
            unpaired += 1
    return unpaired
