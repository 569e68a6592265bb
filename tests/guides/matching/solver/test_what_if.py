"""Re-optimization after random sequences of changes, compared with solving from scratch."""

from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from guides.matching.solver.assignment import assign
from guides.matching.solver.residual import residual
from guides.matching.solver.what_if import WhatIf, what_if
from tests.support.matching.brute_force import SmallProblem, as_rows, random_problem

numbers = st.integers(0, 10**6)


class ChangingPool(RuleBasedStateMachine):
    """A pool that is changed repeatedly; each optimum is the start of the next."""

    @initialize(seed=numbers)
    def begin(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.problem = random_problem(self.rng, 7, 5)
        self.solve_current()

    def solve_current(self) -> None:
        rows = self.problem.rows
        self.best = assign(rows, self.problem.capacity, value=self.problem.value)
        self.graph = residual(rows, self.problem.capacity, self.best, value=self.problem.value)

    def check(self, changed: SmallProblem, pins: list[tuple[int, int]], **change: Any) -> WhatIf:
        """Check the total against solving from scratch, feasibility, the certificate and the list of changes."""
        result = what_if(self.graph, pin=pins, **change)
        free, room, pinned = changed.feasible.copy(), changed.capacity.copy(), 0
        for i, j in pins:
            free[i] = False
            room[j] -= 1
            pinned += int(changed.value[i] + changed.points[i, j])
            assert result.guide[i] == j
        assert result.total == assign(as_rows(changed.points, free), room, value=changed.value).total + pinned
        assert result.change == result.total - self.best.total
        paired = np.flatnonzero(result.guide >= 0)
        assert changed.feasible[paired, result.guide[paired]].all()
        assert (np.bincount(result.guide[paired], minlength=room.size) <= changed.capacity).all()
        assert result.request_price.sum() + changed.capacity @ result.guide_price == result.total
        dual_feasible = (
            result.request_price[:, None] + result.guide_price >= changed.value[:, None] + changed.points
        )
        dual_feasible[[i for i, _ in pins]] = True
        assert dual_feasible[changed.feasible].all()
        before = np.append(self.best.guide, np.full(result.guide.size - self.best.guide.size, -1))
        assert result.changed.tolist() == np.flatnonzero(result.guide != before).tolist()
        return result

    def accept(self, changed: SmallProblem) -> None:
        self.problem = changed
        self.solve_current()

    def has_pairs(self) -> bool:
        return bool(self.problem.feasible.any())

    def any_pair(self, number: int) -> tuple[int, int]:
        pairs = np.argwhere(self.problem.feasible)
        i, j = pairs[number % len(pairs)]
        return int(i), int(j)

    @precondition(has_pairs)
    @rule(number=numbers)
    def pin(self, number: int) -> None:
        i, j = self.any_pair(number)
        if self.problem.capacity[j] > 0:
            self.check(self.problem, [(i, j)])
        else:
            with pytest.raises(ValueError, match="room"):
                what_if(self.graph, pin=[(i, j)])

    @precondition(has_pairs)
    @rule(number=numbers)
    def forbid(self, number: int) -> None:
        i, j = self.any_pair(number)
        paired = np.flatnonzero(self.best.guide >= 0)
        if paired.size and number % 2:
            i = int(paired[number % paired.size])
            j = int(self.best.guide[i])
        feasible = self.problem.feasible.copy()
        feasible[i, j] = False
        changed = self.problem._replace(feasible=feasible)
        self.check(changed, [], forbid=[(i, j)])
        self.accept(changed)

    @precondition(has_pairs)
    @rule(number=numbers, other=numbers)
    def pin_one_and_forbid_another(self, number: int, other: int) -> None:
        pin, forbidden = self.any_pair(number), self.any_pair(other)
        if pin == forbidden or self.problem.capacity[pin[1]] == 0:
            return
        feasible = self.problem.feasible.copy()
        feasible[forbidden] = False
        self.check(self.problem._replace(feasible=feasible), [pin], forbid=[forbidden])

    @precondition(lambda self: (self.best.guide >= 0).sum() > 1)
    @rule(number=numbers, other=numbers)
    def two_swap_guides(self, number: int, other: int) -> None:
        paired = np.flatnonzero(self.best.guide >= 0)
        first, second = (int(i) for i in np.roll(paired, number)[[0, 1 + other % (paired.size - 1)]])
        swap_pins = [(first, int(self.best.guide[second])), (second, int(self.best.guide[first]))]
        if not all(self.problem.feasible[pair] for pair in swap_pins):
            with pytest.raises(ValueError, match="not feasible"):
                what_if(self.graph, swap=[(first, second)])
            return
        result = self.check(self.problem, swap_pins)
        swapped = what_if(self.graph, swap=[(first, second)])
        assert (swapped.total, swapped.guide.tolist()) == (result.total, result.guide.tolist())
        feasible = self.problem.feasible.copy()
        old = [(first, int(self.best.guide[first])), (second, int(self.best.guide[second]))]
        if set(old).isdisjoint(swap_pins):
            for pair in old:
                feasible[pair] = False
            self.check(self.problem._replace(feasible=feasible), swap_pins, forbid=old)

    @precondition(lambda self: self.problem.value.size > 0)
    @rule(number=numbers)
    def request_leaves(self, number: int) -> None:
        i = number % self.problem.value.size
        feasible = self.problem.feasible.copy()
        feasible[i] = False
        changed = self.problem._replace(feasible=feasible)
        self.check(changed, [], remove_requests=[i])
        self.accept(changed)

    @precondition(lambda self: self.problem.capacity.size > 0)
    @rule(number=numbers)
    def guide_leaves(self, number: int) -> None:
        room = self.problem.capacity.copy()
        room[number % room.size] = 0
        changed = self.problem._replace(capacity=room)
        self.check(changed, [], remove_guides=[number % room.size])
        self.accept(changed)

    @precondition(lambda self: self.problem.capacity.size > 0)
    @rule(number=numbers, room_new=st.integers(0, 5))
    def guide_has_other_room(self, number: int, room_new: int) -> None:
        room = self.problem.capacity.copy()
        room[number % room.size] = room_new
        changed = self.problem._replace(capacity=room)
        self.check(changed, [], capacity={number % room.size: room_new})
        self.accept(changed)

    @precondition(lambda self: self.problem.value.size < 12)
    @rule(count=st.integers(0, 2))
    def requests_join(self, count: int) -> None:
        m = self.problem.capacity.size
        points, feasible = self.rng.integers(0, 50, (count, m)), self.rng.random((count, m)) < 0.7
        value = self.rng.integers(0, 50, count)
        changed = SmallProblem(
            np.vstack((self.problem.points, points)),
            np.vstack((self.problem.feasible, feasible)),
            self.problem.capacity,
            np.append(self.problem.value, value),
        )
        self.check(changed, [], add_requests=(as_rows(points, feasible), value))
        self.accept(changed)

    @precondition(lambda self: self.problem.capacity.size < 9)
    @rule(count=st.integers(0, 2))
    def guides_join(self, count: int) -> None:
        n = self.problem.value.size
        points, feasible = self.rng.integers(0, 50, (n, count)), self.rng.random((n, count)) < 0.7
        room = self.rng.integers(0, 3, count)
        changed = SmallProblem(
            np.hstack((self.problem.points, points)),
            np.hstack((self.problem.feasible, feasible)),
            np.append(self.problem.capacity, room),
            self.problem.value,
        )
        self.check(changed, [], add_guides=(as_rows(points, feasible), room))
        self.accept(changed)

    @precondition(has_pairs)
    @rule(number=numbers, other=numbers, room_new=st.integers(1, 4))
    def several_changes(self, number: int, other: int, room_new: int) -> None:
        (i, j), (a, b) = self.any_pair(number), self.any_pair(other)
        m, n = self.problem.capacity.size, self.problem.value.size
        removed = (i + 1) % n
        if i in (a, removed):
            return
        feasible, room = self.problem.feasible.copy(), self.problem.capacity.copy()
        feasible[a, b] = feasible[removed] = False
        room[j] = room_new
        points, new = self.rng.integers(0, 50, (1, m)), self.rng.random((1, m)) < 0.7
        changed = SmallProblem(
            np.vstack((self.problem.points, points)),
            np.vstack((feasible, new)),
            room,
            np.append(self.problem.value, 7),
        )
        self.check(
            changed,
            [(i, j)],
            forbid=[(a, b)],
            remove_requests=[removed],
            capacity={j: room_new},
            add_requests=(as_rows(points, new), 7),
        )


TestChangingPool = ChangingPool.TestCase
TestChangingPool.settings = settings(max_examples=40, stateful_step_count=12, deadline=None)


class LongChangingPool(ChangingPool):
    pass


TestLongChangingPool = pytest.mark.long(LongChangingPool.TestCase)
TestLongChangingPool.settings = settings(max_examples=3_000, stateful_step_count=30, deadline=None)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"pin": [(0, 9)]}, "pin"),
        ({"pin": [(9, 0)]}, "pin"),
        ({"pin": [(1, 0)]}, "not feasible"),
        ({"pin": [(0, 0), (0, 1)]}, "twice"),
        ({"pin": [(0, 0)], "remove_requests": [0]}, "removed"),
        ({"pin": [(0, 0)], "remove_guides": [0]}, "room"),
        ({"pin": [(0, 0)], "forbid": [(0, 0)]}, "forbidden"),
        ({"forbid": [(0, -1)]}, "forbid"),
        ({"capacity": {0: -1}}, "capacity"),
        ({"capacity": {5: 1}}, "capacity"),
        ({"add_guides": (np.ones((5, 1), int), [1])}, "value"),
        ({"add_requests": (np.ones((1, 5), int), 0)}, "capacity"),
    ],
)
def test_impossible_changes_are_refused(change: dict[str, Any], message: str) -> None:
    feasible = np.array([[True, True], [False, True]])
    points = as_rows(np.array([[5, 6], [0, 7]]), feasible)
    graph = residual(points, [1, 1], assign(points, [1, 1]))
    with pytest.raises(ValueError, match=message):
        what_if(graph, **change)
