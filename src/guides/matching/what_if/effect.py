"""The effect of one decision on a proposal, re-optimized from the optimum of a pool that is solved once."""

from typing import NamedTuple

import msgspec
import numpy as np

from guides.matching.capacity_slots import TieredProblem, break_solution_ties, filter_pairs
from guides.matching.engine import EngineRun, chosen_columns, solve
from guides.matching.explain.next_best import residual_graph
from guides.matching.model import Pool
from guides.matching.preparation import PreparedPool, check_pins, no_progress
from guides.matching.proposal import Proposal
from guides.matching.scoring.policy import Policy
from guides.matching.scoring.scoring import pair_points
from guides.matching.scoring.views import Pairs
from guides.matching.solver.problem import Ints, read_problem
from guides.matching.solver.tiers import cover_tiers_from
from guides.matching.solver.what_if import FORBIDDEN_POINTS, what_if
from guides.matching.what_if.changes import (
    Change,
    Moved,
    apply_change,
    diff_guides,
    guide_by_request,
    swaps_as_pins,
)


class SolvedPool(NamedTuple):
    """A pool with its optimal assignment, for many `effect_of` queries."""

    pool: Pool
    policy: Policy
    seed: int
    engine_run: EngineRun


class Effect(msgspec.Struct, frozen=True):
    """How a decision changes a proposal."""

    moved: tuple[Moved, ...]  # sorted by request id
    matched: int  # change in the number of requests with a guide
    points: int  # change


def solved_pool(pool: Pool, proposal: Proposal) -> SolvedPool:
    """The pool solved as it is now, under the policy and seed of `proposal`.

    Raises PinError and PoolError.
    """
    policy, seed = proposal.policy, proposal.seed
    return SolvedPool(pool, policy, seed, solve(pool, policy, seed, no_progress))


def effect_of(solved: SolvedPool, before: Proposal, change: Change) -> Effect:
    """How the change would alter `before`, identical to a new run. Raises PinError as `consider` does.

    Pins, forbidden pairs and swaps take milliseconds, because the known optimum is re-optimized (`what_if`).
    Other changes, policies with capacity slots or a raised minimum, and pools with too many pairs to store
    are solved from scratch.
    """
    change = swaps_as_pins(before, change)
    after = apply_change(solved.pool, change)
    run = _reoptimized(solved, change, after) or solve(after, solved.policy, solved.seed, no_progress)
    people, column = run.prepared.people, chosen_columns(run)
    rows = np.flatnonzero(column >= 0)
    guides = {people.requests[row].id: people.guides[column[row]].id for row in rows.tolist()}
    points = np.broadcast_to(pair_points(Pairs(people, rows, column[rows]), solved.policy), rows.shape)
    return Effect(
        diff_guides(guide_by_request(before), guides),
        rows.size - before.totals.matched,
        int(points.sum()) - before.totals.points,
    )


def _reoptimized(solved: SolvedPool, change: Change, after: Pool) -> EngineRun | None:
    """The optimum of the changed pool, re-optimized; None where it might differ from that of a new run."""
    prepared, solution = solved.engine_run
    only_pairs = change == Change(pin=change.pin, forbid=change.forbid)
    plain_policy = not (
        solved.policy.maximize_minimum or solved.policy.one_per_guide or solved.policy.balance_load
    )
    # A pair that is both pinned and forbidden needs a new run, which raises the PinError.
    if not (only_pairs and plain_policy and prepared.complete) or set(change.forbid) & set(after.pinned):
        return None
    if solution.solved.value.max(initial=0) >= -FORBIDDEN_POINTS:
        return None
    pins = check_pins(after, prepared.people)
    open_index = {column: index for index, column in enumerate(prepared.open_columns.tolist())}
    new_pins = np.array(
        [(row, open_index[pins[row]]) for row in sorted(pins.keys() - prepared.pins.keys())], np.int64
    )
    new_pins = new_pins.reshape(-1, 2)
    forbidden = _forbidden_positions(prepared, change)
    problem = _without_pairs(prepared.problem, new_pins, forbidden)
    optimum = what_if(
        residual_graph(solution),
        pin=[(row, column) for row, column in new_pins.tolist()],
        forbid=[(row, column) for row, column in forbidden.tolist()],
    )
    guide = optimum.guide.copy()
    # In a new run pinned requests are no part of the problem, so the tiers are verified without them too.
    guide[new_pins[:, 0]] = -1
    solver_problem = read_problem(problem.points, problem.capacity, solution.solved.value)
    covered = cover_tiers_from(solver_problem, problem.tier, guide, optimum.guide_price)
    # Tier weights that sufficed for the old pool may not for the changed one; a new run raises them.
    if covered is None:
        return None
    return EngineRun(prepared._replace(problem=problem, pins=pins), break_solution_ties(problem, *covered))


def _forbidden_positions(prepared: PreparedPool, change: Change) -> Ints:
    """The forbidden pairs as (row, column of an open guide), (k, 2).

    Pairs with people outside the problem are left out.
    """
    row = {request.id: index for index, request in enumerate(prepared.people.requests)}
    column = {guide.id: index for index, guide in enumerate(prepared.open_people.guides)}
    known = [(row[r], column[g]) for r, g in change.forbid if r in row and g in column]
    return np.array(known, np.int64).reshape(-1, 2)


def _without_pairs(problem: TieredProblem, pins: Ints, forbidden: Ints) -> TieredProblem:
    """The problem without the rows and slots of the pins and without the forbidden pairs."""
    rows = np.repeat(np.arange(problem.points.shape[0]), np.diff(problem.points.indptr))
    keys = rows * problem.points.shape[1] + problem.points.indices
    banned = forbidden[:, 0] * problem.points.shape[1] + forbidden[:, 1]
    kept = ~np.isin(rows, pins[:, 0]) & ~np.isin(keys, banned)
    return problem._replace(
        points=filter_pairs(problem.points, kept),
        capacity=problem.capacity - np.bincount(pins[:, 1], minlength=len(problem.capacity)),
    )
