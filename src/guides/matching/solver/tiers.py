"""Lexicographic assignment: as many requests of the first tier as possible, then of the next, then points.

The sets of requests that can be paired together are the independent sets of a transversal matroid (with
capacities), so weights that fall by tier yield the lexicographically largest coverage when points are equal.
With different points moderate weights almost always do. That they did is proved afterwards for each tier
prefix: no alternating path from its waiting requests may reach a free slot or a member of a later tier. The
guides reached are then full of requests of these tiers, the minimum cut of the prefix's maximum flow (Konig;
Hall's deficiency), so no assignment pairs more of them. If the proof fails, the weight step between the tiers
is raised and the problem solved again. Huge steps from the outset would be correct too, but slow.
"""

from typing import Any

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from guides.matching.solver.assignment import Assignment, resume, solve
from guides.matching.solver.problem import VALUE_MAX, Ints, Problem, read_problem

STEP_FACTOR = 8


class TieredAssignment(msgspec.Struct, frozen=True, eq=False):
    """An assignment that covers the tiers in order; `assignment` is certified optimal for `value`."""

    assignment: Assignment
    value: Ints  # (n,), the value per request that was solved for, tier weight and extra value included
    tiers: NDArray[np.int64]  # (k,), the tiers that occur, the most urgent first
    size: Ints  # (k,), requests per tier
    covered: Ints  # (k,), paired requests per tier; no assignment has a lexicographically larger list


def assign_by_tier(
    points: Any, capacity: ArrayLike, tier: ArrayLike, *, extra_value: ArrayLike = 0
) -> TieredAssignment:
    """The assignment with most requests of tier 0, then of the next tier, and so on, then the largest total.

    `tier` is an int array (n,), 0 the most urgent; `extra_value` is added to the points once coverage is
    decided. The other arguments are those of `assign`. Raises ValueError as `assign` does, and if the tiers
    are not n whole numbers >= 0.
    """
    problem = read_problem(points, capacity, extra_value)
    return cover_tiers(problem, read_tiers(tier, problem.value.size))


def cover_tiers(problem: Problem, tier: Ints) -> TieredAssignment:
    """As `assign_by_tier`, for a validated problem and tiers."""
    from guides.matching.solver import coverage

    tiers, rank = np.unique(tier, return_inverse=True)
    rank = rank.astype(np.int64)
    steps = np.full(tiers.size, 1 + int(problem.points.max(initial=0)) + int(problem.value.max(initial=0)))
    while True:
        weight = np.cumsum(steps[::-1])[::-1]
        if tiers.size and weight[0] > VALUE_MAX:
            raise ValueError("the points are too large for so many tiers")
        value = problem.value + weight[rank]
        assignment = solve(problem._replace(value=value))
        improvable = coverage.improvable_tiers(problem, assignment.guide, rank, tiers.size)
        if not improvable.any():
            # With one more per step every optimum covers the tiers as this one does, so tie-breaking cannot
            # change coverage.
            value += tiers.size - rank
            assignment = resume(problem._replace(value=value), assignment.guide, assignment.guide_price)
            size = np.bincount(rank, minlength=tiers.size)
            covered = np.bincount(rank[assignment.guide >= 0], minlength=tiers.size)
            return TieredAssignment(assignment, value, tiers, size, covered)
        steps[improvable] *= STEP_FACTOR


def cover_tiers_from(
    problem: Problem, tier: Ints, guide: Ints, guide_price: Ints
) -> tuple[Assignment, Ints] | None:
    """As the last step of `cover_tiers`, for an optimum of a problem whose values include the tier weights.

    Returns the assignment and its values, under which every optimum covers the tiers alike; None if a tier
    could be covered better.
    """
    from guides.matching.solver import coverage

    tiers, rank = np.unique(tier, return_inverse=True)
    if coverage.improvable_tiers(problem, guide, rank.astype(np.int64), tiers.size).any():
        return None
    value = problem.value + tiers.size - rank
    return resume(problem._replace(value=value), guide, guide_price), value


def read_tiers(tier: ArrayLike, n: int) -> Ints:
    """Tiers as validated whole numbers (n,). Raises ValueError."""
    tiers = np.asarray(tier)
    if tiers.shape != (n,) or (n and tiers.dtype.kind not in "iu"):
        raise ValueError(f"tier must have one whole number per request: shape ({n},)")
    if n and tiers.min() < 0:
        raise ValueError("tier must not be negative")
    return tiers.astype(np.int64)
