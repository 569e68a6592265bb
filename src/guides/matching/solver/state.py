"""The state that the kernels modify: pairs and dual prices, stored so that one move takes constant time."""

from typing import NamedTuple

import numpy as np

from guides.matching.solver.compiled import compiled
from guides.matching.solver.problem import Ints, Problem, SmallInts


class MatchingState(NamedTuple):
    """Pairs and dual prices. The members of guide j are member[slot_start[j] : slot_start[j] + load[j]]."""

    guide: SmallInts  # (n,), -1 where the request waits
    profit: Ints  # (n,), the request's dual price
    price: Ints  # (m,), the guide's dual price
    load: Ints  # (m,), members
    room: Ints  # (m,), slots: the capacity, but at most one more than the feasible requests
    slot_start: Ints  # (m + 1,)
    member: SmallInts  # (slots,), requests
    position: SmallInts  # (n,), index of the request in `member`


def empty_state(problem: Problem) -> MatchingState:
    """No pairs and prices 0, but the largest worth for guides without capacity, so that no request bids."""
    n, m = problem.value.size, problem.capacity.size
    # One slot more than could be used stays free, and with it the price 0; further ones only take memory.
    room = np.minimum(problem.capacity, _feasible_counts(problem.column, m) + 1)
    slot_start = np.concatenate(([0], np.cumsum(room)))
    worth_max = int(problem.value.max(initial=0)) + int(problem.points.max(initial=0))
    return MatchingState(
        guide=np.full(n, -1, np.int32),
        profit=np.zeros(n, np.int64),
        price=np.where(problem.capacity > 0, 0, worth_max).astype(np.int64),
        load=np.zeros(m, np.int64),
        room=room,
        slot_start=slot_start,
        member=np.zeros(int(slot_start[-1]), np.int32),
        position=np.zeros(n, np.int32),
    )


def state_from_pairs(problem: Problem, guide: Ints, price: Ints) -> MatchingState:
    """The pairs of an earlier result that are still feasible and within capacity, at its guide prices."""
    state = empty_state(problem)
    state.price[:] = np.where(problem.capacity > 0, price, np.maximum(price, state.price))
    _pair_feasible(problem, state, guide)
    return state


@compiled
def state_at_prices(guide: Ints, profit: Ints, price: Ints, room: Ints) -> MatchingState:
    """The state with these feasible pairs and prices.

    Where a guide has more members than room, the later ones wait.
    """
    m = room.size
    slot_start = np.zeros(m + 1, np.int64)
    load = np.zeros(m, np.int64)
    for j in guide:
        if j >= 0:
            load[j] += 1
    for j in range(m):
        slot_start[j + 1] = slot_start[j] + room[j]
        load[j] = 0
    state = MatchingState(
        np.full(guide.size, -1, np.int32),
        profit.copy(),
        price.copy(),
        load,
        room.copy(),
        slot_start,
        np.zeros(slot_start[m], np.int32),
        np.zeros(guide.size, np.int32),
    )
    for i in range(guide.size):
        if guide[i] >= 0 and load[guide[i]] < room[guide[i]]:
            pair_request(state, i, guide[i])
    return state


@compiled
def _pair_feasible(problem: Problem, state: MatchingState, guide: Ints) -> None:
    for i in range(guide.size):
        j = guide[i]
        if j < 0 or state.load[j] >= state.room[j]:
            continue
        for pair in range(problem.start[i], problem.start[i + 1]):
            if problem.column[pair] == j:
                pair_request(state, i, j)
                break


@compiled
def pair_request(state: MatchingState, request: int, guide: int) -> None:
    """Pair a waiting request with a guide that has a free slot."""
    at = state.slot_start[guide] + state.load[guide]
    state.member[at] = request
    state.position[request] = at
    state.load[guide] += 1
    state.guide[request] = guide


@compiled
def unpair_request(state: MatchingState, request: int) -> None:
    """Unpair a request from its guide; the guide's last member fills the gap."""
    guide = state.guide[request]
    state.load[guide] -= 1
    last = state.member[state.slot_start[guide] + state.load[guide]]
    at = state.position[request]
    state.member[at] = last
    state.position[last] = at
    state.guide[request] = -1


@compiled
def _feasible_counts(column: SmallInts, m: int) -> Ints:
    count = np.zeros(m, np.int64)
    for j in column:
        count[j] += 1
    return count
