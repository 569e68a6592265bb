"""Choose among equal optima the one whose paired requests waited longest, then by a seeded hash.

By complementary slackness an assignment is optimal exactly if it uses only tight pairs (prices add up to the
worth), pairs every request with a positive price and fills every guide with a positive price. Over the tight
pairs the choice is a smaller assignment problem, so the optimum of the points is preserved exactly. The hash
depends on the two keys of a pair, so the order of rows and columns does not affect the result.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from guides.matching.solver.assignment import Assignment, CertificateError, certified, solve
from guides.matching.solver.problem import Ints, Problem, read_problem

PREFERENCE_MAX = 2**20
# (hash bits, log2 of the weight of optimality): the weight rises if a long chain of ties outweighs it.
HASH_ATTEMPTS = ((20, 23), (20, 27), (20, 30), (8, 30))


def break_ties(
    points: Any,
    capacity: ArrayLike,
    assignment: Assignment,
    *,
    value: ArrayLike = 0,
    preference: ArrayLike = 0,
    request_key: ArrayLike,
    guide_key: ArrayLike,
) -> Assignment:
    """The optimum with the same total as `assignment` that does not depend on the order of rows and columns.

    `points`, `capacity` and `value` are those of the assignment. `preference`, one number or (n,), 0 to 2**20
    (days of waiting), is summed over the paired requests and the largest sum wins; `request_key` (n,) and
    `guide_key` (m,) are uint64, such as seeded hashes of ids, different for each person. The prices are
    unchanged, since they prove every optimum. Raises ValueError as `assign` does.
    """
    problem = read_problem(points, capacity, value)
    n, m = problem.value.size, problem.capacity.size
    preferences = read_problem(np.zeros((n, 0), np.int64), np.zeros(0, np.int64), preference).value
    if preferences.max(initial=0) > PREFERENCE_MAX:
        raise ValueError(f"preference is too large: {preferences.max()} is over {PREFERENCE_MAX}")
    keys = np.asarray(request_key, np.uint64), np.asarray(guide_key, np.uint64)
    if keys[0].shape != (n,) or keys[1].shape != (m,):
        raise ValueError("there must be one request key per request and one guide key per guide")
    # Twice: the hash may only decide between optima with the same total waiting time.
    tied = best_tied_optimum(problem, assignment, preferences, None)
    chosen = best_tied_optimum(*tied, np.zeros(n, np.int64), keys)[1]
    return certified(problem, chosen.guide, assignment.request_price, assignment.guide_price)


def best_tied_optimum(
    problem: Problem,
    optimum: Assignment,
    preference: Ints,
    keys: tuple[NDArray[np.uint64], NDArray[np.uint64]] | None,
) -> tuple[Problem, Assignment]:
    """The problem restricted to tight pairs, and its optimum.

    That is an optimum of `problem` with the largest sum of preferences and hashes. Raises CertificateError if
    no attempt of HASH_ATTEMPTS stays optimal.
    """
    from guides.matching.solver import tight_edges

    none = np.zeros(0, np.uint64)
    for bits, keep_bits in HASH_ATTEMPTS:
        keep = 2**keep_bits
        start, column, points = tight_edges.tight_pairs(
            problem, optimum.request_price, optimum.guide_price, keep, bits, *(keys or (none, none))
        )
        value = preference + np.where(optimum.request_price > 0, keep, 0)
        ties = Problem(start, column, points, value, problem.capacity)
        chosen = solve(ties)
        load = np.bincount(chosen.guide[chosen.guide >= 0], minlength=problem.capacity.size)
        paired = (chosen.guide >= 0) | (optimum.request_price == 0)
        full = (load == problem.capacity) | (optimum.guide_price == 0)
        if paired.all() and full.all():
            return ties, chosen
    raise CertificateError("the ties could not be settled without leaving the optimum")
