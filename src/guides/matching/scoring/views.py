"""Two views of a pool for rules and points: a block of requests against all guides, or a list of pairs.

A rule or point is defined once for both. In a block of b requests, values of a request have shape (b, 1), of
a guide (1, m) and of a pair (b, m); in a list of k pairs all values have shape (k,).
"""

from functools import cached_property
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from guides.matching.scoring.arrays import Float32s, Int32s, PoolArrays
from guides.matching.solver.problem import Bools

T = TypeVar("T", bound=np.generic)
Rows = NDArray[np.intp]
PRODUCT_STEP = 1 << 16  # pairs compared at a time, which limits memory


class View(Protocol):
    """The values that a rule or a point may use."""

    @property
    def people(self) -> PoolArrays: ...

    def of_request(self, values: NDArray[T]) -> NDArray[T]:
        """Values (n,) of the requests in the shape of this view."""

    def of_guide(self, values: NDArray[T]) -> NDArray[T]:
        """Values (m,) of the guides in the shape of this view."""

    def shared(self, kind: str) -> Float32s:
        """The number of words of one kind that both have."""

    @property
    def minutes_apart(self) -> Int32s:
        """Travel minutes between their areas."""

    @property
    def minutes_together(self) -> Float32s:
        """Minutes a week in which both are available."""

    @property
    def ruled_out(self) -> Bools:
        """Whether the pair is excluded by one of the two or by a coordinator."""


def take_rows(people: PoolArrays, numbers: Int32s) -> Int32s:
    """The rows of `people.minutes` for area numbers, the last row for those outside it."""
    return np.minimum(numbers, len(people.minutes) - 1)


class Block:
    """The requests `rows` against every guide. Computed values are cached."""

    def __init__(self, people: PoolArrays, rows: slice | Rows) -> None:
        self.people = people
        self.rows = rows
        self._shared: dict[str, Float32s] = {}

    def of_request(self, values: NDArray[T]) -> NDArray[T]:
        return values[self.rows, None]

    def of_guide(self, values: NDArray[T]) -> NDArray[T]:
        return values[None, :]

    def shared(self, kind: str) -> Float32s:
        if kind not in self._shared:
            words = self.people.words[kind]
            self._shared[kind] = np.asarray(words.of_request[self.rows] @ words.of_guide)
        return self._shared[kind]

    @cached_property
    def minutes_apart(self) -> Int32s:
        by_area = self.people.minutes[take_rows(self.people, self.people.request_area[self.rows])]
        apart = np.take(by_area, take_rows(self.people, self.people.guide_area), axis=1)
        if np.any(self.people.guide_area >= len(self.people.minutes) - 1):
            here, there = self.of_request(self.people.request_area), self.of_guide(self.people.guide_area)
            apart[here == there] = 0
        return apart

    @cached_property
    def minutes_together(self) -> Float32s:
        return np.asarray(self.people.request_time[self.rows] @ self.people.guide_time)

    @cached_property
    def ruled_out(self) -> Bools:
        return np.asarray(self.people.ruled_out[self.rows].toarray())

    def at(self, flat: NDArray[np.intp]) -> "Pairs":
        """The pairs at flat positions of the block; they reuse the values that the block has cached."""
        height = np.arange(len(self.people.requests))[self.rows]
        rows, columns = np.divmod(flat, len(self.people.guides))
        return Pairs(self.people, height[rows], columns, self, flat)


class Pairs:
    """The pairs of request rows[k] with guide columns[k]."""

    def __init__(
        self,
        people: PoolArrays,
        rows: Rows,
        columns: Rows,
        block: Block | None = None,
        flat: Rows | None = None,
    ) -> None:
        self.people = people
        self.rows = rows
        self.columns = columns
        self._block = block
        self._flat = flat

    def of_request(self, values: NDArray[T]) -> NDArray[T]:
        return values[self.rows]

    def of_guide(self, values: NDArray[T]) -> NDArray[T]:
        return values[self.columns]

    def shared(self, kind: str) -> Float32s:
        if self._block is not None and self._flat is not None:
            return self._block.shared(kind).ravel()[self._flat]
        words = self.people.words[kind]
        of_guide = words.of_guide.T
        shared = np.zeros(len(self.rows), np.float32)
        for start in range(0, len(self.rows), PRODUCT_STEP):
            step = slice(start, start + PRODUCT_STEP)
            left = words.of_request[self.rows[step]].toarray()
            shared[step] = np.einsum("kw,kw->k", left, of_guide[self.columns[step]])
        return shared

    @property
    def minutes_apart(self) -> Int32s:
        here, there = self.people.request_area[self.rows], self.people.guide_area[self.columns]
        apart = self.people.minutes[take_rows(self.people, here), take_rows(self.people, there)]
        return np.where(here == there, 0, apart)

    @property
    def minutes_together(self) -> Float32s:
        if self._block is not None and self._flat is not None:
            return self._block.minutes_together.ravel()[self._flat]
        together = np.zeros(len(self.rows), np.float32)
        of_guide = self.people.guide_time.T
        for start in range(0, len(self.rows), PRODUCT_STEP):
            step = slice(start, start + PRODUCT_STEP)
            left = self.people.request_time[self.rows[step]].toarray()
            together[step] = np.einsum("ki,ki->k", left, of_guide[self.columns[step]])
        return together

    @property
    def ruled_out(self) -> Bools:
        excluded, m = self.people.ruled_out, len(self.people.guides)
        excluded_rows = np.repeat(np.arange(len(self.people.requests)), np.diff(excluded.indptr))
        return np.isin(self.rows * m + self.columns, excluded_rows * m + excluded.indices)
