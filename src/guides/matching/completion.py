"""Prove an answer over every allowed pair where too many were allowed to store, and bring in the pairs that it lacked.

Column generation: a pair that was left out could improve the answer only if it is worth more than its two prices, or if it leads the
waiting requests of a tier to a guide that they did not reach. One pass over all pairs finds those; they are added and it is
solved again, until there are none. (Ford and Fulkerson 1958; Gilmore and Gomory 1961.)
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
NEAR_MARGIN = 2000  # points by which a pair may fall short of its prices and still be brought in


def complete_solution(prepared: PreparedPool, policy: Policy) -> tuple[PreparedPool, Solution]:
    """The best answer over all allowed pairs, and the pool with the pairs that it took.

    The policy's promises about lowest pairs and first citizens are kept among the stored pairs.
    """
    found = solve_with_policy(prepared.problem, policy)
    while not prepared.complete:
        lacking = find_missing_pairs(prepared, policy, found)
        if lacking is None:
            break
        problem = prepared.problem._replace(points=union(prepared.problem.points, lacking))
        prepared = prepared._replace(problem=problem)
        found = solve_with_policy(problem, policy)
    return prepared, found


def find_missing_pairs(prepared: PreparedPool, policy: Policy, solution: Solution) -> csr_array | None:
    """Allowed pairs that are not stored and could matter: those of each request that are worth most beside their prices,
    and one that leads each tier to each guide it did not reach. None if the answer is proved over all pairs.

    Pairs that fall a little short come along, because prices move when others come in; else the last few passes find one pair each.
    """
    people: PoolArrays = prepared.open_people
    n, m = prepared.problem.points.shape
    solved = solution.solved
    price = lowest_slot_prices(solution, m)
    wish = (
        solved.value - solved.assignment.request_price
    )  # what a request may gain before it is worth more than prices
    wish[list(prepared.pins)] = np.iinfo(np.int32).min
    fronts = tier_frontiers(prepared, solution)
    rows, columns, points = [np.zeros(0, np.intp)], [np.zeros(0, np.intp)], [np.zeros(0, np.int32)]
    matters = False
    for part, pairs, worth in scored_blocks(people, policy):
        gain = wish[pairs.rows] + worth - price[pairs.columns]
        near = np.flatnonzero((gain > -NEAR_MARGIN) & (worth >= solved.points_min))
        chosen = [near[largest_gains(pairs.rows[near], gain[near])]]
        matters |= bool(np.any(gain[chosen[0]] > 0))
        for members, beyond in fronts:
            leading = np.flatnonzero(
                members[pairs.rows] & beyond[pairs.columns] & (worth >= solved.points_min)
            )
            new, first = np.unique(pairs.columns[leading], return_index=True)
            beyond[new] = False
            chosen.append(leading[first])
            matters |= bool(len(new))
        add = np.unique(np.concatenate(chosen))
        add = add[~is_stored(prepared.problem.points, part, pairs.rows[add], pairs.columns[add])]
        rows.append(pairs.rows[add])
        columns.append(pairs.columns[add])
        points.append(worth[add])
    if not matters:
        return None
    place = (np.concatenate(rows), np.concatenate(columns))
    return csr_array((np.concatenate(points), place), shape=(n, m))


def is_stored(stored: csr_array, part: slice, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Bools:
    """Which of the pairs, whose rows are within `part`, are stored already."""
    m = stored.shape[1]
    start, stop = stored.indptr[part.start], stored.indptr[part.stop]
    own = np.repeat(np.arange(part.start, part.stop), np.diff(stored.indptr[part.start : part.stop + 1]))
    return np.isin(rows * m + columns, own * m + stored.indices[start:stop])


def lowest_slot_prices(solution: Solution, guide_count: int) -> Ints:
    """What a place with each guide costs at least, (m,): the price of a column less what the column itself adds."""
    price = np.full(guide_count, np.iinfo(np.int64).max)
    np.minimum.at(
        price, solution.solved.owner, solution.solved.assignment.guide_price - solution.solved.extra
    )
    return price


def tier_frontiers(prepared: PreparedPool, solution: Solution) -> list[tuple[Bools, Bools]]:
    """For each tier and those before it: the requests reached from its waiting ones (n,), and the guides not reached (m,)."""
    problem: TieredProblem = prepared.problem
    fronts = []
    for last in np.unique(problem.tier):
        counted = problem.tier <= last
        counted[list(prepared.pins)] = False
        reached = alternating_reachable(problem.points, solution.guide, counted)
        if len(reached) == 0:
            continue
        members = counted & ((solution.guide < 0) | reached[solution.guide])
        fronts.append((members, ~reached & (problem.capacity > 0)))
    return fronts


def largest_gains(rows: NDArray[np.intp], gain: Ints) -> NDArray[np.intp]:
    """Positions of the `ADDED_PER_ROW` largest gains of each row; rows rise."""
    best_first = np.lexsort((-gain, rows))
    place = np.arange(len(rows)) - np.searchsorted(rows, rows[best_first])
    return best_first[place < ADDED_PER_ROW]


def union(stored: csr_array, added: csr_array) -> csr_array:
    """The pairs of both, which share none; columns rise and stored zeros stay."""
    one, other = stored.tocoo(), added.tocoo()
    place = (np.concatenate((one.row, other.row)), np.concatenate((one.col, other.col)))
    return csr_array((np.concatenate((one.data, other.data)), place), shape=stored.shape)
