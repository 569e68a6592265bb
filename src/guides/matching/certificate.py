"""Check that an assignment is feasible and that its prices prove it optimal, over every feasible pair."""

import numpy as np

from guides.matching.compiled import compiled
from guides.matching.problem import Ints, Problem

FAULTS = (
    "",
    "a chosen pair is not feasible",
    "a guide has more requests than room",
    "a price is negative",
    "a feasible pair is worth more than its two prices",
    "the prices add up to more than the assignment",
)


@compiled
def check(problem: Problem, guide: Ints, request_price: Ints, guide_price: Ints) -> tuple[int, int]:
    """The total of the chosen pairs, and the index in FAULTS of the first fault found (0: proved)."""
    n, m = problem.value.size, problem.capacity.size
    load = np.zeros(m, np.int64)
    total = 0
    bound = 0
    fault = 0
    for i in range(n):
        found = guide[i] == -1
        for arc in range(problem.start[i], problem.start[i + 1]):
            j = problem.column[arc]
            worth = problem.value[i] + problem.points[arc]
            if request_price[i] + guide_price[j] < worth:
                fault = 4
            if j == guide[i]:
                found = True
                load[j] += 1
                total += worth
        if not found:
            return 0, 1
        if request_price[i] < 0:
            fault = 3
        bound += request_price[i]
    for j in range(m):
        if load[j] > problem.capacity[j]:
            return 0, 2
        if guide_price[j] < 0:
            fault = 3
        bound += problem.capacity[j] * guide_price[j]
    if fault == 0 and bound != total:
        fault = 5
    return total, fault
