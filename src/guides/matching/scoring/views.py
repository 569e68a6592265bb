"""The two ways in which rules and points look at people: a block of requests against all guides, or a list of pairs.

A rule or a point is written once, for both. In a block, what belongs to a request has shape (b, 1), what belongs to a
guide (1, m) and what belongs to a pair (b, m); in a list of k pairs everything has shape (k,).
"""

from functools import cached_property
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from guides.matching.scoring.arrays import Float32s, Int32s, PoolArrays
from guides.matching.solver.problem import Bools

T = TypeVar("T", bound=np.generic)
Rows = NDArray[np.intp]
PRODUCT_STEP = 1 << 16  # pairs whose words are compared at a time


class View(Protocol):
    """What a rule or a point may ask."""

    @property
    def people(self) -> PoolArrays: ...

    def of_request(self, values: NDArray[T]) -> NDArray[T]:
        """An array (n,) of the requests, shaped for this view."""

    def of_guide(self, values: NDArray[T]) -> NDArray[T]:
        """An array (m,) of the guides, shaped for this view."""

    def shared(self, kind: str) -> Float32s:
        """How many words of one kind the two sides share."""

    @property
    def minutes_apart(self) -> Int32s:
        """Minutes between their areas."""

    @property
    def minutes_together(self) -> Float32s:
        """Minutes of the week that suit both."""

    @property
    def ruled_out(self) -> Bools:
        """Whether someone has said: not these two."""


def take_rows(people: PoolArrays, places: Int32s) -> Int32s:
    """Rows of `people.minutes` for places, the last row for those outside it."""
    return np.minimum(places, len(people.minutes) - 1)


class Block:
    """Requests `rows` (slice or rows) against every guide."""

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
        """The pairs at flat positions of the block, which keep what the block has already computed."""
        height = np.arange(len(self.people.requests))[self.rows]
        rows, columns = np.divmod(flat, len(self.people.guides))
        return Pairs(self.people, height[rows], columns, self, flat)


class Pairs:
    """Request rows[k] with guide columns[k]."""

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
        out, m = self.people.ruled_out, len(self.people.guides)
        out_rows = np.repeat(np.arange(len(self.people.requests)), np.diff(out.indptr))
        return np.isin(self.rows * m + self.columns, out_rows * m + out.indices)
