"""The next best guides of every request: the exact loss of forcing each, and the requests that would move."""

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from guides.matching.solver.problem import Ints
from guides.matching.solver.residual import Residual


class Alternatives(msgspec.Struct, frozen=True, eq=False):
    """For each of r requests the k other guides that reduce the total least, the smallest loss first."""

    request: Ints  # (r,)
    guide: Ints  # (r, k), -1 where there is no further guide
    change: Ints  # (r, k), <= 0: the total of the best assignment with this pair forced, less the total now
    move: Ints  # (r, k, 2), first and last index (exclusive) in `mover`
    mover: Ints  # (q, 2), the other requests that would move, and their new guide or -1

    def moves(self, row: int, rank: int) -> list[tuple[int, int]]:
        """The other requests that this alternative would move, and their new guide (-1: waiting)."""
        first, stop = self.move[row, rank]
        return [(int(request), int(guide)) for request, guide in self.mover[first:stop]]


def alternatives(
    graph: Residual, *, k: int = 3, others_max: int | None = None, requests: ArrayLike | None = None
) -> Alternatives:
    """The k best other guides of all requests, or of `requests`; waiting requests included.

    With `others_max` 2, at most two other requests change guide, begin to wait or stop waiting, which is what
    a coordinator would do in practice; the result is exact among such exchanges, and guides that need more
    moves are left out. With None any number may move, and the change equals that of solving again with the
    pair forced. Forcing a waiting request may make another one wait. Guides without capacity are left out.
    Raises ValueError for k < 1, for another `others_max`, and for requests outside the problem.

    One shortest-path search per guide in the residual graph replaces one assignment per pair; see `residual`.
    """
    from guides.matching.solver import alternating_paths, augmentation, short_exchanges

    n, m = graph.problem.value.size, graph.problem.capacity.size
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    if others_max not in (None, 2):
        raise ValueError(f"others_max must be 2 or None, not {others_max}")
    rows = np.arange(n) if requests is None else np.array(requests, np.int64).reshape(-1)
    if rows.size and (rows.min() < 0 or rows.max() >= n):
        raise ValueError(f"requests must be numbers from 0 to {n - 1}")
    guide = np.full((rows.size, k), -1, np.int64)
    loss = np.zeros((rows.size, k), np.int64)
    move = np.zeros((rows.size, k, 2), np.int64)
    if others_max is None:
        search = augmentation.new_search(m)
        mover = alternating_paths.cheapest_alternatives(*graph[:5], search, rows, guide, loss, move)
    else:
        mover = short_exchanges.cheapest_exchanges(*graph[:3], graph.shared_steps, rows, guide, loss, move)
    return Alternatives(rows, guide, np.where(guide >= 0, -loss, 0), move, mover)
