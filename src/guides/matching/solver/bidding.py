"""Kernels of one forward auction round: waiting requests bid for slots.

A bid raises the price by the difference between the request's best and second-best guide plus epsilon. During
a round the members of a guide form a binary min-heap by bid: the next bid outbids the first member, and the
lowest bid is the price of a full guide.
"""

from guides.matching.solver.candidate_edges import CandidateEdges, collect_candidates
from guides.matching.solver.compiled import compiled
from guides.matching.solver.problem import Ints, Problem, SmallInts
from guides.matching.solver.state import MatchingState


@compiled
def open_round(
    problem: Problem, state: MatchingState, bid: Ints, candidates: CandidateEdges, epsilon: int
) -> None:
    """Lower the guides' prices by `epsilon`, and keep the pairs within `epsilon` of the request's best."""
    for j in range(state.price.size):
        if state.room[j] > 0:
            lower_price(state, j, max(0, state.price[j] - epsilon))
        state.load[j] = 0
    for i in range(problem.value.size):
        collect_candidates(problem, state.price, candidates, i)
        guide = state.guide[i]
        if guide < 0:
            continue
        best = 0
        for k in range(candidates.kept[i]):
            best = max(best, candidates.worth[i, k] - state.price[candidates.column[i, k]])
        if state.profit[i] >= best - epsilon:
            state.member[state.slot_start[guide] + state.load[guide]] = i
            state.load[guide] += 1
            bid[i] = state.price[guide]
        else:
            state.guide[i] = -1


@compiled
def run_forward_auction(
    problem: Problem,
    state: MatchingState,
    bid: Ints,
    candidates: CandidateEdges,
    epsilon: int,
    waiting: SmallInts,
) -> None:
    """Let waiting requests bid until each has a slot or no guide is worth its price to it.

    `waiting` is scratch (n,).
    """
    top = 0
    for i in range(problem.value.size - 1, -1, -1):
        if state.guide[i] < 0:
            waiting[top] = i
            top += 1
    while top > 0:
        i = waiting[top - 1]
        guide = -1
        worth = 0
        best = 0
        second = 0
        for k in range(candidates.kept[i]):
            net = candidates.worth[i, k] - state.price[candidates.column[i, k]]
            if net > best:
                second = best
                best = net
                guide = candidates.column[i, k]
                worth = candidates.worth[i, k]
            elif net > second:
                second = net
        if candidates.bound[i] > best:
            collect_candidates(problem, state.price, candidates, i)
            continue
        top -= 1
        if guide < 0:
            continue
        # The second best may not be a candidate; its bound replaces it: the bid is then lower, but valid.
        outbid = _award_slot(state, bid, i, guide, worth - max(0, max(second, candidates.bound[i]) - epsilon))
        if outbid >= 0:
            waiting[top] = outbid
            top += 1


@compiled
def close_round(problem: Problem, state: MatchingState) -> None:
    """Record each member's position, and set each request's profit from the prices."""
    for j in range(state.price.size):
        for at in range(state.slot_start[j], state.slot_start[j] + state.load[j]):
            state.position[state.member[at]] = at
    for i in range(problem.value.size):
        guide = state.guide[i]
        state.profit[i] = 0
        if guide < 0:
            continue
        for pair in range(problem.start[i], problem.start[i + 1]):
            if problem.column[pair] == guide:
                state.profit[i] = problem.value[i] + problem.points[pair] - state.price[guide]
                break


@compiled
def lower_price(state: MatchingState, guide: int, price: int) -> None:
    """Set a lower price of a guide and add the difference to its members' profits."""
    fall = state.price[guide] - price
    state.price[guide] = price
    for at in range(state.slot_start[guide], state.slot_start[guide] + state.load[guide]):
        state.profit[state.member[at]] += fall


@compiled
def _award_slot(state: MatchingState, bid: Ints, request: int, guide: int, amount: int) -> int:
    """Award a slot to the request; returns the request that was outbid, -1 if a slot was free."""
    bid[request] = amount
    state.guide[request] = guide
    first = state.slot_start[guide]
    members = state.member[first : state.slot_start[guide + 1]]
    load = state.load[guide]
    if load < state.room[guide]:
        state.load[guide] = load + 1
        at = load
        while at > 0:
            above = (at - 1) >> 1
            if bid[members[above]] <= amount:
                break
            members[at] = members[above]
            at = above
        members[at] = request
        if load + 1 == state.room[guide]:
            state.price[guide] = bid[members[0]]
        return -1
    outbid = members[0]
    state.guide[outbid] = -1
    at = 0
    while 2 * at + 1 < load:
        below = 2 * at + 1
        if below + 1 < load and bid[members[below + 1]] < bid[members[below]]:
            below += 1
        if bid[members[below]] >= amount:
            break
        members[at] = members[below]
        at = below
    members[at] = request
    state.price[guide] = bid[members[0]]
    return int(outbid)
