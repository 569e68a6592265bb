"""The decorator for kernels, and the only import of numba; machine code is cached on disk.

Numba caches beside the sources, or in the user's cache folder if that is not writable. If neither is, every
process compiles the kernels again, which is slow but works. Numba's cache tracks the file of a kernel, not
the kernels that it calls in other files: after editing `heap.py`, delete `__pycache__`.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from numba import njit

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """`function` as a kernel that releases the GIL, compiled at its first call for the types of that call."""
    try:
        kernel = njit(cache=True, nogil=True)(function)
    except RuntimeError:  # no writable cache folder
        kernel = njit(nogil=True)(function)
    return cast(Callable[P, R], kernel)
