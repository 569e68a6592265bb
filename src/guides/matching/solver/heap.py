"""A binary heap of guides by distance, with falling distances: four plain arrays that kernels share."""

from typing import NamedTuple

import numpy as np

from guides.matching.solver.compiled import compiled
from guides.matching.solver.problem import Ints, SmallInts


class Heap(NamedTuple):
    """Node k waits at `place[k]` of `node` while place[k] >= 0, ordered by `distance`; `size[0]` nodes wait."""

    node: SmallInts  # (m,)
    place: SmallInts  # (m,), -1 where a node is not waiting
    distance: Ints  # (m,)
    size: Ints  # (1,)


def empty_heap(m: int) -> Heap:
    """A heap for the nodes 0 to m - 1."""
    return Heap(np.zeros(m, np.int32), np.full(m, -1, np.int32), np.zeros(m, np.int64), np.zeros(1, np.int64))


@compiled
def decrease_key(heap: Heap, node: int, distance: int) -> None:
    """Give a node that is new, or waits with a larger distance, this distance."""
    at = heap.place[node]
    if at < 0:
        at = heap.size[0]
        heap.size[0] += 1
    heap.distance[node] = distance
    while at > 0:
        above = (at - 1) >> 1
        other = heap.node[above]
        if heap.distance[other] <= distance:
            break
        heap.node[at] = other
        heap.place[other] = at
        at = above
    heap.node[at] = node
    heap.place[node] = at


@compiled
def pop_min(heap: Heap) -> int:
    """Take out the node with the least distance; the heap must not be empty."""
    nearest = heap.node[0]
    heap.place[nearest] = -1
    heap.size[0] -= 1
    size = heap.size[0]
    if size > 0:
        last = heap.node[size]
        distance = heap.distance[last]
        at = 0
        while True:
            below = 2 * at + 1
            if below >= size:
                break
            if below + 1 < size and heap.distance[heap.node[below + 1]] < heap.distance[heap.node[below]]:
                below += 1
            other = heap.node[below]
            if heap.distance[other] >= distance:
                break
            heap.node[at] = other
            heap.place[other] = at
            at = below
        heap.node[at] = last
        heap.place[last] = at
    return int(nearest)


@compiled
def clear(heap: Heap) -> None:
    """Take out every node that still waits."""
    for at in range(heap.size[0]):
        heap.place[heap.node[at]] = -1
    heap.size[0] = 0
