"""The one place that imports numba: kernels are compiled once, kept on disk, and reused by later processes.

Numba keeps the machine code beside the sources, or in the user's cache folder where that is not writable;
where neither is, the kernels are compiled anew in each process and everything still works. Numba knows when
the file of a kernel changed, not when a kernel that it calls from another file did: after editing `heap.py`,
remove `__pycache__`.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from numba import njit

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """`function` as a kernel, compiled at its first call for the types of that call."""
    try:
        kernel = njit(cache=True, nogil=True)(function)
    except RuntimeError:  # no writable folder for the machine code
        kernel = njit(nogil=True)(function)
    return cast(Callable[P, R], kernel)
