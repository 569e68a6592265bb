"""The next best guides of every request, with the loss of each and the other requests that would move."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from guides.matching.capacity_slots import Solution, TieredProblem
from guides.matching.completion import complete_solution
from guides.matching.model import Pool
from guides.matching.preparation import PreparedPool, no_progress, prepare
from guides.matching.proposal import NextBest, Proposal
from guides.matching.solver.alternatives import Alternatives, alternatives
from guides.matching.solver.problem import Ints
from guides.matching.solver.residual import Residual, residual

OTHERS_MAX: Literal[2] = 2  # as many as a coordinator would move in practice
NEXT_BEST_SHOWN_MAX = 3


def next_best(prepared: PreparedPool, solution: Solution) -> dict[int, tuple[NextBest, ...]]:
    """For each request row at most three other guides with the least loss, the best first.

    At most two other requests move. Pinned requests have no alternatives.
    """
    graph = residual_graph(solution)
    # A guide may have several columns, one per slot; the request's own guide is then among the alternatives.
    slots_max = int(np.bincount(solution.solved.owner).max(initial=1))
    k = (NEXT_BEST_SHOWN_MAX + 1) * slots_max if slots_max > 1 else NEXT_BEST_SHOWN_MAX
    alternative = alternatives(graph, k=k, others_max=OTHERS_MAX)
    return alternatives_by_row(prepared, solution, alternative, NEXT_BEST_SHOWN_MAX)


def every_guide_for(pool: Pool, proposal: Proposal, request_id: str) -> tuple[NextBest, ...]:
    """All other guides that the rules allow for the request, the least loss first, however many others move.

    The change equals that of a new run with the pair pinned. Empty for a request that is pinned or not in the
    pool. Policy and seed are those of `proposal`. Raises PinError and PoolError as `propose` does.
    """
    return alternatives_in(
        *complete_solution(prepare(pool, proposal.policy, proposal.seed, no_progress), proposal.policy),
        request_id,
    )


def alternatives_in(prepared: PreparedPool, solution: Solution, request_id: str) -> tuple[NextBest, ...]:
    """As `every_guide_for`, for a pool that is solved already."""
    rows = [row for row, request in enumerate(prepared.people.requests) if request.id == request_id]
    if not rows or not len(solution.solved.owner):
        return ()
    alternative = alternatives(residual_graph(solution), k=len(solution.solved.owner), requests=rows)
    return alternatives_by_row(prepared, solution, alternative, len(prepared.open_columns)).get(rows[0], ())


def residual_graph(solution: Solution) -> Residual:
    """The residual graph of the solution."""
    solved = solution.solved
    return residual(solved.points, solved.capacity, solved.assignment, value=solved.value)


def alternatives_by_row(
    prepared: PreparedPool, solution: Solution, alternative: Alternatives, limit: int
) -> dict[int, tuple[NextBest, ...]]:
    """The alternatives with ids, by request row: at most `limit` for each, every guide once."""
    owner = solution.solved.owner
    change = value_changes(prepared.problem, solution, alternative)
    chosen: dict[int, tuple[NextBest, ...]] = {}
    for position in np.flatnonzero((alternative.guide >= 0).any(axis=1)).tolist():
        row = int(alternative.request[position])
        best: dict[int, NextBest] = {}
        for rank in np.flatnonzero(alternative.guide[position] >= 0).tolist():
            guide = int(owner[alternative.guide[position, rank]])
            if guide != solution.guide[row] and guide not in best and len(best) < limit:
                best[guide] = _as_next_best(
                    prepared, solution, alternative, position, rank, int(change[position, rank])
                )
        chosen[row] = tuple(best.values())
    return chosen


def _as_next_best(
    prepared: PreparedPool,
    solution: Solution,
    alternative: Alternatives,
    position: int,
    rank: int,
    change: int,
) -> NextBest:
    guides, requests, owner = prepared.open_people.guides, prepared.people.requests, solution.solved.owner
    moves = alternative.moves(position, rank)
    return NextBest(
        guide_id=guides[owner[alternative.guide[position, rank]]].id,
        change=change,
        others_moved=len(moves),
        moves=tuple((requests[r].id, guides[owner[to]].id if to >= 0 else "") for r, to in moves),
    )


def value_changes(problem: TieredProblem, solution: Solution, alternative: Alternatives) -> Ints:
    """The change in points and waiting points by each alternative, (r, k), over all requests that move."""
    owner = solution.solved.owner
    others = alternative.mover[:, 0], slot_guides(owner, alternative.mover[:, 1])
    gain = pair_values(problem, *others) - pair_values(problem, others[0], solution.guide[others[0]])
    cumulative = np.concatenate(([0], np.cumsum(gain)))
    rows = np.repeat(alternative.request, alternative.guide.shape[1])
    own = pair_values(problem, rows, slot_guides(owner, alternative.guide.ravel())) - pair_values(
        problem, rows, solution.guide[rows]
    )
    first, stop = alternative.move[..., 0], alternative.move[..., 1]
    change: Ints = own.reshape(alternative.guide.shape) + cumulative[stop] - cumulative[first]
    return change


def slot_guides(owner: Ints, slots: Ints) -> Ints:
    """The guide of each slot; -1 for -1."""
    return np.where(slots >= 0, owner[slots], -1) if len(owner) else np.full(slots.shape, -1)


def pair_values(problem: TieredProblem, rows: NDArray[np.int64], guides: Ints) -> Ints:
    """Points and waiting points of the allowed pairs (row, guide); 0 for guide -1."""
    m = problem.points.shape[1]
    keys = (
        np.repeat(np.arange(len(problem.bonus)), np.diff(problem.points.indptr)) * m + problem.points.indices
    )
    # Keys ascend because rows do and the columns within a row do.
    position = np.searchsorted(keys, rows * m + guides)
    points = (
        problem.points.data[np.minimum(position, len(keys) - 1)]
        if len(keys)
        else np.zeros(len(rows), np.int64)
    )
    return np.where(guides >= 0, points + problem.bonus[rows], 0)
