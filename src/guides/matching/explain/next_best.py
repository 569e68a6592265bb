"""The next best guides of every request, with what each would cost and who else would have to move."""

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

OTHERS_MAX: Literal[2] = 2  # what a coordinator would really do
NEXT_BEST_SHOWN_MAX = 3


def next_best(prepared: PreparedPool, solution: Solution) -> dict[int, tuple[NextBest, ...]]:
    """For each request row the other guides that the run would lose least by, the best first, at most three.

    At most two other requests move. Pinned requests have none: their guide is decided.
    """
    graph = residual_graph(solution)
    # A guide may stand in several columns, one per seat, and one of them is where the request is now.
    seats = int(np.bincount(solution.solved.owner).max(initial=1))
    most = (NEXT_BEST_SHOWN_MAX + 1) * seats if seats > 1 else NEXT_BEST_SHOWN_MAX
    found = alternatives(graph, k=most, others_max=OTHERS_MAX)
    return alternatives_by_row(prepared, solution, found, NEXT_BEST_SHOWN_MAX)


def every_guide_for(pool: Pool, proposal: Proposal, request_id: str) -> tuple[NextBest, ...]:
    """All other guides whom the rules allow the request, with what each would cost if any number of others may move.

    The cheapest first; the change is that of a new run with the pair decided. For a request that is pinned or not in the pool
    there are none. `proposal` tells the policy and the seed.
    """
    return alternatives_in(
        *complete_solution(prepare(pool, proposal.policy, proposal.seed, no_progress), proposal.policy),
        request_id,
    )


def alternatives_in(prepared: PreparedPool, solution: Solution, request_id: str) -> tuple[NextBest, ...]:
    """`every_guide_for` in a pool that is matched already."""
    rows = [row for row, request in enumerate(prepared.people.requests) if request.id == request_id]
    if not rows or not len(solution.solved.owner):
        return ()
    found = alternatives(residual_graph(solution), k=len(solution.solved.owner), requests=rows)
    return alternatives_by_row(prepared, solution, found, len(prepared.open_columns)).get(rows[0], ())


def residual_graph(solution: Solution) -> Residual:
    """What the array engine asks its questions of."""
    solved = solution.solved
    return residual(solved.points, solved.capacity, solved.assignment, value=solved.value)


def alternatives_by_row(
    prepared: PreparedPool, solution: Solution, found: Alternatives, limit: int
) -> dict[int, tuple[NextBest, ...]]:
    """The alternatives by request row in people's terms, at most so many for each, every guide once."""
    owner = solution.solved.owner
    change = value_changes(prepared.problem, solution, found)
    chosen: dict[int, tuple[NextBest, ...]] = {}
    for place in np.flatnonzero((found.guide >= 0).any(axis=1)).tolist():
        row = int(found.request[place])
        best: dict[int, NextBest] = {}
        for rank in np.flatnonzero(found.guide[place] >= 0).tolist():
            guide = int(owner[found.guide[place, rank]])
            if guide != solution.guide[row] and guide not in best and len(best) < limit:
                best[guide] = _as_next_best(prepared, solution, found, place, rank, int(change[place, rank]))
        chosen[row] = tuple(best.values())
    return chosen


def _as_next_best(
    prepared: PreparedPool, solution: Solution, found: Alternatives, place: int, rank: int, change: int
) -> NextBest:
    guides, requests, owner = prepared.open_people.guides, prepared.people.requests, solution.solved.owner
    moves = found.moves(place, rank)
    return NextBest(
        guide_id=guides[owner[found.guide[place, rank]]].id,
        change=change,
        others_moved=len(moves),
        moves=tuple((requests[r].id, guides[owner[to]].id if to >= 0 else "") for r, to in moves),
    )


def value_changes(problem: TieredProblem, solution: Solution, found: Alternatives) -> Ints:
    """What each alternative changes in points and days of waiting, (r, k): the request's own gain and that of those who move."""
    owner = solution.solved.owner
    others = found.mover[:, 0], slot_guides(owner, found.mover[:, 1])
    gain = pair_values(problem, *others) - pair_values(problem, others[0], solution.guide[others[0]])
    so_far = np.concatenate(([0], np.cumsum(gain)))
    rows = np.repeat(found.request, found.guide.shape[1])
    own = pair_values(problem, rows, slot_guides(owner, found.guide.ravel())) - pair_values(
        problem, rows, solution.guide[rows]
    )
    first, stop = found.move[..., 0], found.move[..., 1]
    change: Ints = own.reshape(found.guide.shape) + so_far[stop] - so_far[first]
    return change


def slot_guides(owner: Ints, slots: Ints) -> Ints:
    """The guide of each seat, -1 where there is none."""
    return np.where(slots >= 0, owner[slots], -1) if len(owner) else np.full(slots.shape, -1)


def pair_values(problem: TieredProblem, rows: NDArray[np.int64], guides: Ints) -> Ints:
    """Points and counted days of the allowed pairs (row, guide); 0 for guide -1."""
    m = problem.points.shape[1]
    keys = (
        np.repeat(np.arange(len(problem.bonus)), np.diff(problem.points.indptr)) * m + problem.points.indices
    )
    place = np.searchsorted(keys, rows * m + guides)
    points = (
        problem.points.data[np.minimum(place, len(keys) - 1)] if len(keys) else np.zeros(len(rows), np.int64)
    )
    return np.where(guides >= 0, points + problem.bonus[rows], 0)
