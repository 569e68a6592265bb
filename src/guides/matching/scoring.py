"""Every allowed pair with its points, worked out block by block so that the full matrix never stands in memory."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from guides.matching.arrays import Bools, PoolArrays
from guides.matching.points import point_parts
from guides.matching.policy import Policy
from guides.matching.rules import GUIDE_RULES, PAIR_RULES
from guides.matching.views import Block, Pairs, Rows, View

BLOCK_PAIRS = (
    1 << 18
)  # pairs looked at together: a few arrays of a megabyte, which stay in the processor's cache


def open_guides(people: PoolArrays) -> Rows:
    """The columns of the guides whom the rules about guides alone let take part."""
    everyone = Pairs(people, np.zeros(0, np.intp), np.arange(len(people.guides)))
    allowed = np.ones(len(people.guides), np.bool_)
    for rule in GUIDE_RULES:
        allowed &= rule.allows(everyone)
    return np.flatnonzero(allowed)


def blocks(row_count: int, guide_count: int) -> Iterator[slice]:
    """Slices of rows that hold about `BLOCK_PAIRS` pairs each."""
    step = max(1, BLOCK_PAIRS // max(1, guide_count))
    for start in range(0, row_count, step):
        yield slice(start, min(row_count, start + step))


def allowed_in(block: Block) -> Bools:
    """Which pairs of the block the rules about pairs allow, shape (b, m)."""
    height = len(np.arange(len(block.people.requests))[block.rows])
    allowed = np.ones((height, len(block.people.guides)), np.bool_)
    for rule in PAIR_RULES:
        allowed &= rule.allows(block)
    return allowed


def pair_points(view: View, policy: Policy) -> NDArray[np.int32]:
    """The points (0 to 10,000) of the pairs of a view."""
    parts = point_parts(view, policy.weights, policy.enough)
    return sum(parts.values(), start=np.zeros((), np.int32))


def score(people: PoolArrays, policy: Policy, tick: Callable[[float], None] | None = None) -> csr_array:
    """int32 (n, m): every stored entry, stored zeros too, is an allowed pair with its points; columns rise.

    `people` holds open guides only. `tick` hears the part that is done, 0 to 1.
    """
    n, m = len(people.requests), len(people.guides)
    counts = np.zeros(n + 1, np.int64)
    columns, points = [np.zeros(0, np.int32)], [np.zeros(0, np.int32)]
    for rows in blocks(n, m):
        block = Block(people, rows)
        allowed = allowed_in(block)
        counts[rows.start + 1 : rows.stop + 1] = np.count_nonzero(allowed, axis=1)
        pairs = block.at(np.flatnonzero(allowed))
        columns.append(pairs.columns.astype(np.int32))
        points.append(np.broadcast_to(pair_points(pairs, policy), pairs.rows.shape))
        if tick:
            tick(rows.stop / n)
    return csr_array((np.concatenate(points), np.concatenate(columns), np.cumsum(counts)), shape=(n, m))
