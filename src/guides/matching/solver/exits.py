"""Shortest alternating paths in the residual graph, stored as one step per guide.

The step's `guide` leads to the next step, so the arrays hold whole paths, like the predecessors of a
shortest-path tree. `alternating_paths` computes and follows them.
"""

from typing import NamedTuple

from guides.matching.solver.problem import Ints, SmallInts


class ExitPath(NamedTuple):
    """For each guide the first step of a path of reduced cost 0 that frees one of its slots.

    At the largest optimal prices every guide with capacity has such a path. It ends at a free slot or with a
    request that begins to wait.
    """

    request: SmallInts  # (m,), the member that leaves; -1 where a slot is free already
    guide: SmallInts  # (m,), the guide it moves to; -1 where it begins to wait


class Replacement(NamedTuple):
    """For each guide the first step of the cheapest path that refills the slot of a member who leaves."""

    cost: Ints  # (m,), reduced cost of the whole path; it ends with a waiting request or a slot left free
    request: SmallInts  # (m,), the request that takes the slot; -1 where it stays free
    guide: SmallInts  # (m,), the guide that the request leaves; -1 where it was waiting
