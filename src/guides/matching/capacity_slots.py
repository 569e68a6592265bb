"""Promises of a policy about guides and lowest pairs, put into the same exact optimum by splitting guides into seats.

A guide with room for three becomes up to three columns, the later ones worth less. A concave worth of seats keeps the problem
an assignment, so prices still prove the answer; giving out first seats in a round of their own would not.
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
SLOTS_MAX = 8  # of a guide that differ in worth; the last holds all further room
FIRST_SLOT_VALUE = 4 * POINTS_MAX  # tried first; raised until as many guides as possible have someone
BALANCE_PENALTY = POINTS_MAX  # what each further citizen of a guide costs under equal spread


class TieredProblem(NamedTuple):
    """Who may be paired with whom, what it is worth, and what decides between equals."""

    points: csr_array  # (n, m), every stored entry is an allowed pair
    capacity: Ints  # (m,)
    tier: Ints  # (n,), 0 comes first
    bonus: Ints  # (n,), what matching a request adds beside its points
    days: Ints  # (n,), who waited longer wins among equals
    request_key: Keys  # (n,), then the lot
    guide_key: Keys  # (m,)
    load: Ints  # (m,), citizens whom a guide has already


class SolverResult(NamedTuple):
    """What the solver was given and what it found; a column is a guide or, under a promise, one of its seats."""

    points: csr_array
    capacity: Ints
    value: Ints  # what pairing a request was worth
    assignment: Assignment
    owner: Ints  # column -> guide
    extra: Ints  # column -> what it adds beside points
    points_min: int  # pairs below were left out by a promise


class Solution(NamedTuple):
    """The chosen guide of each request (-1 waits), and how far the proof leaves room for something better."""

    guide: Ints
    gap: int
    solved: SolverResult


def solve_with_policy(problem: TieredProblem, policy: Policy) -> Solution:
    """The best assignment that keeps the policy's promises, in this order: as many as possible tier by tier; the lowest
    pair as high as possible (`nobody_worse`); as many guides as possible with someone (`every_guide_one`); points,
    less what an unequal load costs (`equal_spread`)."""
    if not policy.nobody_worse:
        return solve_with_slots(problem, policy)
    lowest = assign_maximizing_minimum(
        problem.points, problem.capacity, problem.tier, extra_value=problem.bonus
    ).lowest
    high = problem._replace(points=filter_pairs(problem.points, problem.points.data >= lowest))
    found = solve_with_slots(high, policy)
    return found._replace(solved=found.solved._replace(points_min=lowest))


def solve_with_slots(problem: TieredProblem, policy: Policy) -> Solution:
    """The best assignment that keeps the policy's promises to guides."""
    first, spread = policy.every_guide_one, policy.equal_spread
    if not first and not spread:
        return solve(problem)
    worth = FIRST_SLOT_VALUE
    certain = 4 * POINTS_MAX * (problem.points.shape[0] + 1)
    while True:
        found = solve_slots(
            problem, slot_values(problem, worth if first else 0, BALANCE_PENALTY if spread else 0)
        )
        if not first or worth > certain or is_guide_coverage_maximum(problem, found.guide):
            return found
        worth *= 8


def solve(problem: TieredProblem) -> Solution:
    """The best assignment without promises."""
    tiered = cover_by_tier(problem)
    return break_solution_ties(problem, tiered.assignment, tiered.value)


def break_solution_ties(problem: TieredProblem, assignment: Assignment, value: Ints) -> Solution:
    """The one of the assignments as good as this that waiting and lots choose."""
    settled = break_ties(
        problem.points,
        problem.capacity,
        assignment,
        value=value,
        preference=problem.days,
        request_key=problem.request_key,
        guide_key=problem.guide_key,
    )
    owner = np.arange(len(problem.capacity))
    solved = SolverResult(problem.points, problem.capacity, value, settled, owner, np.zeros_like(owner), 0)
    return Solution(settled.guide, duality_gap(settled, problem.capacity), solved)


def cover_by_tier(problem: TieredProblem) -> TieredAssignment:
    """One of the best assignments, before lots are drawn among equals."""
    return assign_by_tier(problem.points, problem.capacity, problem.tier, extra_value=problem.bonus)


def duality_gap(assignment: Assignment, capacity: Ints) -> int:
    """How far above the total the prices leave room: 0 where they prove it the best."""
    bound = int(assignment.request_price.sum()) + int(capacity @ assignment.guide_price)
    return int(bound - assignment.total)


def slot_values(problem: TieredProblem, first: int, spread: int) -> Ints:
    """What each seat adds beside points, (m, SEATS_MAX), falling along a guide's seats, 0 or more."""
    level = problem.load[:, None] + np.arange(SLOTS_MAX)
    worth: Ints = spread * (level.max(initial=0) - level)
    worth[:, 0] += np.where(problem.load == 0, first, 0)
    return worth


def solve_slots(problem: TieredProblem, worth: Ints) -> Solution:
    """The best assignment when seat k of guide j adds `worth[j, k]`."""
    points, capacity = problem.points, problem.capacity
    seats = np.clip(capacity, 1, SLOTS_MAX)
    start = np.concatenate(([0], np.cumsum(seats)))
    owner = np.repeat(np.arange(len(seats)), seats)
    place = np.arange(len(owner)) - start[owner]
    room = np.minimum(capacity[owner], 1)
    last = start[1:] - 1
    room[last] = np.maximum(capacity - seats + 1, 0)

    copies = seats[points.indices]
    columns = spans(start, points.indices.astype(np.intp))
    ends = np.concatenate(([0], np.cumsum(copies)))[points.indptr]
    data = np.repeat(points.data.astype(np.int64), copies) + worth[owner, place][columns]
    split = csr_array((data, columns, ends), shape=(points.shape[0], len(owner)))

    keys = problem.guide_key[owner] + place.astype(np.uint64)
    found = solve(problem._replace(points=split, capacity=room, guide_key=keys))
    guide = np.where(found.guide >= 0, owner[found.guide], -1) if len(owner) else found.guide
    solved = found.solved._replace(owner=owner, extra=worth[owner, place])
    return Solution(guide, found.gap, solved)


def is_guide_coverage_maximum(problem: TieredProblem, guide: Ints) -> bool:
    """Whether no assignment gives more guides someone: the proof of `nobody_could_join`, seen from the guides."""
    allowed = csr_array(
        (np.ones(problem.points.nnz, np.int8), problem.points.indices, problem.points.indptr),
        shape=problem.points.shape,
    )
    by_guide = csr_array(allowed.T)
    request = np.full(len(problem.capacity), -1)
    matched = np.flatnonzero(guide >= 0)
    request[guide[matched]] = matched
    counted = (problem.capacity > 0) & (problem.load == 0)
    return is_maximum_matching(
        by_guide, np.ones(len(guide), np.int64), np.where(counted, request, -1), counted
    )


def filter_pairs(points: csr_array, kept: NDArray[np.bool_]) -> csr_array:
    """The stored pairs where `kept` holds, one flag per stored pair; stored zeros stay stored."""
    ends = np.concatenate(([0], np.cumsum(kept)))[points.indptr]
    return csr_array((points.data[kept], points.indices[kept], ends), shape=points.shape)
