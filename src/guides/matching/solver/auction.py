"""Near-optimal pairs and prices by an auction from both sides, in rounds with a falling least rise (epsilon scaling).

In each round requests bid for seats, then guides with free seats that still cost something bid for requests.
After a round no request could gain more than the round's rise elsewhere, and no free seat costs anything:
the pairing is within n times the rise of the best one. What is left is for `augmentation` to make exact.
Bertsekas, "The auction algorithm", 1988; Bertsekas and Castanon, "A forward/reverse auction algorithm for
asymmetric assignment problems", 1992.
"""

import math

import numpy as np

from guides.matching.solver import bidding
from guides.matching.solver.augmentation import PairsByGuide
from guides.matching.solver.candidate_edges import empty_candidates
from guides.matching.solver.compiled import compiled
from guides.matching.solver.problem import Problem, SmallInts
from guides.matching.solver.refinement import refine_prices
from guides.matching.solver.state import MatchingState, pair_request, unpair_request

# Measured on pools of 1,000 to 100,000 requests. Huge last rises leave more to the exact search, small ones
# start price wars between requests that find the same guides equally good. Each round reads every row: few rounds.
FIRST_EPSILON_SHARE = 6
EPSILON_FACTOR = 30
LAST_EPSILON_SHARE = 1000


def run_auction(problem: Problem, columns: PairsByGuide, pairing: MatchingState) -> None:
    """Fill an empty pairing with near-optimal pairs, prices and profits."""
    n, m = problem.value.size, problem.capacity.size
    rises = _epsilon_schedule(int(problem.points.max(initial=0)), int(problem.value.max(initial=0)))
    offers = empty_candidates(n)
    bid = np.zeros(n, np.int64)
    waiting = np.zeros(max(n, m), np.int32)
    queued = np.zeros(m, np.bool_)
    for rise in rises:
        bidding.open_round(problem, pairing, bid, offers, rise)
        bidding.run_forward_auction(problem, pairing, bid, offers, rise, waiting)
        bidding.close_round(problem, pairing)
        _run_reverse_auction(problem, columns, pairing, rise, waiting, queued)
    refine_prices(problem, pairing, rises[-1])


def _epsilon_schedule(points_max: int, value_max: int) -> list[int]:
    """The least rise of each round: equal falls from a share of the largest worth to a share of the largest points."""
    last = max(1, points_max // LAST_EPSILON_SHARE)
    first = max(last, (points_max + value_max) // FIRST_EPSILON_SHARE)
    falls = round(math.log(first / last, EPSILON_FACTOR))
    return [round(last * (first / last) ** (k / max(1, falls))) for k in range(falls, -1, -1)]


@compiled
def _run_reverse_auction(
    problem: Problem,
    columns: PairsByGuide,
    pairing: MatchingState,
    epsilon: int,
    waiting: SmallInts,
    queued: np.ndarray,
) -> None:
    """Let guides with free seats and a price lower it until they win a request or cost nothing."""
    top = 0
    for j in range(pairing.price.size):
        queued[j] = pairing.load[j] < pairing.room[j] and pairing.price[j] > 0
        if queued[j]:
            waiting[top] = j
            top += 1
    while top > 0:
        j = waiting[top - 1]
        if pairing.load[j] >= pairing.room[j] or pairing.price[j] == 0:
            top -= 1
            queued[j] = False
            continue
        request = -1
        worth = 0
        best = 0
        second = 0
        for pair in range(columns.start[j], columns.start[j + 1]):
            i = columns.row[pair]
            whole = problem.value[i] + columns.points[pair]
            gain = whole - pairing.profit[i]
            if gain > second and pairing.guide[i] != j:
                if gain > best:
                    second = best
                    best = gain
                    request = i
                    worth = whole
                else:
                    second = gain
        bidding.lower_price(pairing, j, min(pairing.price[j], max(0, second - epsilon)))
        if request < 0:
            continue
        other = pairing.guide[request]
        if other >= 0:
            unpair_request(pairing, request)
            if not queued[other]:
                queued[other] = True
                waiting[top] = other
                top += 1
        pair_request(pairing, request, j)
        pairing.profit[request] = worth - pairing.price[j]
