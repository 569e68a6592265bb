"""Maximum-weight assignment of requests to guides with capacities, with dual prices that prove it optimal."""

from typing import Any

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from guides.matching.solver.problem import Ints, Problem, read_problem

AUCTION_PAIRS_MIN = 500  # pairs; for smaller problems augmentation alone is faster than an auction first


class CertificateError(RuntimeError):
    """The prices do not prove the assignment optimal: a bug in the solver, never an error in the data."""


class Assignment(msgspec.Struct, frozen=True, eq=False):
    """An optimal assignment and its certificate, the dual variables of the linear program; all whole numbers.

    For every feasible pair request_price[i] + guide_price[j] >= value[i] + points[i, j], and
    sum(request_price) + sum(capacity * guide_price) == total, so by weak duality no assignment is worth more.
    """

    guide: NDArray[np.int64]  # (n,), column of the chosen guide, -1 where the request waits
    total: int  # sum of value + points over the chosen pairs
    request_price: Ints  # (n,), >= 0, dual variable; 0 where the request waits
    guide_price: Ints  # (m,), >= 0, dual variable; 0 where a slot is free


def assign(points: Any, capacity: ArrayLike, *, value: ArrayLike = 0) -> Assignment:
    """The assignment with the largest sum of value + points; each request is paired with at most one guide.

    `points` is a SciPy sparse array (n, m) of whole numbers, 0 to 2**31 - 1, where every stored entry, stored
    zeros too, is a feasible pair; or a dense array (n, m), where every pair is feasible. `capacity` (m,) is
    how many requests each guide can take; `value`, one number or (n,), 0 to 2**40, is what pairing request i
    is worth beside its points. Entries stored twice add up, as everywhere in SciPy. The inputs are not
    changed.

    The result is deterministic; to choose among equal optima see `tie_breaking.break_ties`. Raises ValueError
    for numbers that are not whole, negative, NaN or too large, and for wrong shapes. Raises CertificateError
    if the prices do not prove the result optimal.
    """
    return solve(read_problem(points, capacity, value))


def solve(problem: Problem) -> Assignment:
    """As `assign`, for a problem that `read_problem` has validated.

    Large problems start with an auction; successive shortest paths make its result optimal.
    """
    # Imported here so that only processes that solve a problem load numba.
    from guides.matching.solver import auction, augmentation
    from guides.matching.solver.state import empty_state

    state = empty_state(problem)
    columns = augmentation.pairs_by_guide(problem, problem.capacity.size)
    if problem.points.size > AUCTION_PAIRS_MIN:
        auction.run_auction(problem, columns, state)
    augmentation.make_optimal(problem, columns, state)
    return certified(problem, state.guide, state.profit, state.price)


def resume(problem: Problem, guide: Ints, guide_price: Ints) -> Assignment:
    """As `solve`, warm-started from any pairs and guide prices >= 0: the closer to optimal, the faster."""
    from guides.matching.solver import augmentation
    from guides.matching.solver.state import state_from_pairs

    state = state_from_pairs(problem, guide, guide_price)
    columns = augmentation.pairs_by_guide(problem, problem.capacity.size)
    augmentation.make_optimal(problem, columns, state)
    return certified(problem, state.guide, state.profit, state.price)


def certified(problem: Problem, guide: ArrayLike, request_price: Ints, guide_price: Ints) -> Assignment:
    """The assignment as a value, after its certificate is verified. Raises CertificateError if that fails."""
    from guides.matching.solver import certificate

    chosen = np.array(guide, np.int64)
    # Checked over all pairs, so that a bug in the solver raises an error instead of returning a worse result.
    total, failure = certificate.check_certificate(problem, chosen, request_price, guide_price)
    if failure:
        raise CertificateError(f"the assignment is not proved optimal: {certificate.FAILURES[failure]}")
    return Assignment(chosen, int(total), request_price.copy(), guide_price.copy())
