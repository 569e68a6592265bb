"""Proof that no more requests could be matched, from the guides that alternating paths reach."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from guides.matching.solver.problem import Bools, Ints


def is_maximum_matching(points: csr_array, capacity: Ints, guide: Ints, counted: Bools) -> bool:
    """Whether no assignment matches more of the `counted` requests (n,) than `guide` (n,) does.

    If alternating paths from the waiting requests reach only guides that are full of counted requests, there
    is no augmenting path, so the matching is maximum (König).
    """
    load = np.bincount(guide[counted & (guide >= 0)], minlength=len(capacity))
    return not np.any(alternating_reachable(points, guide, counted) & (load < capacity))


def alternating_reachable(points: csr_array, guide: Ints, counted: Bools) -> Bools:
    """The guides (m,) on alternating paths from waiting counted requests.

    Allowed pairs lead from a request to guides, chosen pairs from a guide to its counted requests.
    """
    m = points.shape[1]
    matched = counted & (guide >= 0)
    order = np.argsort(np.where(matched, guide, m), kind="stable")
    slot_start = np.concatenate(([0], np.cumsum(np.bincount(guide[matched], minlength=m))))
    reached = np.zeros(m, np.bool_)
    frontier = np.flatnonzero(counted & (guide < 0))
    while frontier.size:
        near = np.zeros(m, np.bool_)
        near[points.indices[spans(points.indptr, frontier)]] = True
        new = np.flatnonzero(near & ~reached)
        reached[new] = True
        frontier = order[spans(slot_start, new)]
    return reached


def spans(start: NDArray[np.integer], rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """The positions start[r] to start[r + 1] of all rows, concatenated."""
    length = (start[rows + 1] - start[rows]).astype(np.intp)
    shift = np.repeat(start[rows] - np.concatenate(([0], np.cumsum(length)[:-1])), length)
    return np.arange(length.sum()) + shift.astype(np.intp)
