"""The best other guides of every request: exactly what each would cost, and who else would have to move."""

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from guides.matching.solver.problem import Ints
from guides.matching.solver.residual import Residual


class Alternatives(msgspec.Struct, frozen=True, eq=False):
    """The k other guides that change the total least, for each of r requests, the least change first."""

    request: Ints  # (r,)
    guide: Ints  # (r, k), -1 where there is no further guide
    change: Ints  # (r, k), <= 0: the total of the best assignment with this pair forced, less the total now
    move: Ints  # (r, k, 2), first and last place (exclusive) in `mover`
    mover: Ints  # (q, 2), the others who would move: request, and its new guide or -1

    def moves(self, row: int, rank: int) -> list[tuple[int, int]]:
        """Who else would move, and to which guide (-1: would wait), if this alternative were forced."""
        first, stop = self.move[row, rank]
        return [(int(request), int(guide)) for request, guide in self.mover[first:stop]]


def alternatives(
    graph: Residual, *, k: int = 3, others_max: int | None = None, requests: ArrayLike | None = None
) -> Alternatives:
    """The top k other guides of all requests, or of those given, waiting ones too.

    With `others_max` 2, at most two other requests change guide, begin to wait or stop waiting: what a coordinator
    would really do, exact among such exchanges; a guide that cannot be had so is left out. Without it, any number
    may move, and the change is that of solving anew with the pair forced. Forcing may leave a waiting request's
    place to it and let another wait. Guides without room are left out. Raises ValueError for k < 1 and for requests
    outside the problem.

    The method needs one short search per guide instead of one new assignment per pair: successive shortest paths again,
    see `residual`.
    """
    from guides.matching.solver import alternating_paths, augmentation, short_exchanges

    n, m = graph.problem.value.size, graph.problem.capacity.size
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    if others_max not in (None, 2):
        raise ValueError(f"others_max must be 2 or None, not {others_max}")
    asked = np.arange(n) if requests is None else np.array(requests, np.int64).reshape(-1)
    if asked.size and (asked.min() < 0 or asked.max() >= n):
        raise ValueError(f"requests must be numbers from 0 to {n - 1}")
    guide = np.full((asked.size, k), -1, np.int64)
    loss = np.zeros((asked.size, k), np.int64)
    move = np.zeros((asked.size, k, 2), np.int64)
    if others_max is None:
        search = augmentation.new_search(m)
        mover = alternating_paths.cheapest_alternatives(*graph[:5], search, asked, guide, loss, move)
    else:
        mover = short_exchanges.cheapest_exchanges(*graph[:3], graph.shared_steps, asked, guide, loss, move)
    return Alternatives(asked, guide, np.where(guide >= 0, -loss, 0), move, mover)
