"""Solve with a policy's objectives for guides and lowest pairs: each guide is split into capacity slots.

A guide with room for three becomes up to three columns, the later ones worth less. With slot values that fall
(a concave utility) the problem remains an assignment problem, so dual prices still prove the optimum;
assigning first slots in a separate round would not be optimal.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from guides.matching.scoring.points import POINTS_MAX
from guides.matching.scoring.policy import Policy
from guides.matching.solver.assignment import Assignment
from guides.matching.solver.bottleneck import assign_maximizing_minimum
from guides.matching.solver.priority import is_maximum_matching, spans
from guides.matching.solver.problem import Ints
from guides.matching.solver.tie_breaking import break_ties
from guides.matching.solver.tiers import TieredAssignment, assign_by_tier

Keys = NDArray[np.uint64]
SLOTS_MAX = 8  # slots of a guide with different values; the last has all further capacity
FIRST_SLOT_VALUE = 4 * POINTS_MAX  # initial value; raised until as many guides as possible have a citizen
BALANCE_PENALTY = POINTS_MAX  # cost of each further citizen of a guide when loads are balanced


class TieredProblem(NamedTuple):
    """The allowed pairs with their points, capacities, priority tiers, and the keys that break ties."""

    points: csr_array  # (n, m), every stored entry is an allowed pair
    capacity: Ints  # (m,)
    tier: Ints  # (n,), 0 is first
    bonus: Ints  # (n,), added to the points when the request is matched
    days: Ints  # (n,), days waited: the longer wait wins ties
    request_key: Keys  # (n,), random keys for the ties that remain
    guide_key: Keys  # (m,)
    load: Ints  # (m,), citizens that the guide has already


class SolverResult(NamedTuple):
    """The input and result of the solver.

    A column is a guide, or one of its slots where guides were split.
    """

    points: csr_array
    capacity: Ints
    value: Ints  # (n,), worth of pairing each request, tier weight included
    assignment: Assignment
    owner: Ints  # column -> guide
    extra: Ints  # column -> what it adds to the points
    points_min: int  # pairs with fewer points were left out


class Solution(NamedTuple):
    """The chosen guide of each request (n,), -1 waits, and the duality gap (0 proves optimality)."""

    guide: Ints
    gap: int
    solved: SolverResult


def solve_with_policy(problem: TieredProblem, policy: Policy) -> Solution:
    """The optimal assignment under the policy's objectives, in lexicographic order.

    As many requests as possible tier by tier; the points of the lowest pair (`maximize_minimum`); the number
    of guides with a citizen (`one_per_guide`); the total of points, less a cost of unequal load
    (`balance_load`).
    """
    if not policy.maximize_minimum:
        return solve_with_slots(problem, policy)
    lowest = assign_maximizing_minimum(
        problem.points, problem.capacity, problem.tier, extra_value=problem.bonus
    ).lowest
    raised = problem._replace(points=filter_pairs(problem.points, problem.points.data >= lowest))
    solution = solve_with_slots(raised, policy)
    return solution._replace(solved=solution.solved._replace(points_min=lowest))


def solve_with_slots(problem: TieredProblem, policy: Policy) -> Solution:
    """The optimal assignment with the policy's objectives for guides: one citizen each, balanced load."""
    first, spread = policy.one_per_guide, policy.balance_load
    if not first and not spread:
        return solve(problem)
    worth = FIRST_SLOT_VALUE
    # More than all points together: at this worth as many guides as possible have a citizen in any case.
    sufficient = 4 * POINTS_MAX * (problem.points.shape[0] + 1)
    while True:
        solution = solve_slots(
            problem, slot_values(problem, worth if first else 0, BALANCE_PENALTY if spread else 0)
        )
        if not first or worth > sufficient or is_guide_coverage_maximum(problem, solution.guide):
            return solution
        # Raised only where the check fails, as between tiers: huge values from the outset make solving slow.
        worth *= 8


def solve(problem: TieredProblem) -> Solution:
    """The optimal assignment by tiers, points and tie-breaking, without slots."""
    tiered = cover_by_tier(problem)
    return break_solution_ties(problem, tiered.assignment, tiered.value)


def break_solution_ties(problem: TieredProblem, assignment: Assignment, value: Ints) -> Solution:
    """The optimum with the same total that days of waiting, then random keys choose."""
    chosen = break_ties(
        problem.points,
        problem.capacity,
        assignment,
        value=value,
        preference=problem.days,
        request_key=problem.request_key,
        guide_key=problem.guide_key,
    )
    owner = np.arange(len(problem.capacity))
    solved = SolverResult(problem.points, problem.capacity, value, chosen, owner, np.zeros_like(owner), 0)
    return Solution(chosen.guide, duality_gap(chosen, problem.capacity), solved)


def cover_by_tier(problem: TieredProblem) -> TieredAssignment:
    """One of the optimal assignments by tier, before tie-breaking."""
    return assign_by_tier(problem.points, problem.capacity, problem.tier, extra_value=problem.bonus)


def duality_gap(assignment: Assignment, capacity: Ints) -> int:
    """The dual objective less the total: 0 proves optimality."""
    bound = int(assignment.request_price.sum()) + int(capacity @ assignment.guide_price)
    return int(bound - assignment.total)


def slot_values(problem: TieredProblem, first: int, spread: int) -> Ints:
    """What each slot adds to the points, (m, SLOTS_MAX), 0 or more and falling along a guide's slots.

    `first` is the value of the first slot of guides without citizens, `spread` the cost of each further
    citizen.
    """
    level = problem.load[:, None] + np.arange(SLOTS_MAX)
    worth: Ints = spread * (level.max(initial=0) - level)
    worth[:, 0] += np.where(problem.load == 0, first, 0)
    return worth


def solve_slots(problem: TieredProblem, worth: Ints) -> Solution:
    """The optimal assignment if slot k of guide j adds `worth[j, k]` to the points."""
    points, capacity = problem.points, problem.capacity
    slots = np.clip(capacity, 1, SLOTS_MAX)
    start = np.concatenate(([0], np.cumsum(slots)))
    owner = np.repeat(np.arange(len(slots)), slots)
    slot = np.arange(len(owner)) - start[owner]
    slot_capacity = np.minimum(capacity[owner], 1)
    last = start[1:] - 1
    # The last slot takes all further capacity, so that the number of columns stays bounded.
    slot_capacity[last] = np.maximum(capacity - slots + 1, 0)

    copies = slots[points.indices]
    columns = spans(start, points.indices.astype(np.intp))
    ends = np.concatenate(([0], np.cumsum(copies)))[points.indptr]
    data = np.repeat(points.data.astype(np.int64), copies) + worth[owner, slot][columns]
    split_points = csr_array((data, columns, ends), shape=(points.shape[0], len(owner)))

    # Slots of one guide need different keys, or ties between them would depend on their order.
    keys = problem.guide_key[owner] + slot.astype(np.uint64)
    solution = solve(problem._replace(points=split_points, capacity=slot_capacity, guide_key=keys))
    guide = np.where(solution.guide >= 0, owner[solution.guide], -1) if len(owner) else solution.guide
    solved = solution.solved._replace(owner=owner, extra=worth[owner, slot])
    return Solution(guide, solution.gap, solved)


def is_guide_coverage_maximum(problem: TieredProblem, guide: Ints) -> bool:
    """Whether no assignment gives more guides a citizen: `is_maximum_matching` with the sides exchanged."""
    allowed = csr_array(
        (np.ones(problem.points.nnz, np.int8), problem.points.indices, problem.points.indptr),
        shape=problem.points.shape,
    )
    by_guide = csr_array(allowed.T)
    request = np.full(len(problem.capacity), -1)
    matched = np.flatnonzero(guide >= 0)
    request[guide[matched]] = matched
    eligible = (problem.capacity > 0) & (problem.load == 0)
    return is_maximum_matching(
        by_guide, np.ones(len(guide), np.int64), np.where(eligible, request, -1), eligible
    )


def filter_pairs(points: csr_array, kept: NDArray[np.bool_]) -> csr_array:
    """The stored pairs where `kept` (one flag per stored pair) is true; explicit zeros stay stored."""
    ends = np.concatenate(([0], np.cumsum(kept)))[points.indptr]
    return csr_array((points.data[kept], points.indices[kept], ends), shape=points.shape)
