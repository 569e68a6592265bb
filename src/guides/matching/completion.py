"""Column generation: an optimum over all allowed pairs where they are too many to store at once.

A pair that is not stored can improve the result only if it is worth more than its two dual prices (its
reduced cost is negative), or if it leads the waiting requests of a tier to a guide that their alternating
paths did not reach. One pass over all pairs finds these; they are added and the problem is solved again,
until there are none. (Ford and Fulkerson 1958; Gilmore and Gomory 1961.)
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from guides.matching.capacity_slots import Solution, TieredProblem, solve_with_policy
from guides.matching.preparation import PreparedPool
from guides.matching.scoring.arrays import PoolArrays
from guides.matching.scoring.policy import Policy
from guides.matching.scoring.scoring import scored_blocks
from guides.matching.solver.priority import alternating_reachable
from guides.matching.solver.problem import Bools, Ints

ADDED_PER_ROW = 24
NEAR_MARGIN = 2000  # points by which a pair may fall short of its prices and still be added


def complete_solution(prepared: PreparedPool, policy: Policy) -> tuple[PreparedPool, Solution]:
    """The optimum over all allowed pairs, and the pool with the pairs that were added to prove it.

    The policy's objectives for the lowest pair and for one citizen per guide are optimized over the stored
    pairs only.
    """
    solution = solve_with_policy(prepared.problem, policy)
    while not prepared.complete:
        missing = find_missing_pairs(prepared, policy, solution)
        if missing is None:
            break
        problem = prepared.problem._replace(points=union(prepared.problem.points, missing))
        prepared = prepared._replace(problem=problem)
        solution = solve_with_policy(problem, policy)
    return prepared, solution


def find_missing_pairs(prepared: PreparedPool, policy: Policy, solution: Solution) -> csr_array | None:
    """Allowed pairs (n, m) that are not stored and could improve the result; None if there are none.

    They are, of each request, the pairs with the largest gains (worth less prices), and a pair for each tier
    and each guide that it did not reach. Pairs that fall slightly short are included, because prices change
    when others are added; otherwise the last few passes would find one pair each.
    """
    people: PoolArrays = prepared.open_people
    n, m = prepared.problem.points.shape
    solved = solution.solved
    price = lowest_slot_prices(solution, m)
    surplus = solved.value - solved.assignment.request_price
    surplus[list(prepared.pins)] = np.iinfo(np.int32).min  # pinned requests take no new pairs
    frontiers = tier_frontiers(prepared, solution)
    rows, columns, points = [np.zeros(0, np.intp)], [np.zeros(0, np.intp)], [np.zeros(0, np.int32)]
    matters = False
    for part, pairs, worth in scored_blocks(people, policy):
        gain = surplus[pairs.rows] + worth - price[pairs.columns]
        near = np.flatnonzero((gain > -NEAR_MARGIN) & (worth >= solved.points_min))
        chosen = [near[largest_gains(pairs.rows[near], gain[near])]]
        # Pairs that merely come near are added along the way, but do not call for another pass.
        matters |= bool(np.any(gain[chosen[0]] > 0))
        for members, beyond in frontiers:
            leading = np.flatnonzero(
                members[pairs.rows] & beyond[pairs.columns] & (worth >= solved.points_min)
            )
            new_columns, first = np.unique(pairs.columns[leading], return_index=True)
            beyond[new_columns] = False
            chosen.append(leading[first])
            matters |= bool(len(new_columns))
        add = np.unique(np.concatenate(chosen))
        add = add[~is_stored(prepared.problem.points, part, pairs.rows[add], pairs.columns[add])]
        rows.append(pairs.rows[add])
        columns.append(pairs.columns[add])
        points.append(worth[add])
    if not matters:
        return None
    coordinates = (np.concatenate(rows), np.concatenate(columns))
    return csr_array((np.concatenate(points), coordinates), shape=(n, m))


def is_stored(stored: csr_array, part: slice, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Bools:
    """Which of the pairs (rows, columns), all with rows in `part`, are stored already."""
    m = stored.shape[1]
    start, stop = stored.indptr[part.start], stored.indptr[part.stop]
    stored_rows = np.repeat(
        np.arange(part.start, part.stop), np.diff(stored.indptr[part.start : part.stop + 1])
    )
    return np.isin(rows * m + columns, stored_rows * m + stored.indices[start:stop])


def lowest_slot_prices(solution: Solution, guide_count: int) -> Ints:
    """The lowest slot price of each guide, (m,), less what the slot adds to the points."""
    price = np.full(guide_count, np.iinfo(np.int64).max)
    # A new pair would take the guide's cheapest slot, so a higher price would hide pairs that improve.
    np.minimum.at(
        price, solution.solved.owner, solution.solved.assignment.guide_price - solution.solved.extra
    )
    return price


def tier_frontiers(prepared: PreparedPool, solution: Solution) -> list[tuple[Bools, Bools]]:
    """For each tier prefix, what alternating paths from its waiting requests reach.

    Each entry has the requests (n,) that are reached and the guides (m,) that are not.
    """
    problem: TieredProblem = prepared.problem
    frontiers = []
    for last in np.unique(problem.tier):
        counted = problem.tier <= last
        counted[list(prepared.pins)] = False
        reached = alternating_reachable(problem.points, solution.guide, counted)
        if len(reached) == 0:
            continue
        members = counted & ((solution.guide < 0) | reached[solution.guide])
        frontiers.append((members, ~reached & (problem.capacity > 0)))
    return frontiers


def largest_gains(rows: NDArray[np.intp], gain: Ints) -> NDArray[np.intp]:
    """Positions of the `ADDED_PER_ROW` largest gains of each row; `rows` ascends."""
    best_first = np.lexsort((-gain, rows))
    rank = np.arange(len(rows)) - np.searchsorted(rows, rows[best_first])
    return best_first[rank < ADDED_PER_ROW]


def union(stored: csr_array, added: csr_array) -> csr_array:
    """The pairs of two disjoint sets, columns ascending; explicit zeros stay stored."""
    left, right = stored.tocoo(), added.tocoo()
    coordinates = (np.concatenate((left.row, right.row)), np.concatenate((left.col, right.col)))
    return csr_array((np.concatenate((left.data, right.data)), coordinates), shape=stored.shape)
