"""Near-optimal pairs and prices by a forward/reverse auction with epsilon scaling.

In each round requests bid for slots (forward), then guides with free slots and a positive price bid for
requests (reverse). After a round epsilon-complementary slackness holds: no request could gain more than
epsilon elsewhere, and free slots have price 0, so the total is within n * epsilon of the optimum.
`augmentation` makes it exact.

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

# Measured on pools of 1,000 to 100,000 requests. A large last epsilon leaves more to augmentation; a small
# one starts price wars between requests that value the same guides equally. Every round reads every row, so
# few rounds.
FIRST_EPSILON_SHARE = 6
EPSILON_FACTOR = 30
LAST_EPSILON_SHARE = 1000


def run_auction(problem: Problem, columns: PairsByGuide, state: MatchingState) -> None:
    """Fill an empty state with near-optimal pairs, guide prices and request profits."""
    n, m = problem.value.size, problem.capacity.size
    epsilons = _epsilon_schedule(int(problem.points.max(initial=0)), int(problem.value.max(initial=0)))
    candidates = empty_candidates(n)
    bid = np.zeros(n, np.int64)
    waiting = np.zeros(max(n, m), np.int32)
    queued = np.zeros(m, np.bool_)
    for epsilon in epsilons:
        bidding.open_round(problem, state, bid, candidates, epsilon)
        bidding.run_forward_auction(problem, state, bid, candidates, epsilon, waiting)
        bidding.close_round(problem, state)
        _run_reverse_auction(problem, columns, state, epsilon, waiting, queued)
    refine_prices(problem, state, epsilons[-1])


def _epsilon_schedule(points_max: int, value_max: int) -> list[int]:
    """The epsilon of each round, a geometric sequence from a share of the worth to a share of the points."""
    last = max(1, points_max // LAST_EPSILON_SHARE)
    first = max(last, (points_max + value_max) // FIRST_EPSILON_SHARE)
    steps = round(math.log(first / last, EPSILON_FACTOR))
    return [round(last * (first / last) ** (k / max(1, steps))) for k in range(steps, -1, -1)]


@compiled
def _run_reverse_auction(
    problem: Problem,
    columns: PairsByGuide,
    state: MatchingState,
    epsilon: int,
    waiting: SmallInts,
    queued: np.ndarray,
) -> None:
    """Reverse auction: guides with free slots lower a positive price until they win a request or reach 0.

    `waiting` (a stack of guides) and `queued` (m,) are scratch.
    """
    top = 0
    for j in range(state.price.size):
        queued[j] = state.load[j] < state.room[j] and state.price[j] > 0
        if queued[j]:
            waiting[top] = j
            top += 1
    while top > 0:
        j = waiting[top - 1]
        if state.load[j] >= state.room[j] or state.price[j] == 0:
            top -= 1
            queued[j] = False
            continue
        request = -1
        worth = 0
        best = 0
        second = 0
        for pair in range(columns.start[j], columns.start[j + 1]):
            i = columns.row[pair]
            pair_worth = problem.value[i] + columns.points[pair]
            gain = pair_worth - state.profit[i]
            if gain > second and state.guide[i] != j:
                if gain > best:
                    second = best
                    best = gain
                    request = i
                    worth = pair_worth
                else:
                    second = gain
        bidding.lower_price(state, j, min(state.price[j], max(0, second - epsilon)))
        if request < 0:
            continue
        other = state.guide[request]
        if other >= 0:
            unpair_request(state, request)
            if not queued[other]:
                queued[other] = True
                waiting[top] = other
                top += 1
        pair_request(state, request, j)
        state.profit[request] = worth - state.price[j]
