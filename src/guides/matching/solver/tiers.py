"""The best assignment that first pairs as many of the most urgent requests as possible, then of the next tier.

The sets of requests that can be paired together are the independent sets of a matroid (a transversal matroid with
room), so falling weights per tier give the lexicographically largest coverage when points are equal. With points
between, moderate weights almost always do; that they did is proved afterwards for each tier prefix: from its
waiting requests no path of "could go to ... whose members could go to ..." may reach a free seat or a member of
a later tier. The guides so reached are full of requests of these tiers, which is the minimum cut of the tier
prefix's maximum flow (Konig; Hall's deficiency): nobody can pair more of them. Where the proof fails, the step
between the tiers is raised and the assignment repeated. Huge steps from the outset would be right too, and slow.
"""

from typing import Any

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from guides.matching.solver.assignment import Assignment, resume, solve
from guides.matching.solver.problem import VALUE_MAX, Ints, Problem, read_problem

STEP_FACTOR = 8


class TieredAssignment(msgspec.Struct, frozen=True, eq=False):
    """An assignment that covers the tiers in order; `assignment` is optimal, and proved, for `value`."""

    assignment: Assignment
    value: Ints  # (n,), the value per request that was used, extra value included
    tiers: NDArray[np.int64]  # (k,), the tiers that occur, the most urgent first
    size: Ints  # (k,), requests per tier
    covered: Ints  # (k,), paired requests per tier; no assignment has a lexicographically larger list


def assign_by_tier(
    points: Any, capacity: ArrayLike, tier: ArrayLike, *, extra_value: ArrayLike = 0
) -> TieredAssignment:
    """The assignment with most requests of the lowest tier, then of the next, ..., then the largest total.

    `tier` is an int array (n,), 0 the most urgent; `extra_value` counts beside the points once coverage is
    decided. Else as `assign`. Raises ValueError as it does, and when the tiers are not n whole numbers >= 0.
    """
    problem = read_problem(points, capacity, extra_value)
    return cover_tiers(problem, read_tiers(tier, problem.value.size))


def cover_tiers(problem: Problem, tier: Ints) -> TieredAssignment:
    """`assign_by_tier` for what has been read already."""
    from guides.matching.solver import coverage

    tiers, rank = np.unique(tier, return_inverse=True)
    rank = rank.astype(np.int64)
    steps = np.full(tiers.size, 1 + int(problem.points.max(initial=0)) + int(problem.value.max(initial=0)))
    while True:
        worth = np.cumsum(steps[::-1])[::-1]
        if tiers.size and worth[0] > VALUE_MAX:
            raise ValueError("the points are too large for so many tiers")
        value = problem.value + worth[rank]
        assignment = solve(problem._replace(value=value))
        failed = coverage.improvable_tiers(problem, assignment.guide, rank, tiers.size)
        if not failed.any():
            # One more per step, and every optimum covers the tiers like this one: ties are about points alone.
            value += tiers.size - rank
            assignment = resume(problem._replace(value=value), assignment.guide, assignment.guide_price)
            size = np.bincount(rank, minlength=tiers.size)
            covered = np.bincount(rank[assignment.guide >= 0], minlength=tiers.size)
            return TieredAssignment(assignment, value, tiers, size, covered)
        steps[failed] *= STEP_FACTOR


def cover_tiers_from(
    problem: Problem, tier: Ints, guide: Ints, guide_price: Ints
) -> tuple[Assignment, Ints] | None:
    """From an optimum for a problem whose values hold what the tiers are worth: one for values under which every optimum
    covers the tiers like it, and these values. None if a tier could be covered better."""
    from guides.matching.solver import coverage

    tiers, rank = np.unique(tier, return_inverse=True)
    if coverage.improvable_tiers(problem, guide, rank.astype(np.int64), tiers.size).any():
        return None
    value = problem.value + tiers.size - rank
    return resume(problem._replace(value=value), guide, guide_price), value


def read_tiers(tier: ArrayLike, n: int) -> Ints:
    """Tiers as checked whole numbers (n,). Raises ValueError."""
    tiers = np.asarray(tier)
    if tiers.shape != (n,) or (n and tiers.dtype.kind not in "iu"):
        raise ValueError(f"tier must have one whole number per request: shape ({n},)")
    if n and tiers.min() < 0:
        raise ValueError("tier must not be negative")
    return tiers.astype(np.int64)
