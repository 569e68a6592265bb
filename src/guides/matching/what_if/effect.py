"""What one decision more would change for everyone: a pool is matched once, and each question begins from that answer."""

from typing import NamedTuple

import msgspec
import numpy as np

from guides.matching import engine as matching_engine
from guides.matching.capacity_slots import TieredProblem, break_solution_ties, filter_pairs
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
    """A pool with its best pairs, to be asked often."""

    pool: Pool
    policy: Policy
    seed: int
    engine_run: matching_engine.EngineRun


class Effect(msgspec.Struct, frozen=True):
    """What a decision changes against a proposal."""

    moved: tuple[Moved, ...]  # by request id
    matched: int  # requests with a guide, more than before
    points: int  # more than before


def solved_pool(pool: Pool, proposal: Proposal) -> SolvedPool:
    """The pool matched as it is now, under the policy and seed of `proposal`. Raises PinError."""
    policy, seed = proposal.policy, proposal.seed
    return SolvedPool(pool, policy, seed, matching_engine.solve(pool, policy, seed, no_progress))


def effect_of(solved: SolvedPool, before: Proposal, change: Change) -> Effect:
    """What the change would make of `before`, the same as a new run would. Raises PinError as `consider` does.

    Decided and forbidden pairs and swaps take a few milliseconds, because the known answer is only mended (`what_if`). Other changes,
    policies with promises to guides, and pools whose pairs were too many to store are matched anew.
    """
    change = swaps_as_pins(before, change)
    after = apply_change(solved.pool, change)
    run = _repaired(solved, change, after) or matching_engine.solve(
        after, solved.policy, solved.seed, no_progress
    )
    people, column = run.prepared.people, matching_engine.chosen_columns(run)
    rows = np.flatnonzero(column >= 0)
    guides = {people.requests[row].id: people.guides[column[row]].id for row in rows.tolist()}
    points = np.broadcast_to(pair_points(Pairs(people, rows, column[rows]), solved.policy), rows.shape)
    return Effect(
        diff_guides(guide_by_request(before), guides),
        rows.size - before.totals.matched,
        int(points.sum()) - before.totals.points,
    )


def _repaired(solved: SolvedPool, change: Change, after: Pool) -> matching_engine.EngineRun | None:
    """The best pairs of the changed pool from those that are known; None where that can't be, or isn't proved to be, the same."""
    prepared, answer = solved.engine_run
    only_pairs = change == Change(pin=change.pin, forbid=change.forbid)
    plain = not (solved.policy.nobody_worse or solved.policy.every_guide_one or solved.policy.equal_spread)
    if not (only_pairs and plain and prepared.complete) or set(change.forbid) & set(after.pinned):
        return None
    if answer.solved.value.max(initial=0) >= -FORBIDDEN_POINTS:
        return None
    pins = check_pins(after, prepared.people)
    place = {column: at for at, column in enumerate(prepared.open_columns.tolist())}
    fresh = np.array(
        [(row, place[pins[row]]) for row in sorted(pins.keys() - prepared.pins.keys())], np.int64
    )
    fresh = fresh.reshape(-1, 2)
    bans = _forbidden_positions(prepared, change)
    problem = _without_decided(prepared.problem, fresh, bans)
    found = what_if(
        residual_graph(answer),
        pin=[(row, at) for row, at in fresh.tolist()],
        forbid=[(row, at) for row, at in bans.tolist()],
    )
    guide = found.guide.copy()
    guide[fresh[:, 0]] = -1
    numbers = read_problem(problem.points, problem.capacity, answer.solved.value)
    covered = cover_tiers_from(numbers, problem.tier, guide, found.guide_price)
    if covered is None:
        return None
    return matching_engine.EngineRun(
        prepared._replace(problem=problem, pins=pins), break_solution_ties(problem, *covered)
    )


def _forbidden_positions(prepared: PreparedPool, change: Change) -> Ints:
    """The forbidden pairs as (row, column of an open guide); who takes no part has none."""
    row = {request.id: at for at, request in enumerate(prepared.people.requests)}
    column = {guide.id: at for at, guide in enumerate(prepared.open_people.guides)}
    known = [(row[r], column[g]) for r, g in change.forbid if r in row and g in column]
    return np.array(known, np.int64).reshape(-1, 2)


def _without_decided(problem: TieredProblem, pins: Ints, bans: Ints) -> TieredProblem:
    """What is left to decide: without the rows and seats of the pins, and without the forbidden pairs."""
    rows = np.repeat(np.arange(problem.points.shape[0]), np.diff(problem.points.indptr))
    keys = rows * problem.points.shape[1] + problem.points.indices
    banned = bans[:, 0] * problem.points.shape[1] + bans[:, 1]
    kept = ~np.isin(rows, pins[:, 0]) & ~np.isin(keys, banned)
    return problem._replace(
        points=filter_pairs(problem.points, kept),
        capacity=problem.capacity - np.bincount(pins[:, 1], minlength=len(problem.capacity)),
    )
