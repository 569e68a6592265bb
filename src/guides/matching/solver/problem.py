"""An assignment problem as validated arrays; the caller's arrays are not modified."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

POINTS_MAX = 2**31 - 1
VALUE_MAX = 2**40
# Half of what int64 holds, so that sums in the kernels stay below the limit.
TOTAL_MAX = 2**62
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
SmallInts = NDArray[np.int32]


class Problem(NamedTuple):
    """Feasible pairs by request (compressed sparse rows, columns ascending) with points, capacity and value.

    Row i has the pairs start[i] to start[i + 1]: `column` (guide) and `points`. A pair is worth value[i] +
    points.
    """

    start: Ints  # (n + 1,)
    column: SmallInts  # (pairs,)
    points: SmallInts  # (pairs,), 0 to POINTS_MAX
    value: Ints  # (n,), 0 to VALUE_MAX
    capacity: Ints  # (m,), 0 to 2**31 - 1; larger capacities are cut, no guide can reach them


def read_problem(points: Any, capacity: ArrayLike, value: ArrayLike) -> Problem:
    """The problem from the arguments of `assign`.

    Raises ValueError that names the argument and what is wrong with it.
    """
    if sparse.issparse(points):
        start, column, pair_points, (n, m) = _read_sparse(points)
    else:
        start, column, pair_points, (n, m) = _read_dense(points)
    room = np.minimum(_whole_numbers(capacity, "capacity", 2**63 - 1), POINTS_MAX)
    if room.shape != (m,):
        raise ValueError(f"capacity must have one number per guide: shape ({m},), not {room.shape}")
    worth = _whole_numbers(value, "value", VALUE_MAX)
    if worth.ndim == 0:
        worth = np.full(n, worth)
    if worth.shape != (n,):
        raise ValueError(f"value must be one number, or one per request: shape ({n},), not {worth.shape}")
    if n * (int(worth.max(initial=0)) + int(pair_points.max(initial=0))) >= TOTAL_MAX:
        raise ValueError("the numbers are too large: the total could exceed 2**62")
    return Problem(start, column, pair_points, worth, room)


def _read_sparse(points: Any) -> tuple[Ints, SmallInts, SmallInts, tuple[int, int]]:
    if points.ndim != 2:
        raise ValueError(f"points must have two dimensions, not {points.ndim}")
    # COO adds up entries of one pair while converting, in its own type: 200 + 100 is 44 in uint8.
    wide = points.astype(np.int64) if points.format == "coo" and points.dtype.kind in "iub" else points
    matrix = wide.tocsr()
    _whole_numbers(matrix.data, "points", POINTS_MAX, convert=False)
    # A new csr_array on the caller's arrays, because scipy stores flags about their order on the object.
    rows = sparse.csr_array((matrix.data, matrix.indices, matrix.indptr), shape=matrix.shape)
    rows.check_format(full_check=True)
    if not rows.has_canonical_format:
        rows = sparse.csr_array(
            (matrix.data.astype(np.int64), matrix.indices, matrix.indptr), shape=matrix.shape, copy=True
        )
        rows.sum_duplicates()  # as scipy treats entries stored twice; stored zeros remain
    numbers = _whole_numbers(rows.data, "points", POINTS_MAX, convert=False)
    return (
        rows.indptr.astype(np.int64),
        _kernel_array(rows.indices),
        _kernel_array(numbers),
        (rows.shape[0], rows.shape[1]),
    )


def _read_dense(points: ArrayLike) -> tuple[Ints, SmallInts, SmallInts, tuple[int, int]]:
    numbers = _whole_numbers(points, "points", POINTS_MAX, convert=False)
    if numbers.ndim != 2:
        raise ValueError(f"points must have two dimensions, not {numbers.ndim}")
    n, m = numbers.shape
    start = np.arange(n + 1, dtype=np.int64) * m
    return start, np.tile(np.arange(m, dtype=np.int32), n), _kernel_array(numbers.reshape(-1)), (n, m)


def _kernel_array(numbers: NDArray[Any]) -> SmallInts:
    """The numbers as int32, contiguous and writable: the array type that the kernels are compiled for."""
    return np.require(numbers, np.int32, ["C", "A", "W", "E"])


def _whole_numbers(values: ArrayLike, name: str, largest: int, *, convert: bool = True) -> NDArray[Any]:
    """`values` as an array of whole numbers from 0 to `largest`; int64 if `convert`. Raises ValueError."""
    numbers = np.asarray(values)
    if numbers.dtype.kind == "f":
        if not np.isfinite(numbers).all():
            raise ValueError(f"{name} must be whole numbers: there is a NaN or an infinity")
        if (numbers != np.floor(numbers)).any():
            raise ValueError(f"{name} must be whole numbers: there is a fraction")
    elif numbers.dtype.kind not in "iub":
        raise ValueError(f"{name} must be whole numbers, not {numbers.dtype}")
    if numbers.size and numbers.min() < 0:
        raise ValueError(f"{name} must not be negative: the lowest is {numbers.min()}")
    if numbers.size and int(numbers.max()) > largest:
        raise ValueError(f"{name} is too large: {numbers.max()} is over {largest}")
    return numbers.astype(np.int64) if convert else numbers
