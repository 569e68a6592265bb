"""The best assignment of requests to guides, on arrays, with prices that prove that nothing better exists."""

from typing import Any

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from guides.matching.solver.problem import Ints, Problem, read_problem

AUCTION_PAIRS_MIN = 500  # pairs; below, the exact search alone is quicker than to begin with an auction


class CertificateError(RuntimeError):
    """The prices do not prove the assignment optimal: a fault in the solver, never in the data."""


class Assignment(msgspec.Struct, frozen=True, eq=False):
    """An optimal assignment and its proof (linear programming duality), all in whole numbers.

    For every feasible pair request_price[i] + guide_price[j] >= value[i] + points[i, j], and
    sum(request_price) + sum(capacity * guide_price) == total: no assignment can be worth more.
    """

    guide: NDArray[np.int64]  # (n,), column of the chosen guide, -1 where the request waits
    total: int  # sum of value + points over the chosen pairs
    request_price: Ints  # (n,), >= 0; 0 where the request waits
    guide_price: Ints  # (m,), >= 0; 0 where the guide has room left


def assign(points: Any, capacity: ArrayLike, *, value: ArrayLike = 0) -> Assignment:
    """The assignment with the largest sum of value + points; each request gets at most one guide.

    `points` is a SciPy sparse array (n, m) of whole numbers, 0 to 2**31 - 1, where every stored entry, stored
    zeros too, is a feasible pair; or a dense array (n, m), where every pair is feasible. `capacity` (m,) is how
    many requests each guide can take; `value`, one number or (n,), 0 to 2**40, is what pairing request i is
    worth beside its points. Entries stored twice add up, as everywhere in SciPy. The inputs are not changed.

    The same input always gives the same answer; among equal optima see `ties.settle_ties`.
    Raises ValueError for numbers that are not whole, negative, NaN or too large, and for wrong shapes.
    Raises CertificateError if the answer is not proved by its own prices.
    """
    return solve(read_problem(points, capacity, value))


def solve(problem: Problem) -> Assignment:
    """`assign` for a problem that has been read already."""
    from guides.matching.solver import auction, augmentation
    from guides.matching.solver import state as solver_state

    state = solver_state.empty_state(problem)
    columns = augmentation.pairs_by_guide(problem, problem.capacity.size)
    if problem.points.size > AUCTION_PAIRS_MIN:
        auction.run_auction(problem, columns, state)
    augmentation.make_optimal(problem, columns, state)
    return certified(problem, state.guide, state.profit, state.price)


def resume(problem: Problem, guide: Ints, guide_price: Ints) -> Assignment:
    """`solve`, begun from any pairs and prices >= 0: the nearer they are to the optimum, the less is left to do."""
    from guides.matching.solver import augmentation
    from guides.matching.solver import state as solver_state

    state = solver_state.state_from_pairs(problem, guide, guide_price)
    columns = augmentation.pairs_by_guide(problem, problem.capacity.size)
    augmentation.make_optimal(problem, columns, state)
    return certified(problem, state.guide, state.profit, state.price)


def certified(problem: Problem, guide: ArrayLike, request_price: Ints, guide_price: Ints) -> Assignment:
    """The assignment as a value, after its certificate has been checked. Raises CertificateError."""
    from guides.matching.solver import certificate

    chosen = np.array(guide, np.int64)
    total, fault = certificate.check_certificate(problem, chosen, request_price, guide_price)
    if fault:
        raise CertificateError(f"the assignment is not proved optimal: {certificate.FAILURES[fault]}")
    return Assignment(chosen, int(total), request_price.copy(), guide_price.copy())
