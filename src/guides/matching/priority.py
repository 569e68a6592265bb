"""Who comes first: values that make the best total match as many as possible tier by tier, and the proof that it did.

The sets of requests that can be matched together form a matroid (of transversals), so falling values per tier give
the right order once they outweigh what the points along an exchange can gain. Moderate values nearly always do and keep the solver
fast, so they are tried first; they are raised only if the proof fails.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from guides.matching.assignment import Assignment, assign
from guides.matching.points import POINTS_MAX


class Served(NamedTuple):
    """An assignment that matches as many as possible tier by tier, with the values (n,) that it was found by."""

    assignment: Assignment
    value: NDArray[np.int64]
    step: int  # what a tier is worth over the next


def assign_in_order(
    points: csr_array,
    capacity: NDArray[np.int64],
    tier: NDArray[np.int64],
    bonus: NDArray[np.int64],
    worth_max: int = POINTS_MAX,
) -> Served:
    """The assignment with the most of tier 0, then of tier 1, and so on, and then the largest sum of points and bonus.

    `tier` (n,) 0 first; `bonus` (n,) >= 0 is what matching a request adds beside its points, which are
    at most `worth_max`.
    """
    tier_count = int(tier.max(initial=0)) + 1
    step = worth_max + int(bonus.max(initial=0)) + 1
    certain = step * (points.shape[0] + 1)
    while True:
        value = (tier_count - tier) * step + bonus
        assignment = assign(points, capacity, value=value)
        if step >= certain or all(
            nobody_could_join(points, capacity, assignment.guide, tier <= last) for last in np.unique(tier)
        ):
            return Served(assignment, value, step)
        step = min(certain, step * 8)


def nobody_could_join(
    points: csr_array, capacity: NDArray[np.int64], guide: NDArray[np.int64], counted: NDArray[np.bool_]
) -> bool:
    """Whether no assignment matches more of the `counted` requests than `guide` does (König: no alternating path is left).

    From the counted requests that wait, follow allowed pairs to guides and on to the counted requests that those guides have. If
    every guide that is reached is full of counted requests, all that was reached together cannot have one place more.
    """
    m = points.shape[1]
    matched = counted & (guide >= 0)
    load = np.bincount(guide[matched], minlength=m)
    order = np.argsort(np.where(matched, guide, m), kind="stable")
    seat_start = np.concatenate(([0], np.cumsum(load)))
    reached = np.zeros(m, np.bool_)
    frontier = np.flatnonzero(counted & (guide < 0))
    while frontier.size:
        near = np.zeros(m, np.bool_)
        near[points.indices[spans(points.indptr, frontier)]] = True
        new = np.flatnonzero(near & ~reached)
        if np.any(load[new] < capacity[new]):
            return False
        reached[new] = True
        frontier = order[spans(seat_start, new)]
    return True


def spans(start: NDArray[np.integer], rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """The positions start[r] to start[r + 1] of all the rows, one after the other."""
    length = (start[rows + 1] - start[rows]).astype(np.intp)
    shift = np.repeat(start[rows] - np.concatenate(([0], np.cumsum(length)[:-1])), length)
    return np.arange(length.sum()) + shift.astype(np.intp)
