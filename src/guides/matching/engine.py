"""The entry point of the matching: from a pool of people to a proposal of pairs with reasons."""

from typing import NamedTuple

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from foundation.i18n import N_
from guides.matching.capacity_slots import Solution
from guides.matching.completion import complete_solution
from guides.matching.explain.next_best import next_best
from guides.matching.explain.sentences import describe_pairs, describe_waiting
from guides.matching.model import Pool
from guides.matching.preparation import PreparedPool, Progress, no_progress, prepare
from guides.matching.proposal import Proposal, Tier, Totals
from guides.matching.reasons import Reason
from guides.matching.scoring.policy import Policy

DEFAULT_POLICY = Policy()


class EngineRun(NamedTuple):
    """A pool as arrays with its optimal assignment."""

    prepared: PreparedPool
    solution: Solution


def propose(
    pool: Pool, policy: Policy = DEFAULT_POLICY, *, seed: int = 0, progress: Progress | None = None
) -> Proposal:
    """The optimal pairs for the whole pool, with reasons, and the requests that wait, with the reason why.

    The same people, policy and seed yield the same proposal, whatever their order in the pool. `progress` is
    called with the name of each step (an English message id) and the share of the work that is done, 0 to 1.
    Raises PinError if a pinned pair breaks a hard rule, PoolError if an id is not unique.
    """
    report_progress = progress or no_progress
    run = solve(pool, policy, seed, report_progress)
    report_progress(N_("Writing the reasons"), 0.8)
    proposal = explain_result(run, policy, seed)
    report_progress(N_("Done"), 1.0)
    return proposal


def solve(pool: Pool, policy: Policy, seed: int, progress: Progress) -> EngineRun:
    """The optimal assignment of the pool, as arrays. Raises PinError and PoolError as `propose` does."""
    prepared = prepare(pool, policy, seed, progress)
    progress(N_("Finding the best for everyone"), 0.6)
    return EngineRun(*complete_solution(prepared, policy))


def explain_result(run: EngineRun, policy: Policy, seed: int) -> Proposal:
    """The assignment as a proposal, with reasons and next best guides."""
    guide = chosen_columns(run)
    rows = np.flatnonzero(guide >= 0)
    pairs = describe_pairs(run.prepared.people, rows, guide[rows], set(run.prepared.pins), policy)
    waiting_rows = np.flatnonzero(guide < 0)
    waiting = describe_waiting(
        run.prepared.people, {row: int(run.prepared.allowed[row]) for row in waiting_rows.tolist()}
    )
    alternatives = next_best(run.prepared, run.solution)
    pairs = [
        replace(pair, next_best=alternatives.get(row, ()))
        for row, pair in zip(rows.tolist(), pairs, strict=True)
    ]
    waiting = [
        replace(entry, next_best=alternatives.get(row, ()))
        for row, entry in zip(waiting_rows.tolist(), waiting, strict=True)
    ]
    return Proposal(
        pairs=tuple(sorted(pairs, key=lambda pair: pair.request_id)),
        waiting=tuple(sorted(waiting, key=lambda entry: entry.request_id)),
        totals=count_totals(run, guide, sum(pair.points for pair in pairs), policy),
        seed=seed,
        policy=policy,
    )


def chosen_columns(run: EngineRun) -> NDArray[np.int64]:
    """Each request's guide as a column of `run.prepared.people` (n,), pins included; -1 waits."""
    chosen = run.solution.guide
    guide = np.full(len(chosen), -1, np.int64)
    matched = chosen >= 0
    guide[matched] = run.prepared.open_columns[chosen[matched]]
    for row, column in run.prepared.pins.items():
        guide[row] = column
    return guide


def count_totals(run: EngineRun, guide: NDArray[np.int64], points: int, policy: Policy) -> Totals:
    """The totals of the run; `points` is the sum over all pairs."""
    problem = run.prepared.problem
    return Totals(
        requests=len(guide),
        guides=len(run.prepared.people.guides),
        open_guides=len(run.prepared.open_columns),
        places=int(run.prepared.open_people.room.sum()),
        allowed_pairs=int(run.prepared.allowed.sum()),
        matched=int((guide >= 0).sum()),
        points=points,
        value=points + int(problem.bonus[guide >= 0].sum()),
        gap=run.solution.gap,
        tiers=tuple(
            Tier(
                tier_name(policy, tier),
                int((problem.tier == tier).sum()),
                int(((problem.tier == tier) & (guide >= 0)).sum()),
            )
            for tier in range(policy.tier_count)
        ),
    )


def tier_name(policy: Policy, tier: int) -> Reason:
    """The display name of a tier, 0 the first."""
    if tier == 0 and policy.urgent_first:
        return Reason("urgent", N_("urgent"))
    index = tier - int(policy.urgent_first)
    if index < len(policy.tier_days):
        return Reason("waited", N_("waited %(days)s days or more"), {"days": policy.tier_days[index]})
    return Reason("rest", N_("the others"))
