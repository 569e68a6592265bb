"""Verify an assignment's optimality certificate over every feasible pair.

Primal feasibility, dual feasibility and equal objectives together prove optimality (strong duality of linear
programming).
"""

import numpy as np

from guides.matching.solver.compiled import compiled
from guides.matching.solver.problem import Ints, Problem

FAILURES = (
    "",
    "a chosen pair is not feasible",
    "a guide has more requests than room",
    "a price is negative",
    "a feasible pair is worth more than its two prices",
    "the prices add up to more than the assignment",
)


@compiled
def check_certificate(
    problem: Problem, guide: Ints, request_price: Ints, guide_price: Ints
) -> tuple[int, int]:
    """The total of the chosen pairs, and the index in FAILURES of what is violated (0: optimal)."""
    n, m = problem.value.size, problem.capacity.size
    load = np.zeros(m, np.int64)
    total = 0
    bound = 0
    slacks = 0  # bitwise or of all slacks: negative if any is, without a branch per pair
    for i in range(n):
        own = guide[i]
        spare = request_price[i] - problem.value[i]
        occurrences = 0
        points = 0
        for pair in range(np.uint64(problem.start[i]), np.uint64(problem.start[i + 1])):
            column = np.uint32(problem.column[pair])  # unsigned indices let the compiler vectorize the loop
            slacks |= spare + guide_price[column] - problem.points[pair]
            chosen = column == own
            occurrences += chosen
            points += chosen * problem.points[pair]
        if own >= 0 and occurrences > 0:
            load[own] += 1
            total += problem.value[i] + points
        elif own != -1:
            return 0, 1
        bound += request_price[i]
    failure = 4 if slacks < 0 else 0
    if n > 0 and request_price.min() < 0:
        failure = 3
    for j in range(m):
        if load[j] > problem.capacity[j]:
            return 0, 2
        if guide_price[j] < 0:
            failure = 3
        bound += problem.capacity[j] * guide_price[j]
    if failure == 0 and bound != total:
        failure = 5
    return total, failure
