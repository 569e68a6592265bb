"""Score all allowed pairs, block by block so that the dense matrix is never in memory."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from guides.matching.scoring.arrays import Int32s, PoolArrays
from guides.matching.scoring.points import POINTS_MAX, point_parts
from guides.matching.scoring.policy import Policy
from guides.matching.scoring.rules import GUIDE_RULES, PAIR_RULES
from guides.matching.scoring.views import Block, Pairs, Rows, View
from guides.matching.solver.problem import Bools

STORED_MAX = 12_000_000  # pairs; about half a gigabyte with the solver's copies
BEST_KEPT = 64  # best pairs that are stored per request if there are too many to store all
LOTS_KEPT = 32  # random other pairs that are stored per request in that case
BLOCK_PAIRS = 1 << 18  # pairs per block: a few arrays of a megabyte, which fit the CPU cache


def open_guides(people: PoolArrays) -> Rows:
    """The columns of the guides that meet the rules about guides alone."""
    everyone = Pairs(people, np.zeros(0, np.intp), np.arange(len(people.guides)))
    allowed = np.ones(len(people.guides), np.bool_)
    for rule in GUIDE_RULES:
        allowed &= rule.allows(everyone)
    return np.flatnonzero(allowed)


def blocks(row_count: int, guide_count: int) -> Iterator[slice]:
    """Slices of rows with about `BLOCK_PAIRS` pairs each."""
    step = max(1, BLOCK_PAIRS // max(1, guide_count))
    for start in range(0, row_count, step):
        yield slice(start, min(row_count, start + step))


def allowed_in(block: Block) -> Bools:
    """Which pairs of the block meet the rules about pairs, shape (b, m)."""
    height = len(np.arange(len(block.people.requests))[block.rows])
    allowed = np.ones((height, len(block.people.guides)), np.bool_)
    for rule in PAIR_RULES:
        allowed &= rule.allows(block)
    return allowed


def pair_points(view: View, policy: Policy) -> NDArray[np.int32]:
    """The points (0 to 10,000) of the pairs of a view."""
    parts = point_parts(view, policy.weights, policy.enough)
    return sum(parts.values(), start=np.zeros((), np.int32))


class ScoredPairs(NamedTuple):
    """Allowed pairs with their points; `allowed` (n,) counts all of them, stored or not."""

    points: csr_array  # int32 (n, m), stored entries, explicit zeros too, are allowed pairs; columns ascend
    allowed: Int32s

    @property
    def complete(self) -> bool:
        """Whether every allowed pair is stored."""
        return int(self.allowed.sum()) == self.points.nnz


def score_pairs(
    people: PoolArrays,
    policy: Policy,
    progress: Callable[[float], None] | None = None,
    stored_max: int = STORED_MAX,
) -> ScoredPairs:
    """The allowed pairs of the guides in `people`. `progress` is called with the share that is done, 0 to 1.

    If there are more than `stored_max`, only the best of each request and a few random others are stored;
    `completion` adds those of the rest that could improve the result.
    """
    n, m = len(people.requests), len(people.guides)
    allowed, kept = np.zeros(n, np.int32), np.zeros(n, np.int64)
    columns, points = [np.zeros(0, np.int32)], [np.zeros(0, np.int32)]
    stored, pruning = 0, False
    for rows, pairs, worth in scored_blocks(people, policy):
        allowed[rows] = np.bincount(pairs.rows - rows.start, minlength=rows.stop - rows.start)
        stored += len(worth)
        if stored > stored_max and not pruning:
            pruning = True
            columns, points, kept = pruned(columns, points, kept[: rows.start])
            kept = np.concatenate((kept, np.zeros(n - len(kept), np.int64)))
        choice = best_per_row(pairs.rows, pairs.columns, worth) if pruning else slice(None)
        columns.append(pairs.columns[choice].astype(np.int32))
        points.append(worth[choice])
        kept[rows] = np.bincount(pairs.rows[choice] - rows.start, minlength=rows.stop - rows.start)
        if progress:
            progress(rows.stop / n)
    ends = np.concatenate(([0], np.cumsum(kept)))
    return ScoredPairs(
        csr_array((np.concatenate(points), np.concatenate(columns), ends), shape=(n, m)), allowed
    )


def scored_blocks(people: PoolArrays, policy: Policy) -> Iterator[tuple[slice, Pairs, Int32s]]:
    """For each block of rows: the slice, the allowed pairs (rows and columns ascending), and their points."""
    for rows in blocks(len(people.requests), len(people.guides)):
        block = Block(people, rows)
        pairs = block.at(np.flatnonzero(allowed_in(block)))
        yield rows, pairs, np.broadcast_to(pair_points(pairs, policy), pairs.rows.shape)


def pruned(
    columns: list[Int32s], points: list[Int32s], counts: NDArray[np.int64]
) -> tuple[list[Int32s], list[Int32s], NDArray[np.int64]]:
    """The pairs stored so far, reduced to the best of each row: columns, points and counts per row."""
    rows = np.repeat(np.arange(len(counts)), counts)
    all_columns, all_points = np.concatenate(columns), np.concatenate(points)
    choice = best_per_row(rows, all_columns, all_points)
    kept = np.bincount(rows[choice], minlength=len(counts))
    return [all_columns[choice]], [all_points[choice]], kept


def best_per_row(rows: Rows, columns: Rows | Int32s, points: Int32s) -> NDArray[np.intp]:
    """Positions of the `BEST_KEPT` pairs with most points in each row and of about `LOTS_KEPT` random others.

    `rows` and the positions ascend. The random choice is a hash of row and column; it includes guides that
    are among the best of no request.
    """
    lot = (rows.astype(np.uint32) * np.uint32(2654435761)) ^ (
        columns.astype(np.uint32) * np.uint32(2246822519)
    )
    lot = (lot ^ (lot >> np.uint32(15))) * np.uint32(3266489917) >> np.uint32(16)
    counts = np.bincount(rows)[rows] if len(rows) else np.zeros(0, np.intp)
    # Row, points and lot in one integer: one sort orders by all three.
    low_first = (np.int64(POINTS_MAX) - points) << 16 | lot
    best_first = np.argsort(rows.astype(np.int64) << 32 | low_first)
    rank = np.arange(len(rows)) - np.searchsorted(rows, rows[best_first])
    by_lot = lot[best_first] * counts < LOTS_KEPT << 16
    return np.sort(best_first[(rank < BEST_KEPT) | by_lot])
