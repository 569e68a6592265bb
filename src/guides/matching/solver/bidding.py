"""One round of an auction: waiting requests bid for seats, each by what its best guide is better than its second.

While a round lasts, a guide's members stand as a heap by bid, the lowest first: that one is put out by the next
bid, and its bid is the price of a full guide.
"""

from guides.matching.solver.candidate_edges import CandidateEdges, collect_candidates
from guides.matching.solver.compiled import compiled
from guides.matching.solver.problem import Ints, Problem, SmallInts
from guides.matching.solver.state import MatchingState


@compiled
def open_round(
    problem: Problem, pairing: MatchingState, bid: Ints, candidates: CandidateEdges, epsilon: int
) -> None:
    """Lower all prices of open guides by `rise` and keep the pairs that are within `rise` of the request's best."""
    for j in range(pairing.price.size):
        if pairing.room[j] > 0:
            lower_price(pairing, j, max(0, pairing.price[j] - epsilon))
        pairing.load[j] = 0
    for i in range(problem.value.size):
        collect_candidates(problem, pairing.price, candidates, i)
        guide = pairing.guide[i]
        if guide < 0:
            continue
        best = 0
        for k in range(candidates.kept[i]):
            best = max(best, candidates.worth[i, k] - pairing.price[candidates.column[i, k]])
        if pairing.profit[i] >= best - epsilon:
            pairing.member[pairing.seat[guide] + pairing.load[guide]] = i
            pairing.load[guide] += 1
            bid[i] = pairing.price[guide]
        else:
            pairing.guide[i] = -1


@compiled
def run_forward_auction(
    problem: Problem,
    pairing: MatchingState,
    bid: Ints,
    candidates: CandidateEdges,
    epsilon: int,
    waiting: SmallInts,
) -> None:
    """Let waiting requests bid until each has a seat or none that is worth its price. `waiting` is scratch (n,)."""
    top = 0
    for i in range(problem.value.size - 1, -1, -1):
        if pairing.guide[i] < 0:
            waiting[top] = i
            top += 1
    while top > 0:
        i = waiting[top - 1]
        guide = -1
        worth = 0
        best = 0
        second = 0
        for k in range(candidates.kept[i]):
            net = candidates.worth[i, k] - pairing.price[candidates.column[i, k]]
            if net > best:
                second = best
                best = net
                guide = candidates.column[i, k]
                worth = candidates.worth[i, k]
            elif net > second:
                second = net
        if candidates.bound[i] > best:
            collect_candidates(problem, pairing.price, candidates, i)
            continue
        top -= 1
        if guide < 0:
            continue
        # The bound stands in for a better second that was not kept: the bid is lower then, and still fair.
        out = _award_slot(pairing, bid, i, guide, worth - max(0, max(second, candidates.bound[i]) - epsilon))
        if out >= 0:
            waiting[top] = out
            top += 1


@compiled
def close_round(problem: Problem, pairing: MatchingState) -> None:
    """Note where each member stands, and what the prices leave to each request."""
    for j in range(pairing.price.size):
        for at in range(pairing.seat[j], pairing.seat[j] + pairing.load[j]):
            pairing.place[pairing.member[at]] = at
    for i in range(problem.value.size):
        guide = pairing.guide[i]
        pairing.profit[i] = 0
        if guide < 0:
            continue
        for pair in range(problem.start[i], problem.start[i + 1]):
            if problem.column[pair] == guide:
                pairing.profit[i] = problem.value[i] + problem.points[pair] - pairing.price[guide]
                break


@compiled
def lower_price(pairing: MatchingState, guide: int, price: int) -> None:
    """Let a guide cost less; its members have the difference."""
    fall = pairing.price[guide] - price
    pairing.price[guide] = price
    for at in range(pairing.seat[guide], pairing.seat[guide] + pairing.load[guide]):
        pairing.profit[pairing.member[at]] += fall


@compiled
def _award_slot(pairing: MatchingState, bid: Ints, request: int, guide: int, amount: int) -> int:
    """Seat the request; returns who was put out for it, -1 where a seat was free."""
    bid[request] = amount
    pairing.guide[request] = guide
    first = pairing.seat[guide]
    members = pairing.member[first : pairing.seat[guide + 1]]
    load = pairing.load[guide]
    if load < pairing.room[guide]:
        pairing.load[guide] = load + 1
        at = load
        while at > 0:
            above = (at - 1) >> 1
            if bid[members[above]] <= amount:
                break
            members[at] = members[above]
            at = above
        members[at] = request
        if load + 1 == pairing.room[guide]:
            pairing.price[guide] = bid[members[0]]
        return -1
    out = members[0]
    pairing.guide[out] = -1
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
    pairing.price[guide] = bid[members[0]]
    return int(out)
