"""Nobody's pair worse than necessary: coverage by tier, then the lowest points as high as possible, then the total.

A bottleneck assignment (Burkard, Dell'Amico and Martello, "Assignment problems", 2009, chapter 6): the largest limit
such that all pairs below it can be left out without losing coverage, found by halving. Each try begins from the best
assignment and the prices of a cover without points, so that only the pairs below the limit are searched for anew.
"""

from typing import Any

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from guides.matching.solver.assignment import resume, solve
from guides.matching.solver.problem import Ints, Problem, read_problem
from guides.matching.solver.tiers import TieredAssignment, cover_tiers, read_tiers


class BottleneckAssignment(msgspec.Struct, frozen=True, eq=False):
    """The best assignment without pairs below `lowest`, the largest limit that costs no coverage in any tier."""

    tiered: TieredAssignment
    lowest: int  # points; 0 where nobody is paired


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
    # Without points any falling weights per tier cover them in order, and the best assignment is one such cover.
    bare = problem._replace(
        points=np.zeros_like(problem.points), value=(best.tiers.size - rank).astype(np.int64)
    )
    cover = solve(bare)
    limits = np.unique(problem.points)
    low = int(np.searchsorted(limits, _pair_points(problem, best.assignment.guide).min()))
    high = limits.size
    while high - low > 1:
        middle = (low + high) // 2
        if (
            resume(
                _pairs_from_limit(problem, bare, limits[middle]), best.assignment.guide, cover.guide_price
            ).total
            == cover.total
        ):
            low = middle
        else:
            high = middle
    limit = int(limits[low])
    lifted = cover_tiers(_pairs_from_limit(problem, problem, limit), tiers)
    return BottleneckAssignment(lifted, limit)


def _pair_points(problem: Problem, guide: Ints) -> Ints:
    """Points of the chosen pairs, by request."""
    chosen = problem.column == np.repeat(guide, np.diff(problem.start))
    points: Ints = problem.points[chosen].astype(np.int64)
    return points


def _pairs_from_limit(problem: Problem, worth: Problem, limit: int) -> Problem:
    """`worth` without the pairs that have fewer points than `limit` in `problem`."""
    kept = problem.points >= limit
    places = np.concatenate(([0], np.cumsum(kept)))
    return worth._replace(start=places[problem.start], column=worth.column[kept], points=worth.points[kept])
