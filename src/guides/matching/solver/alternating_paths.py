"""Kernels on the residual graph: the largest prices, and for each request the cheapest other guides and who moves."""

import numpy as np

from guides.matching.solver.augmentation import PairsByGuide, Search, extend_search, start_search
from guides.matching.solver.compiled import compiled
from guides.matching.solver.exits import ExitPath, Replacement
from guides.matching.solver.heap import clear, decrease_key, pop_min
from guides.matching.solver.problem import Ints, Problem
from guides.matching.solver.state import MatchingState

INFINITE_COST = 2**61
# Guides that a search settles before it asks whether the lists need more, and how many times more then.
INITIAL_SETTLED_MAX = 16
SETTLED_GROWTH = 4


@compiled
def maximize_duals(
    problem: Problem, columns: PairsByGuide, pairing: MatchingState, search: Search, exit_path: ExitPath
) -> None:
    """Raise the guides' prices as far as the optimum allows, and note each guide's free way to waiting."""
    heap = search.heap
    done = np.zeros(pairing.price.size, np.bool_)
    for j in range(pairing.price.size):
        heap.distance[j] = 0
        if pairing.room[j] == 0 or pairing.load[j] < pairing.room[j]:
            decrease_key(heap, j, 0)
            continue
        nearest = INFINITE_COST
        for at in range(pairing.seat[j], pairing.seat[j] + pairing.load[j]):
            i = pairing.member[at]
            if pairing.profit[i] < nearest:
                nearest = pairing.profit[i]
                exit_path.request[j] = i
        decrease_key(heap, j, nearest)
    while heap.size[0] > 0:
        j = pop_min(heap)
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
                exit_path.request[other] = i
                exit_path.guide[other] = j
                decrease_key(heap, other, d)
    for j in range(pairing.price.size):
        rise = heap.distance[j]
        if pairing.room[j] == 0:
            continue
        pairing.price[j] += rise
        for at in range(pairing.seat[j], pairing.seat[j] + pairing.load[j]):
            pairing.profit[pairing.member[at]] -= rise


@compiled
def find_replacements(
    problem: Problem, pairing: MatchingState, search: Search, replacement: Replacement
) -> None:
    """Find what it costs each guide to give up a member; `fill.cost` comes with the cost of leaving the seat free."""
    heap = search.heap
    for i in range(problem.value.size):
        if pairing.guide[i] >= 0:
            continue
        for pair in range(problem.start[i], problem.start[i + 1]):
            j = problem.column[pair]
            slack = pairing.profit[i] + pairing.price[j] - problem.value[i] - problem.points[pair]
            if pairing.room[j] > 0 and slack < replacement.cost[j]:
                replacement.cost[j] = slack
                replacement.request[j] = i
    for j in range(pairing.price.size):
        decrease_key(heap, j, replacement.cost[j])
    while heap.size[0] > 0:
        k = pop_min(heap)
        for at in range(pairing.seat[k], pairing.seat[k] + pairing.load[k]):
            i = pairing.member[at]
            base = replacement.cost[k] + pairing.profit[i] - problem.value[i]
            for pair in range(problem.start[i], problem.start[i + 1]):
                j = problem.column[pair]
                cost = base + pairing.price[j] - problem.points[pair]
                if cost < replacement.cost[j]:
                    replacement.cost[j] = cost
                    replacement.request[j] = i
                    replacement.guide[j] = k
                    decrease_key(heap, j, cost)


@compiled
def cheapest_alternatives(
    problem: Problem,
    columns: PairsByGuide,
    pairing: MatchingState,
    exit_path: ExitPath,
    replacement: Replacement,
    search: Search,
    rows: Ints,
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
    order = np.argsort(pairing.guide[rows], kind="mergesort")
    first = 0
    while first < order.size:
        own = int(np.int64(pairing.guide[rows[order[first]]]))
        stop = first + 1
        while stop < order.size and pairing.guide[rows[order[stop]]] == own:
            stop += 1
        group, first = order[first:stop], stop
        if own >= 0:
            start_search(problem, columns, pairing, search, own, replacement.cost[own])
            settled, most = 1, INITIAL_SETTLED_MAX
            while True:
                settled = extend_search(problem, columns, pairing, search, settled, most)
                if _rank_guides(problem, pairing, search, own, rows, group, guide, loss) or settled < most:
                    break
                most *= SETTLED_GROWTH
        else:
            _rank_guides(problem, pairing, search, own, rows, group, guide, loss)
        for at in group:
            for k in range(guide.shape[1]):
                moves[at, k, 0] = count
                if guide[at, k] >= 0:
                    length = _trace_path(search, exit_path, replacement, guide[at, k], own, walk, place)
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
    pairing: MatchingState,
    search: Search,
    own: int,
    rows: Ints,
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
        i = rows[at]
        guide[at] = -1
        loss[at] = INFINITE_COST
        base = pairing.profit[i] - problem.value[i]
        least = INFINITE_COST
        for pair in range(problem.start[i], problem.start[i + 1]):
            j = problem.column[pair]
            slack = base + pairing.price[j] - problem.points[pair]
            if slack >= loss[at, -1] or j == own or pairing.room[j] == 0:
                continue
            distance = _distance(search, j) if own >= 0 else 0
            if distance > near:
                least = min(least, slack + near)
            insert_by_loss(guide[at], loss[at], j, slack + distance)
        enough = enough and least >= loss[at, -1]
    return enough


@compiled
def insert_by_loss(guide: Ints, loss: Ints, j: int, cost: int) -> None:
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
def _trace_path(
    search: Search,
    exit_path: ExitPath,
    replacement: Replacement,
    first: int,
    own: int,
    path: Ints,
    place: Ints,
) -> int:
    """Who moves if `first` takes one more and `own` (-1: waiting) gives one up: rows of guide, request, to."""
    j = int(np.int64(first))
    length = 0
    if own >= 0 and search.stamp[j] == search.searches[0] and search.heap.distance[j] < search.end[2]:
        while j != own:
            length = _append_move(path, length, j, search.via[j], search.toward[j])
            j = int(np.int64(search.toward[j]))
        return length
    while j >= 0 and j != own:
        place[j] = length
        length = _append_move(path, length, j, exit_path.request[j], exit_path.guide[j])
        j = int(np.int64(exit_path.guide[j]))
    if j == own:
        return length
    # Where the way to waiting meets the way that fills the seat, nobody needs to wait.
    meeting = own
    while meeting >= 0 and (meeting == own or place[meeting] >= length or path[place[meeting], 0] != meeting):
        meeting = int(np.int64(replacement.guide[meeting]))
    if meeting >= 0:
        length = place[meeting]
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
