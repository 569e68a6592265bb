"""The residual graph of an optimal assignment: what every other choice would cost, at the largest optimal prices.

Its nodes are the guides and "waiting". A step from guide j to guide k means that one of j's members moves to k, and
costs that pair's slack, request price + guide price - worth; members may also begin to wait, and waiting requests
may be seated. Under the largest optimal guide prices the step from any guide to waiting, along some path, is
free: `exit` holds these paths. So no detour costs more than the one through waiting, and searches stay small.
`fill` holds the cheapest ways in the other direction: what it costs that a guide gives up a member.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from guides.matching.solver.assignment import Assignment, certified
from guides.matching.solver.exits import ExitPath, Replacement
from guides.matching.solver.problem import Problem, read_problem


class Residual(NamedTuple):
    """An optimal assignment, ready to be asked what else could be. Build it once and ask often."""

    problem: Problem
    columns: Any  # augmentation.Columns
    pairing: Any  # pairing.Pairing, at the largest optimal guide prices
    exit_path: "ExitPath"
    replacement: "Replacement"
    shared_steps: Any  # exchanges.SharedSteps
    total: int


def residual(points: Any, capacity: ArrayLike, assignment: Assignment, *, value: ArrayLike = 0) -> Residual:
    """The residual graph of an assignment that `assign` found for the same points, capacity and value.

    Raises CertificateError if the assignment's prices do not prove it for these.
    """
    return residual_of_problem(read_problem(points, capacity, value), assignment)


def residual_of_problem(problem: Problem, assignment: Assignment) -> Residual:
    """`residual` for a problem that has been read already."""
    from guides.matching.solver import alternating_paths, augmentation, short_exchanges
    from guides.matching.solver import state as solver_state

    certified(problem, assignment.guide, assignment.request_price, assignment.guide_price)
    m = problem.capacity.size
    state = solver_state.state_from_pairs(problem, assignment.guide, assignment.guide_price)
    state.profit[:] = assignment.request_price
    columns = augmentation.pairs_by_guide(problem, m)
    leave = ExitPath(np.full(m, -1, np.int32), np.full(m, -1, np.int32))
    search = augmentation.new_search(m)
    alternating_paths.maximize_duals(problem, columns, state, search, leave)
    fill = Replacement(state.price.copy(), np.full(m, -1, np.int32), np.full(m, -1, np.int32))
    alternating_paths.find_replacements(problem, state, search, fill)
    return Residual(
        problem, columns, state, leave, fill, short_exchanges.shared_steps(problem, state), assignment.total
    )
