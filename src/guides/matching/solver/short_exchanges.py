"""Exchanges that few others take part in: for each request the cheapest other guides with at most two others moved.

With slacks as steps (see `residual`), request i goes from its guide g to j, and then, at most two others moving:
somebody of j goes to g, directly or by one more guide; or j gets rid of one (A) and g is filled or stays free (B):
A with 0, 1, 2 moves, B with 2, 1, 0. A and most of B don't depend on the pair and are found once.
"""

from typing import NamedTuple

import numpy as np

from guides.matching.solver.alternating_paths import INFINITE_COST, insert_by_loss
from guides.matching.solver.augmentation import PairsByGuide
from guides.matching.solver.compiled import compiled
from guides.matching.solver.problem import Ints, Problem
from guides.matching.solver.state import MatchingState


class SharedSteps(NamedTuple):
    """Per guide: the cost of giving up a member by one or two moves, and of filling a seat by one move."""

    out_cost: Ints  # (m,), one member goes to a free seat or waits; 0 with a free seat
    out_request: Ints  # -1: nobody needs to
    out_guide: Ints
    far_cost: Ints  # (m,), one member goes to a guide that gives up one in turn; at most out_cost
    far_request: Ints  # -1: as out_request
    far_guide: Ints
    fill_cost: Ints  # (m,), a waiting request comes, or a member of another guide, whose seat stays free
    fill_request: Ints


@compiled
def shared_steps(problem: Problem, pairing: MatchingState) -> SharedSteps:
    """The parts of an exchange that don't depend on who asks."""
    m = pairing.price.size
    steps = SharedSteps(
        np.full(m, INFINITE_COST),
        np.full(m, -1, np.int64),
        np.full(m, -1, np.int64),
        np.full(m, INFINITE_COST),
        np.full(m, -1, np.int64),
        np.full(m, -1, np.int64),
        np.full(m, INFINITE_COST),
        np.full(m, -1, np.int64),
    )
    for j in range(m):
        if pairing.load[j] < pairing.room[j]:
            steps.out_cost[j] = 0
    for i in range(problem.value.size):
        own = pairing.guide[i]
        if own >= 0 and pairing.profit[i] < steps.out_cost[own]:
            steps.out_cost[own] = pairing.profit[i]
            steps.out_request[own] = i
            steps.out_guide[own] = -1
        give_up = pairing.price[own] if own >= 0 else 0
        for pair in range(problem.start[i], problem.start[i + 1]):
            j = problem.column[pair]
            if j == own or pairing.room[j] == 0:
                continue
            slack = pairing.profit[i] + pairing.price[j] - problem.value[i] - problem.points[pair]
            if slack + give_up < steps.fill_cost[j]:
                steps.fill_cost[j] = slack + give_up
                steps.fill_request[j] = i
            if own >= 0 and pairing.load[j] < pairing.room[j] and slack < steps.out_cost[own]:
                steps.out_cost[own] = slack
                steps.out_request[own] = i
                steps.out_guide[own] = j
    steps.far_cost[:] = steps.out_cost
    for i in range(problem.value.size):
        own = pairing.guide[i]
        if own < 0:
            continue
        for pair in range(problem.start[i], problem.start[i + 1]):
            j = problem.column[pair]
            if j == own or pairing.room[j] == 0:
                continue
            slack = pairing.profit[i] + pairing.price[j] - problem.value[i] - problem.points[pair]
            if slack + steps.out_cost[j] < steps.far_cost[own]:
                steps.far_cost[own] = slack + steps.out_cost[j]
                steps.far_request[own] = i
                steps.far_guide[own] = j
    return steps


class _SlotFillers(NamedTuple):
    """How the seat of the guide in question can be filled; `stamp` tells for which guide a cost was noted."""

    stamp: Ints  # (m,)
    near_cost: Ints  # (m,), a member of this guide comes directly
    near_request: Ints
    via_stamp: Ints
    via_cost: Ints  # (m,), a member of this guide goes to another, whose member comes
    via_request: Ints
    via_guide: Ints
    near: Ints  # (m,), the guides with a near cost
    fill: Ints  # (3, 3): with 0, 1, 2 moves: cost, request (-1: stays free), by which guide (-1: directly)


@compiled
def cheapest_exchanges(
    problem: Problem,
    columns: PairsByGuide,
    pairing: MatchingState,
    steps: SharedSteps,
    rows: Ints,
    guide: Ints,
    loss: Ints,
    moves: Ints,
) -> Ints:
    """As `detours.cheapest_detours`, with at most two others moved."""
    m = pairing.price.size
    seat = _SlotFillers(
        np.full(m, -1, np.int64),
        np.zeros(m, np.int64),
        np.zeros(m, np.int64),
        np.full(m, -1, np.int64),
        np.zeros(m, np.int64),
        np.zeros(m, np.int64),
        np.zeros(m, np.int64),
        np.zeros(m, np.int64),
        np.zeros((3, 3), np.int64),
    )
    mover = np.empty((2 * guide.size, 2), np.int64)
    count = 0
    order = np.argsort(pairing.guide[rows], kind="mergesort")
    first = 0
    while first < order.size:
        own = int(np.int64(pairing.guide[rows[order[first]]]))
        stop = first + 1
        while stop < order.size and pairing.guide[rows[order[stop]]] == own:
            stop += 1
        group, first = order[first:stop], stop
        if own >= 0:
            nearest = _fill_directly(problem, columns, pairing, steps, seat, own)
            _rank_guides(problem, pairing, steps, seat, own, rows, group, guide, loss)
            _fill_via_another_guide(problem, pairing, seat, own, rows, group, loss, nearest)
        _rank_guides(problem, pairing, steps, seat, own, rows, group, guide, loss)
        for at in group:
            for k in range(guide.shape[1]):
                moves[at, k, 0] = count
                if guide[at, k] >= 0:
                    count = _record_moves(steps, seat, guide[at, k], own, mover, count)
                moves[at, k, 1] = count
    return mover[:count].copy()


@compiled
def _fill_directly(
    problem: Problem,
    columns: PairsByGuide,
    pairing: MatchingState,
    steps: SharedSteps,
    seat: _SlotFillers,
    own: int,
) -> int:
    """Note who could come to `own` directly, and the cheapest fillings; returns what the cheapest to come costs."""
    near = 0
    for pair in range(columns.start[own], columns.start[own + 1]):
        i = columns.row[pair]
        j = pairing.guide[i]
        if j < 0 or j == own:
            continue
        slack = pairing.profit[i] + pairing.price[own] - problem.value[i] - columns.points[pair]
        if seat.stamp[j] != own:
            seat.stamp[j] = own
            seat.near[near] = j
            near += 1
        elif slack >= seat.near_cost[j]:
            continue
        seat.near_cost[j] = slack
        seat.near_request[j] = i
    fill = seat.fill
    fill[0] = (pairing.price[own], -1, -1)
    fill[1] = fill[0]
    if steps.fill_cost[own] < fill[1, 0]:
        fill[1] = (steps.fill_cost[own], steps.fill_request[own], -1)
    fill[2] = fill[1]
    nearest = INFINITE_COST
    for k in range(near):
        j = seat.near[k]
        nearest = min(nearest, seat.near_cost[j])
        if seat.near_cost[j] + steps.fill_cost[j] < fill[2, 0]:
            fill[2] = (seat.near_cost[j] + steps.fill_cost[j], steps.fill_request[j], j)
    return nearest


@compiled
def _fill_via_another_guide(
    problem: Problem,
    pairing: MatchingState,
    seat: _SlotFillers,
    own: int,
    rows: Ints,
    group: Ints,
    loss: Ints,
    nearest: int,
) -> None:
    """For guides that cost less than the lists hold: who could go to a guide whose member then comes to `own`."""
    for at in group:
        i = rows[at]
        base = pairing.profit[i] - problem.value[i]
        for pair in range(problem.start[i], problem.start[i + 1]):
            j = problem.column[pair]
            if j == own or seat.via_stamp[j] == own or pairing.room[j] == 0:
                continue
            if base + pairing.price[j] - problem.points[pair] + nearest < loss[at, -1]:
                _note_cheapest_via(problem, pairing, seat, own, j)


@compiled
def _note_cheapest_via(
    problem: Problem, pairing: MatchingState, seat: _SlotFillers, own: int, j: int
) -> None:
    """Note the member of guide j who goes most cheaply to a guide whose member then comes to `own`."""
    seat.via_stamp[j] = own
    seat.via_cost[j] = INFINITE_COST
    for at in range(pairing.seat[j], pairing.seat[j] + pairing.load[j]):
        i = pairing.member[at]
        base = pairing.profit[i] - problem.value[i]
        for pair in range(problem.start[i], problem.start[i + 1]):
            via = problem.column[pair]
            if seat.stamp[via] != own or via == j:
                continue
            cost = base + pairing.price[via] - problem.points[pair] + seat.near_cost[via]
            if cost < seat.via_cost[j]:
                seat.via_cost[j] = cost
                seat.via_request[j] = i
                seat.via_guide[j] = via


@compiled
def _cheapest_way(steps: SharedSteps, seat: _SlotFillers, j: int, own: int) -> tuple[int, int]:
    """The cheapest way from guide j to the seat of `own`, and which: 0 to 2 moves of A, 3 direct, 4 by one more."""
    if own < 0:
        return steps.far_cost[j], 2
    best = steps.out_cost[j] + seat.fill[1, 0]
    way = 1
    if steps.far_cost[j] + seat.fill[0, 0] < best:
        best = steps.far_cost[j] + seat.fill[0, 0]
        way = 2
    if steps.out_cost[j] == 0 and steps.out_request[j] < 0 and seat.fill[2, 0] <= best:
        best = seat.fill[2, 0]
        way = 0
    if seat.stamp[j] == own and seat.near_cost[j] <= best:
        best = seat.near_cost[j]
        way = 3
    if seat.via_stamp[j] == own and seat.via_cost[j] < best:
        best = seat.via_cost[j]
        way = 4
    return best, way


@compiled
def _rank_guides(
    problem: Problem,
    pairing: MatchingState,
    steps: SharedSteps,
    seat: _SlotFillers,
    own: int,
    rows: Ints,
    group: Ints,
    guide: Ints,
    loss: Ints,
) -> None:
    """Fill the lists of a guide's members."""
    for at in group:
        i = rows[at]
        guide[at] = -1
        loss[at] = INFINITE_COST
        base = pairing.profit[i] - problem.value[i]
        for pair in range(problem.start[i], problem.start[i + 1]):
            j = problem.column[pair]
            slack = base + pairing.price[j] - problem.points[pair]
            if slack >= loss[at, -1] or j == own or pairing.room[j] == 0:
                continue
            cost, _ = _cheapest_way(steps, seat, j, own)
            insert_by_loss(guide[at], loss[at], j, slack + cost)


@compiled
def _record_moves(steps: SharedSteps, seat: _SlotFillers, j: int, own: int, mover: Ints, count: int) -> int:
    """Write down who moves; returns the new number of movers."""
    _, way = _cheapest_way(steps, seat, j, own)
    if way == 2 and steps.far_request[j] >= 0:
        mover[count] = (steps.far_request[j], steps.far_guide[j])
        count += 1
        j = steps.far_guide[j]
    if way in (1, 2) and steps.out_request[j] >= 0:
        mover[count] = (steps.out_request[j], steps.out_guide[j])
        count += 1
    if way == 4:
        mover[count] = (seat.via_request[j], seat.via_guide[j])
        count += 1
        j = seat.via_guide[j]
    if way in (3, 4):
        mover[count] = (seat.near_request[j], own)
        count += 1
    if way in (0, 1) and own >= 0:
        filled = seat.fill[2 if way == 0 else 1]
        by = filled[2]
        if filled[1] >= 0:
            mover[count] = (filled[1], by if by >= 0 else own)
            count += 1
        if by >= 0:
            mover[count] = (seat.near_request[by], own)
            count += 1
    return count
