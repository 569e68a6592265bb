"""The state that the kernels work on: who is with whom, and the prices, kept so that single moves are cheap."""

from typing import NamedTuple

import numpy as np

from guides.matching.solver.compiled import compiled
from guides.matching.solver.problem import Ints, Problem, SmallInts


class MatchingState(NamedTuple):
    """Who is with whom, and the prices. A guide's members stand in `member[seat[j]:seat[j] + load[j]]`."""

    guide: SmallInts  # (n,), -1 where the request waits
    profit: Ints  # (n,), the request's price
    price: Ints  # (m,), the guide's price
    load: Ints  # (m,)
    room: Ints  # (m,), seats per guide: its capacity, at most one more than its feasible requests
    seat: Ints  # (m + 1,)
    member: SmallInts  # (seats,)
    place: SmallInts  # (n,), where in `member` the request stands


def empty_state(problem: Problem) -> MatchingState:
    """Nobody paired, all prices 0 except those of guides without room, which are above every pair's worth."""
    n, m = problem.value.size, problem.capacity.size
    room = np.minimum(problem.capacity, _feasible_counts(problem.column, m) + 1)
    seat = np.concatenate(([0], np.cumsum(room)))
    worth_max = int(problem.value.max(initial=0)) + int(problem.points.max(initial=0))
    return MatchingState(
        guide=np.full(n, -1, np.int32),
        profit=np.zeros(n, np.int64),
        price=np.where(problem.capacity > 0, 0, worth_max).astype(np.int64),
        load=np.zeros(m, np.int64),
        room=room,
        seat=seat,
        member=np.zeros(int(seat[-1]), np.int32),
        place=np.zeros(n, np.int32),
    )


def state_from_pairs(problem: Problem, guide: Ints, price: Ints) -> MatchingState:
    """The pairs of an earlier answer, as far as they are still feasible and there is room, at its guides' prices."""
    pairing = empty_state(problem)
    pairing.price[:] = np.where(problem.capacity > 0, price, np.maximum(price, pairing.price))
    _pair_all(problem, pairing, guide)
    return pairing


@compiled
def state_at_prices(guide: Ints, profit: Ints, price: Ints, room: Ints) -> MatchingState:
    """A pairing of feasible pairs at these prices. Where a guide has less room than members, the later ones wait."""
    m = room.size
    seat = np.zeros(m + 1, np.int64)
    load = np.zeros(m, np.int64)
    for j in guide:
        if j >= 0:
            load[j] += 1
    for j in range(m):
        seat[j + 1] = seat[j] + room[j]
        load[j] = 0
    pairing = MatchingState(
        np.full(guide.size, -1, np.int32),
        profit.copy(),
        price.copy(),
        load,
        room.copy(),
        seat,
        np.zeros(seat[m], np.int32),
        np.zeros(guide.size, np.int32),
    )
    for i in range(guide.size):
        if guide[i] >= 0 and load[guide[i]] < room[guide[i]]:
            pair_request(pairing, i, guide[i])
    return pairing


@compiled
def _pair_all(problem: Problem, pairing: MatchingState, guide: Ints) -> None:
    for i in range(guide.size):
        j = guide[i]
        if j < 0 or pairing.load[j] >= pairing.room[j]:
            continue
        for pair in range(problem.start[i], problem.start[i + 1]):
            if problem.column[pair] == j:
                pair_request(pairing, i, j)
                break


@compiled
def pair_request(pairing: MatchingState, request: int, guide: int) -> None:
    """Give a waiting request a seat with a guide that has one free."""
    at = pairing.seat[guide] + pairing.load[guide]
    pairing.member[at] = request
    pairing.place[request] = at
    pairing.load[guide] += 1
    pairing.guide[request] = guide


@compiled
def unpair_request(pairing: MatchingState, request: int) -> None:
    """Take a paired request from its guide; the last member takes its seat."""
    guide = pairing.guide[request]
    pairing.load[guide] -= 1
    last = pairing.member[pairing.seat[guide] + pairing.load[guide]]
    at = pairing.place[request]
    pairing.member[at] = last
    pairing.place[last] = at
    pairing.guide[request] = -1


@compiled
def _feasible_counts(column: SmallInts, m: int) -> Ints:
    count = np.zeros(m, np.int64)
    for j in column:
        count[j] += 1
    return count
