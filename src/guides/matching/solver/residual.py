"""The residual graph of an optimal assignment, from which the loss of every other choice is read.

Its nodes are the guides and "waiting". An edge from guide j to guide k means that a member of j moves to k;
its length is the pair's reduced cost, request price + guide price - worth. Members may also begin to wait,
and waiting requests may be paired. At the largest optimal guide prices every guide has a path of length 0 to
waiting (`exit_path`). So no shortest path is longer than the one through waiting, and searches stay small.
`replacement` holds the shortest paths in the other direction: the cost for a guide of giving up a member.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from guides.matching.solver.assignment import Assignment, certified
from guides.matching.solver.exits import ExitPath, Replacement
from guides.matching.solver.problem import Problem, read_problem


class Residual(NamedTuple):
    """An optimal assignment with its residual graph.

    Build it once for many `alternatives` and `what_if` queries.
    """

    problem: Problem
    columns: Any  # augmentation.PairsByGuide; Any, because importing its module loads numba
    state: Any  # state.MatchingState, at the largest optimal guide prices
    exit_path: ExitPath
    replacement: Replacement
    shared_steps: Any  # exchange_steps.SharedSteps
    total: int


def residual(points: Any, capacity: ArrayLike, assignment: Assignment, *, value: ArrayLike = 0) -> Residual:
    """The residual graph of an assignment that `assign` found for the same points, capacity and value.

    Raises CertificateError if the assignment's prices do not prove it optimal for these.
    """
    return residual_of_problem(read_problem(points, capacity, value), assignment)


def residual_of_problem(problem: Problem, assignment: Assignment) -> Residual:
    """As `residual`, for a problem that `read_problem` has validated."""
    from guides.matching.solver import alternating_paths, augmentation, exchange_steps
    from guides.matching.solver.state import state_from_pairs

    certified(problem, assignment.guide, assignment.request_price, assignment.guide_price)
    m = problem.capacity.size
    state = state_from_pairs(problem, assignment.guide, assignment.guide_price)
    state.profit[:] = assignment.request_price
    columns = augmentation.pairs_by_guide(problem, m)
    exit_path = ExitPath(np.full(m, -1, np.int32), np.full(m, -1, np.int32))
    search = augmentation.new_search(m)
    alternating_paths.maximize_duals(problem, columns, state, search, exit_path)
    replacement = Replacement(state.price.copy(), np.full(m, -1, np.int32), np.full(m, -1, np.int32))
    alternating_paths.find_replacements(problem, state, search, replacement)
    steps = exchange_steps.shared_steps(problem, state)
    return Residual(problem, columns, state, exit_path, replacement, steps, assignment.total)
