"""An indexed binary min-heap with decrease-key, for Dijkstra's algorithm in the kernels."""

from typing import NamedTuple

import numpy as np

from guides.matching.solver.compiled import compiled
from guides.matching.solver.problem import Ints, SmallInts


class Heap(NamedTuple):
    """A heap by `distance` in the first `size[0]` entries of `node`; node k is at index `position[k]`."""

    node: SmallInts  # (m,)
    position: SmallInts  # (m,), -1 for nodes that are not in the heap
    distance: Ints  # (m,)
    size: Ints  # (1,)


def empty_heap(m: int) -> Heap:
    """An empty heap for the nodes 0 to m - 1."""
    return Heap(np.zeros(m, np.int32), np.full(m, -1, np.int32), np.zeros(m, np.int64), np.zeros(1, np.int64))


@compiled
def decrease_key(heap: Heap, node: int, distance: int) -> None:
    """Insert a node, or lower its distance if it is in the heap already."""
    at = heap.position[node]
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
        heap.position[other] = at
        at = above
    heap.node[at] = node
    heap.position[node] = at


@compiled
def pop_min(heap: Heap) -> int:
    """Remove and return the node with the least distance; the heap must not be empty."""
    nearest = heap.node[0]
    heap.position[nearest] = -1
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
            heap.position[other] = at
            at = below
        heap.node[at] = last
        heap.position[last] = at
    return int(nearest)


@compiled
def clear(heap: Heap) -> None:
    """Remove all nodes."""
    for at in range(heap.size[0]):
        heap.position[heap.node[at]] = -1
    heap.size[0] = 0
