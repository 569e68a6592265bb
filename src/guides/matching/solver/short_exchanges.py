"""Kernels for short exchanges: for each request the cheapest other guides if at most two other requests move.

On the residual graph (see `residual`) request i moves from its guide g to j, followed by at most two moves.
Either a member of j moves to g, directly or by way of one other guide; or j gives up a member (part A) and
g's slot is filled or stays free (part B): A with 0, 1 or 2 moves, B with 2, 1 or 0. A and most of B do not
depend on the pair and are computed once.
"""

from typing import NamedTuple

import numpy as np

from guides.matching.solver.alternating_paths import INFINITE_COST, insert_by_loss
from guides.matching.solver.augmentation import PairsByGuide
from guides.matching.solver.compiled import compiled
from guides.matching.solver.exchange_steps import SharedSteps
from guides.matching.solver.problem import Ints, Problem
from guides.matching.solver.state import MatchingState


class _SlotFillers(NamedTuple):
    """How a slot of the current guide can be filled; a cost is valid where its stamp is the current guide."""

    stamp: Ints  # (m,)
    near_cost: Ints  # (m,), a member of this guide moves there directly
    near_request: Ints
    via_stamp: Ints
    via_cost: Ints  # (m,), a member of this guide moves to another guide, whose member moves there
    via_request: Ints
    via_guide: Ints
    near: Ints  # (m,), the guides with a valid near_cost
    fill: Ints  # (3, 3), for at most 0, 1, 2 moves: cost, request (-1: none), via guide (-1: directly)


@compiled
def cheapest_exchanges(
    problem: Problem,
    columns: PairsByGuide,
    state: MatchingState,
    steps: SharedSteps,
    rows: Ints,
    guide: Ints,
    loss: Ints,
    moves: Ints,
) -> Ints:
    """As `alternating_paths.cheapest_alternatives`, with at most two other requests moved."""
    m = state.price.size
    fillers = _SlotFillers(
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
    order = np.argsort(state.guide[rows], kind="mergesort")
    first = 0
    while first < order.size:
        own = int(np.int64(state.guide[rows[order[first]]]))
        stop = first + 1
        while stop < order.size and state.guide[rows[order[stop]]] == own:
            stop += 1
        group, first = order[first:stop], stop
        if own >= 0:
            nearest = _fill_directly(problem, columns, state, steps, fillers, own)
            _rank_guides(problem, state, steps, fillers, own, rows, group, guide, loss)
            _fill_via_another_guide(problem, state, fillers, own, rows, group, loss, nearest)
        _rank_guides(problem, state, steps, fillers, own, rows, group, guide, loss)
        for at in group:
            for k in range(guide.shape[1]):
                moves[at, k, 0] = count
                if guide[at, k] >= 0:
                    count = _record_moves(steps, fillers, guide[at, k], own, mover, count)
                moves[at, k, 1] = count
    return mover[:count].copy()


@compiled
def _fill_directly(
    problem: Problem,
    columns: PairsByGuide,
    state: MatchingState,
    steps: SharedSteps,
    fillers: _SlotFillers,
    own: int,
) -> int:
    """Record who could move to `own` directly, and the cheapest ways to fill its slot.

    Returns the least near_cost.
    """
    near = 0
    for pair in range(columns.start[own], columns.start[own + 1]):
        i = columns.row[pair]
        j = state.guide[i]
        if j < 0 or j == own:
            continue
        slack = state.profit[i] + state.price[own] - problem.value[i] - columns.points[pair]
        if fillers.stamp[j] != own:
            fillers.stamp[j] = own
            fillers.near[near] = j
            near += 1
        elif slack >= fillers.near_cost[j]:
            continue
        fillers.near_cost[j] = slack
        fillers.near_request[j] = i
    fill = fillers.fill
    fill[0] = (state.price[own], -1, -1)
    fill[1] = fill[0]
    if steps.fill_cost[own] < fill[1, 0]:
        fill[1] = (steps.fill_cost[own], steps.fill_request[own], -1)
    fill[2] = fill[1]
    nearest = INFINITE_COST
    for k in range(near):
        j = fillers.near[k]
        nearest = min(nearest, fillers.near_cost[j])
        if fillers.near_cost[j] + steps.fill_cost[j] < fill[2, 0]:
            fill[2] = (fillers.near_cost[j] + steps.fill_cost[j], steps.fill_request[j], j)
    return nearest


@compiled
def _fill_via_another_guide(
    problem: Problem,
    state: MatchingState,
    fillers: _SlotFillers,
    own: int,
    rows: Ints,
    group: Ints,
    loss: Ints,
    nearest: int,
) -> None:
    """Compute via_cost for `own` where it could improve a list; `nearest` is the least near_cost."""
    for at in group:
        i = rows[at]
        base = state.profit[i] - problem.value[i]
        for pair in range(problem.start[i], problem.start[i + 1]):
            j = problem.column[pair]
            if j == own or fillers.via_stamp[j] == own or state.room[j] == 0:
                continue
            if base + state.price[j] - problem.points[pair] + nearest < loss[at, -1]:
                _note_cheapest_via(problem, state, fillers, own, j)


@compiled
def _note_cheapest_via(
    problem: Problem, state: MatchingState, fillers: _SlotFillers, own: int, j: int
) -> None:
    """Record the cheapest move of a member of guide j to a guide whose member then moves to `own`."""
    fillers.via_stamp[j] = own
    fillers.via_cost[j] = INFINITE_COST
    for at in range(state.slot_start[j], state.slot_start[j] + state.load[j]):
        i = state.member[at]
        base = state.profit[i] - problem.value[i]
        for pair in range(problem.start[i], problem.start[i + 1]):
            via = problem.column[pair]
            if fillers.stamp[via] != own or via == j:
                continue
            cost = base + state.price[via] - problem.points[pair] + fillers.near_cost[via]
            if cost < fillers.via_cost[j]:
                fillers.via_cost[j] = cost
                fillers.via_request[j] = i
                fillers.via_guide[j] = via


@compiled
def _cheapest_way(steps: SharedSteps, fillers: _SlotFillers, j: int, own: int) -> tuple[int, int]:
    """The cost and kind of the cheapest path from guide j to the slot of `own`.

    Kinds 0 to 2 are the moves of part A, 3 is a direct move, 4 is by way of another guide.
    """
    if own < 0:
        return steps.far_cost[j], 2
    best = steps.out_cost[j] + fillers.fill[1, 0]
    kind = 1
    if steps.far_cost[j] + fillers.fill[0, 0] < best:
        best = steps.far_cost[j] + fillers.fill[0, 0]
        kind = 2
    if steps.out_cost[j] == 0 and steps.out_request[j] < 0 and fillers.fill[2, 0] <= best:
        best = fillers.fill[2, 0]
        kind = 0
    if fillers.stamp[j] == own and fillers.near_cost[j] <= best:
        best = fillers.near_cost[j]
        kind = 3
    if fillers.via_stamp[j] == own and fillers.via_cost[j] < best:
        best = fillers.via_cost[j]
        kind = 4
    return best, kind


@compiled
def _rank_guides(
    problem: Problem,
    state: MatchingState,
    steps: SharedSteps,
    fillers: _SlotFillers,
    own: int,
    rows: Ints,
    group: Ints,
    guide: Ints,
    loss: Ints,
) -> None:
    """Rank the other guides for the requests of one guide."""
    for at in group:
        i = rows[at]
        guide[at] = -1
        loss[at] = INFINITE_COST
        base = state.profit[i] - problem.value[i]
        for pair in range(problem.start[i], problem.start[i + 1]):
            j = problem.column[pair]
            slack = base + state.price[j] - problem.points[pair]
            if slack >= loss[at, -1] or j == own or state.room[j] == 0:
                continue
            cost, _ = _cheapest_way(steps, fillers, j, own)
            insert_by_loss(guide[at], loss[at], j, slack + cost)


@compiled
def _record_moves(
    steps: SharedSteps, fillers: _SlotFillers, j: int, own: int, mover: Ints, count: int
) -> int:
    """Append the requests that move to `mover`; returns the new number of movers."""
    _, kind = _cheapest_way(steps, fillers, j, own)
    if kind == 2 and steps.far_request[j] >= 0:
        mover[count] = (steps.far_request[j], steps.far_guide[j])
        count += 1
        j = steps.far_guide[j]
    if kind in (1, 2) and steps.out_request[j] >= 0:
        mover[count] = (steps.out_request[j], steps.out_guide[j])
        count += 1
    if kind == 4:
        mover[count] = (fillers.via_request[j], fillers.via_guide[j])
        count += 1
        j = fillers.via_guide[j]
    if kind in (3, 4):
        mover[count] = (fillers.near_request[j], own)
        count += 1
    if kind in (0, 1) and own >= 0:
        filled = fillers.fill[2 if kind == 0 else 1]
        by = filled[2]
        if filled[1] >= 0:
            mover[count] = (filled[1], by if by >= 0 else own)
            count += 1
        if by >= 0:
            mover[count] = (fillers.near_request[by], own)
            count += 1
    return count
