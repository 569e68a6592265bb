"""Small random assignment problems on arrays, with optima by exhaustive search."""

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Ints = NDArray[np.int64]


class SmallProblem(NamedTuple):
    points: Ints  # (n, m)
    feasible: NDArray[np.bool_]  # (n, m)
    capacity: Ints
    value: Ints

    @property
    def rows(self) -> sparse.csr_array:
        return as_rows(self.points, self.feasible)


def as_rows(points: Ints, feasible: NDArray[np.bool_]) -> sparse.csr_array:
    row, column = np.nonzero(feasible)
    return sparse.csr_array((points[row, column], (row, column)), shape=points.shape)


def random_problem(
    random: np.random.Generator, n_max: int = 7, m_max: int = 5, room_max: int = 3
) -> SmallProblem:
    """Ties, zero points, infeasible pairs, empty rows and guides without capacity are all frequent."""
    n, m = int(random.integers(0, n_max + 1)), int(random.integers(0, m_max + 1))
    return SmallProblem(
        random.integers(0, random.choice([1, 2, 3, 12, 101, 10_001]), (n, m)),
        random.random((n, m)) < random.choice([0.25, 0.6, 0.9, 1.0]),
        random.integers(0, room_max + 1, m),
        random.integers(0, random.choice([1, 2, 300, 30_001]), n),
    )


def best_total(problem: SmallProblem) -> int:
    """The largest total, by dynamic programming over the loads of the guides."""
    best = np.full(tuple(problem.capacity + 1), -1, np.int64)
    best[(0,) * best.ndim] = 0
    for i, row in enumerate(problem.points):
        before = best.copy()
        for j in np.flatnonzero(problem.feasible[i]):
            more = np.moveaxis(best, j, 0)[1:]
            fewer = np.moveaxis(before, j, 0)[:-1]
            np.maximum(more, np.where(fewer >= 0, fewer + row[j] + problem.value[i], -1), out=more)
    return int(best.max())


def all_choices(problem: SmallProblem) -> Iterator[tuple[int, ...]]:
    """All feasible assignments, as the guide of each request or -1."""
    options = [[-1, *np.flatnonzero(row).tolist()] for row in problem.feasible]
    for choice in product(*options):
        if all(choice.count(j) <= room for j, room in enumerate(problem.capacity)):
            yield choice


def total_of(problem: SmallProblem, choice: tuple[int, ...] | list[int]) -> int:
    return int(sum(problem.value[i] + problem.points[i, j] for i, j in enumerate(choice) if j >= 0))


def shuffled(problem: SmallProblem, random: np.random.Generator) -> tuple[SmallProblem, Ints, Ints]:
    """The problem with rows and columns permuted, and the two permutations."""
    rows, columns = random.permutation(problem.value.size), random.permutation(problem.capacity.size)
    permuted = SmallProblem(
        problem.points[rows][:, columns],
        problem.feasible[rows][:, columns],
        problem.capacity[columns],
        problem.value[rows],
    )
    return permuted, rows, columns
