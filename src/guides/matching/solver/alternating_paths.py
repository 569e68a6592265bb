"""Kernels on the residual graph: the largest prices, and for each request the cheapest other guides and who moves."""

import numpy as np

from guides.matching.solver.augmentation import Columns, Search, open_seat, reach_further
from guides.matching.solver.compiled import compiled
from guides.matching.solver.heap import clear, lower, take_nearest
from guides.matching.solver.problem import Ints, Problem
from guides.matching.solver.state import Exit, Fill, Pairing

FAR = 2**61
# Guides that a search settles before it asks whether the lists need more, and how many times more then.
FIRST_LOOK = 16
LOOK_AGAIN = 4


@compiled
def raise_prices(problem: Problem, columns: Columns, pairing: Pairing, search: Search, leave: Exit) -> None:
    """Raise the guides' prices as far as the optimum allows, and note each guide's free way to waiting."""
    heap = search.heap
    done = np.zeros(pairing.price.size, np.bool_)
    for j in range(pairing.price.size):
        heap.distance[j] = 0
        if pairing.room[j] == 0 or pairing.load[j] < pairing.room[j]:
            lower(heap, j, 0)
            continue
        nearest = FAR
        for at in range(pairing.seat[j], pairing.seat[j] + pairing.load[j]):
            i = pairing.member[at]
            if pairing.profit[i] < nearest:
                nearest = pairing.profit[i]
                leave.request[j] = i
        lower(heap, j, nearest)
    while heap.size[0] > 0:
        j = take_nearest(heap)
        done[j] = True
        if pairing.room[j] == 0:
            continue
        base = heap.distance[j] + pairing.price[j]
        for pair in range(columns.start[j], columns.start[j + 1]):
            i = columns.row[pair]
            other = pairing.guide[i]
            if other < 0 or done[other]:
                continue
            d = base + pairing.profit[i] - problem.value[i] - columns.points[pair]
            if d < heap.distance[other]:
                leave.request[other] = i
                leave.guide[other] = j
                lower(heap, other, d)
    for j in range(pairing.price.size):
        rise = heap.distance[j]
        if pairing.room[j] == 0:
            continue
        pairing.price[j] += rise
        for at in range(pairing.seat[j], pairing.seat[j] + pairing.load[j]):
            pairing.profit[pairing.member[at]] -= rise


@compiled
def find_fillings(problem: Problem, pairing: Pairing, search: Search, fill: Fill) -> None:
    """Find what it costs each guide to give up a member; `fill.cost` comes with the cost of leaving the seat free."""
    heap = search.heap
    for i in range(problem.value.size):
        if pairing.guide[i] >= 0:
            continue
        for pair in range(problem.start[i], problem.start[i + 1]):
            j = problem.column[pair]
            slack = pairing.profit[i] + pairing.price[j] - problem.value[i] - problem.points[pair]
            if pairing.room[j] > 0 and slack < fill.cost[j]:
                fill.cost[j] = slack
                fill.request[j] = i
    for j in range(pairing.price.size):
        lower(heap, j, fill.cost[j])
    while heap.size[0] > 0:
        k = take_nearest(heap)
        for at in range(pairing.seat[k], pairing.seat[k] + pairing.load[k]):
            i = pairing.member[at]
            base = fill.cost[k] + pairing.profit[i] - problem.value[i]
            for pair in range(problem.start[i], problem.start[i + 1]):
                j = problem.column[pair]
                cost = base + pairing.price[j] - problem.points[pair]
                if cost < fill.cost[j]:
                    fill.cost[j] = cost
                    fill.request[j] = i
                    fill.guide[j] = k
                    lower(heap, j, cost)


@compiled
def cheapest_detours(
    problem: Problem,
    columns: Columns,
    pairing: Pairing,
    leave: Exit,
    fill: Fill,
    search: Search,
    asked: Ints,
    guide: Ints,
    loss: Ints,
    moves: Ints,
) -> Ints:
    """For each asked request the guides that cost least to force, what each costs, and who else would move.

    Fills guide and loss (asked, k), and moves (asked, k, 2) with the first and last place of the movers in the
    array (movers, 2) that is returned: request, and guide or -1.
    """
    m = pairing.price.size
    mover = np.empty((1024, 2), np.int64)
    count = 0
    walk = np.empty((2 * m + 2, 3), np.int64)
    place = np.zeros(m, np.int64)
    order = np.argsort(pairing.guide[asked], kind="mergesort")
    first = 0
    while first < order.size:
        own = int(np.int64(pairing.guide[asked[order[first]]]))
        stop = first + 1
        while stop < order.size and pairing.guide[asked[order[stop]]] == own:
            stop += 1
        group, first = order[first:stop], stop
        if own >= 0:
            open_seat(problem, columns, pairing, search, own, fill.cost[own])
            settled, most = 1, FIRST_LOOK
            while True:
                settled = reach_further(problem, columns, pairing, search, settled, most)
                if _rank_guides(problem, pairing, search, own, asked, group, guide, loss) or settled < most:
                    break
                most *= LOOK_AGAIN
        else:
            _rank_guides(problem, pairing, search, own, asked, group, guide, loss)
        for at in group:
            for k in range(guide.shape[1]):
                moves[at, k, 0] = count
                if guide[at, k] >= 0:
                    length = _walk(search, leave, fill, guide[at, k], own, walk, place)
                    while count + length > mover.shape[0]:
                        mover = np.concatenate((mover, np.empty_like(mover)))
                    for step in range(length):
                        if walk[step, 1] >= 0:
                            mover[count, 0] = walk[step, 1]
                            mover[count, 1] = walk[step, 2]
                            count += 1
                moves[at, k, 1] = count
        clear(search.heap)
    return mover[:count].copy()


@compiled
def _rank_guides(
    problem: Problem,
    pairing: Pairing,
    search: Search,
    own: int,
    asked: Ints,
    group: Ints,
    guide: Ints,
    loss: Ints,
) -> bool:
    """Fill the lists of requests with the same guide from the distances so far; whether a longer search changes nothing."""
    heap, end = search.heap, search.end[2]
    # Whoever is farther than this will not come nearer than this.
    near = min(end, heap.distance[heap.node[0]]) if heap.size[0] > 0 else end
    enough = True
    for at in group:
        i = asked[at]
        guide[at] = -1
        loss[at] = FAR
        base = pairing.profit[i] - problem.value[i]
        least = FAR
        for pair in range(problem.start[i], problem.start[i + 1]):
            j = problem.column[pair]
            slack = base + pairing.price[j] - problem.points[pair]
            if slack >= loss[at, -1] or j == own or pairing.room[j] == 0:
                continue
            distance = _distance(search, j) if own >= 0 else 0
            if distance > near:
                least = min(least, slack + near)
            keep_least(guide[at], loss[at], j, slack + distance)
        enough = enough and least >= loss[at, -1]
    return enough


@compiled
def keep_least(guide: Ints, loss: Ints, j: int, cost: int) -> None:
    """Enter a guide into a short list that rises by loss; among equals the first entered stays first."""
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
    """From guide j to the seat that was reached for; never more than by the way through waiting."""
    if search.stamp[j] == search.searches[0]:
        return int(min(search.heap.distance[j], search.end[2]))
    return int(search.end[2])


@compiled
def _walk(search: Search, leave: Exit, fill: Fill, first: int, own: int, walk: Ints, place: Ints) -> int:
    """Who moves if `first` takes one more and `own` (-1: waiting) gives one up: rows of guide, request, to."""
    j = int(np.int64(first))
    length = 0
    if own >= 0 and search.stamp[j] == search.searches[0] and search.heap.distance[j] < search.end[2]:
        while j != own:
            length = _step(walk, length, j, search.via[j], search.toward[j])
            j = int(np.int64(search.toward[j]))
        return length
    while j >= 0 and j != own:
        place[j] = length
        length = _step(walk, length, j, leave.request[j], leave.guide[j])
        j = int(np.int64(leave.guide[j]))
    if j == own:
        return length
    # Where the way to waiting meets the way that fills the seat, nobody needs to wait.
    meeting = own
    while meeting >= 0 and (meeting == own or place[meeting] >= length or walk[place[meeting], 0] != meeting):
        meeting = int(np.int64(fill.guide[meeting]))
    if meeting >= 0:
        length = place[meeting]
    j = own
    while j != meeting:
        length = _step(walk, length, j, fill.request[j], j)
        j = int(np.int64(fill.guide[j]))
    return length


@compiled
def _step(walk: Ints, length: int, guide: int, request: int, to: int) -> int:
    walk[length, 0] = guide
    walk[length, 1] = request
    walk[length, 2] = to
    return length + 1
