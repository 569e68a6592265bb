"""Bottleneck assignment: coverage by tier, then the lowest points as high as possible, then the total.

A binary search finds the largest limit such that all pairs below it can be left out without losing coverage
(Burkard, Dell'Amico and Martello, "Assignment problems", 2009, chapter 6). Each attempt is warm-started from
the best assignment and the prices of a cover without points, so that only pairs below the limit have to be
replaced.
"""

from typing import Any

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from guides.matching.solver.assignment import resume, solve
from guides.matching.solver.problem import Ints, Problem, read_problem
from guides.matching.solver.tiers import TieredAssignment, cover_tiers, read_tiers


class BottleneckAssignment(msgspec.Struct, frozen=True, eq=False):
    """The best assignment without pairs below `lowest`, the largest limit that costs no tier coverage."""

    tiered: TieredAssignment
    lowest: int  # points; 0 if no request is paired


def assign_maximizing_minimum(
    points: Any, capacity: ArrayLike, tier: ArrayLike, *, extra_value: ArrayLike = 0
) -> BottleneckAssignment:
    """Coverage by tier first, then the lowest points of a pair as high as possible, then the total.

    Arguments and errors are those of `assign_by_tier`.
    """
    problem = read_problem(points, capacity, extra_value)
    tiers = read_tiers(tier, problem.value.size)
    best = cover_tiers(problem, tiers)
    paired = np.flatnonzero(best.assignment.guide >= 0)
    if not paired.size:
        return BottleneckAssignment(best, 0)
    rank = np.searchsorted(best.tiers, tiers)
    # Without points any weights that fall by tier cover the tiers in order, as the best assignment does.
    without_points = problem._replace(
        points=np.zeros_like(problem.points), value=(best.tiers.size - rank).astype(np.int64)
    )
    cover = solve(without_points)
    limits = np.unique(problem.points)
    low = int(np.searchsorted(limits, _pair_points(problem, best.assignment.guide).min()))
    high = limits.size
    while high - low > 1:
        middle = (low + high) // 2
        attempt = _pairs_from_limit(problem, without_points, limits[middle])
        if resume(attempt, best.assignment.guide, cover.guide_price).total == cover.total:
            low = middle
        else:
            high = middle
    limit = int(limits[low])
    raised = cover_tiers(_pairs_from_limit(problem, problem, limit), tiers)
    return BottleneckAssignment(raised, limit)


def _pair_points(problem: Problem, guide: Ints) -> Ints:
    """Points of the chosen pairs, by request."""
    chosen = problem.column == np.repeat(guide, np.diff(problem.start))
    points: Ints = problem.points[chosen].astype(np.int64)
    return points


def _pairs_from_limit(problem: Problem, reduced: Problem, limit: int) -> Problem:
    """`reduced`, with the same pairs as `problem`, without those of fewer points than `limit` there."""
    included = problem.points >= limit
    offsets = np.concatenate(([0], np.cumsum(included)))
    return reduced._replace(
        start=offsets[problem.start], column=reduced.column[included], points=reduced.points[included]
    )
