"""What the residual graph offers each guide: a way out, and who could fill the place."""

from typing import NamedTuple

from guides.matching.solver.problem import Ints, SmallInts


class ExitPath(NamedTuple):
    """For each guide the free step towards waiting: who leaves it, and where to (-1: waits; nobody: a seat is free)."""

    request: SmallInts  # (m,), -1 where the guide has a free seat
    guide: SmallInts  # (m,), -1 where the request would wait


class Replacement(NamedTuple):
    """For each guide the cheapest step when a member leaves: who comes instead, and from where (-1: waited)."""

    cost: Ints  # (m,), of all steps until a request comes that waited, or a seat stays free
    request: SmallInts  # (m,), -1 where the seat stays free
    guide: SmallInts  # (m,), -1 where the request waited
