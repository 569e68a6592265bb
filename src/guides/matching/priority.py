"""The proof that nobody more could be matched, by following who could take whose place."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array


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
