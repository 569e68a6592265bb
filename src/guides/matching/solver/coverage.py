"""Which tiers an assignment could cover better: breadth-first search for augmenting paths."""

import numpy as np
from numpy.typing import NDArray

from guides.matching.solver.compiled import compiled
from guides.matching.solver.problem import Ints, Problem


@compiled
def improvable_tiers(problem: Problem, guide: Ints, rank: Ints, tier_count: int) -> NDArray[np.bool_]:
    """For each tier (tier_count,), whether more requests of it and of the tiers before it could be paired.

    `rank` (n,) is each request's tier, 0 to tier_count - 1.
    """
    n, m = problem.value.size, problem.capacity.size
    start = np.zeros(m + 1, np.int64)
    for i in range(n):
        if guide[i] >= 0:
            start[guide[i] + 1] += 1
    for j in range(m):
        start[j + 1] += start[j]
    member = np.empty(n, np.int64)
    at = start[:m].copy()
    for i in range(n):
        if guide[i] >= 0:
            member[at[guide[i]]] = i
            at[guide[i]] += 1
    improvable = np.zeros(tier_count, np.bool_)
    for tier in range(tier_count):
        improvable[tier] = _has_augmenting_path(problem, guide, rank, tier, start, member)
    return improvable


@compiled
def _has_augmenting_path(
    problem: Problem, guide: Ints, rank: Ints, tier: int, start: Ints, member: Ints
) -> bool:
    n, m = problem.value.size, problem.capacity.size
    reached = np.zeros(m, np.bool_)
    queue = np.empty(n, np.int64)
    stop = 0
    for i in range(n):
        if guide[i] < 0 and rank[i] <= tier:
            queue[stop] = i
            stop += 1
    at = 0
    while at < stop:
        i = queue[at]
        at += 1
        for pair in range(problem.start[i], problem.start[i + 1]):
            j = problem.column[pair]
            if reached[j] or problem.capacity[j] == 0:
                continue
            reached[j] = True
            if start[j + 1] - start[j] < problem.capacity[j]:
                return True
            for k in range(start[j], start[j + 1]):
                # A request of a later tier may lose its guide to an earlier one: an improvement, too.
                if rank[member[k]] > tier:
                    return True
                queue[stop] = member[k]
                stop += 1
    return False
