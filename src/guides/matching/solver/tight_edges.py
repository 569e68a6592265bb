"""The tight pairs, the only ones that any optimum uses, with hashes that distinguish equal optima."""

import numpy as np
from numpy.typing import NDArray

from guides.matching.solver.compiled import compiled
from guides.matching.solver.problem import Ints, Problem, SmallInts


@compiled
def tight_pairs(
    problem: Problem,
    request_price: Ints,
    guide_price: Ints,
    keep: int,
    bits: int,
    request_key: NDArray[np.uint64],
    guide_key: NDArray[np.uint64],
) -> tuple[Ints, SmallInts, SmallInts]:
    """The pairs of reduced cost 0 as compressed sparse rows: start, column and points.

    Points are the upper `bits` of a hash of the pair's keys (0 without keys), plus `keep` if the guide's
    price is > 0.
    """
    n = problem.value.size
    start = np.zeros(n + 1, np.int64)
    for i in range(n):
        start[i + 1] = start[i]
        for pair in range(problem.start[i], problem.start[i + 1]):
            worth = problem.value[i] + problem.points[pair]
            if request_price[i] + guide_price[problem.column[pair]] == worth:
                start[i + 1] += 1
    column = np.empty(start[n], np.int32)
    points = np.empty(start[n], np.int32)
    at = 0
    for i in range(n):
        for pair in range(problem.start[i], problem.start[i + 1]):
            j = problem.column[pair]
            if request_price[i] + guide_price[j] != problem.value[i] + problem.points[pair]:
                continue
            column[at] = j
            points[at] = keep if guide_price[j] > 0 else 0
            if request_key.size > 0:
                points[at] += _hash(request_key[i], guide_key[j]) >> np.uint64(64 - bits)
            at += 1
    return start, column, points


@compiled
def _hash(left: np.uint64, right: np.uint64) -> np.uint64:
    """A hash of both keys: the finaliser of SplitMix64 (Steele, Lea and Flood 2014)."""
    mixed = left * np.uint64(0x9E3779B97F4A7C15) ^ right
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
