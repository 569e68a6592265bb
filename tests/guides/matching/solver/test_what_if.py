"""A changed problem solved from the old optimum, against the same problem from scratch, through any row of changes."""

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
    """One pool that is changed again and again; each answer becomes the next one's start."""

    @initialize(seed=numbers)
    def begin(self, seed: int) -> None:
        self.chance = np.random.default_rng(seed)
        self.problem = random_problem(self.chance, 7, 5)
        self.keep_current()

    def keep_current(self) -> None:
        rows = self.problem.rows
        self.best = assign(rows, self.problem.capacity, value=self.problem.value)
        self.graph = residual(rows, self.problem.capacity, self.best, value=self.problem.value)

    def check(self, changed: SmallProblem, pins: list[tuple[int, int]], **change: Any) -> WhatIf:
        """The same total as from scratch, a feasible answer, a proof, and the list of what changed."""
        found = what_if(self.graph, pin=pins, **change)
        free, room, pinned = changed.feasible.copy(), changed.capacity.copy(), 0
        for i, j in pins:
            free[i] = False
            room[j] -= 1
            pinned += int(changed.value[i] + changed.points[i, j])
            assert found.guide[i] == j
        assert found.total == assign(as_rows(changed.points, free), room, value=changed.value).total + pinned
        assert found.change == found.total - self.best.total
        paired = np.flatnonzero(found.guide >= 0)
        assert changed.feasible[paired, found.guide[paired]].all()
        assert (np.bincount(found.guide[paired], minlength=room.size) <= changed.capacity).all()
        assert found.request_price.sum() + changed.capacity @ found.guide_price == found.total
        enough = found.request_price[:, None] + found.guide_price >= changed.value[:, None] + changed.points
        enough[[i for i, _ in pins]] = True
        assert enough[changed.feasible].all()
        before = np.append(self.best.guide, np.full(found.guide.size - self.best.guide.size, -1))
        assert found.changed.tolist() == np.flatnonzero(found.guide != before).tolist()
        return found

    def accept(self, changed: SmallProblem) -> None:
        self.problem = changed
        self.keep_current()

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
        pin, ban = self.any_pair(number), self.any_pair(other)
        if pin == ban or self.problem.capacity[pin[1]] == 0:
            return
        feasible = self.problem.feasible.copy()
        feasible[ban] = False
        self.check(self.problem._replace(feasible=feasible), [pin], forbid=[ban])

    @precondition(lambda self: (self.best.guide >= 0).sum() > 1)
    @rule(number=numbers, other=numbers)
    def two_swap_guides(self, number: int, other: int) -> None:
        paired = np.flatnonzero(self.best.guide >= 0)
        one, two = (int(i) for i in np.roll(paired, number)[[0, 1 + other % (paired.size - 1)]])
        crosswise = [(one, int(self.best.guide[two])), (two, int(self.best.guide[one]))]
        if not all(self.problem.feasible[pair] for pair in crosswise):
            with pytest.raises(ValueError, match="not feasible"):
                what_if(self.graph, swap=[(one, two)])
            return
        found = self.check(self.problem, crosswise)
        swapped = what_if(self.graph, swap=[(one, two)])
        assert (swapped.total, swapped.guide.tolist()) == (found.total, found.guide.tolist())
        banned = self.problem.feasible.copy()
        old = [(one, int(self.best.guide[one])), (two, int(self.best.guide[two]))]
        if set(old).isdisjoint(crosswise):
            for pair in old:
                banned[pair] = False
            self.check(self.problem._replace(feasible=banned), crosswise, forbid=old)

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
        points, feasible = self.chance.integers(0, 50, (count, m)), self.chance.random((count, m)) < 0.7
        value = self.chance.integers(0, 50, count)
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
        points, feasible = self.chance.integers(0, 50, (n, count)), self.chance.random((n, count)) < 0.7
        room = self.chance.integers(0, 3, count)
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
        gone = (i + 1) % n
        if i in (a, gone):
            return
        feasible, room = self.problem.feasible.copy(), self.problem.capacity.copy()
        feasible[a, b] = feasible[gone] = False
        room[j] = room_new
        points, new = self.chance.integers(0, 50, (1, m)), self.chance.random((1, m)) < 0.7
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
            remove_requests=[gone],
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
    ("change", "says"),
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
def test_changes_that_cannot_be_are_refused(change: dict[str, Any], says: str) -> None:
    feasible = np.array([[True, True], [False, True]])
    points = as_rows(np.array([[5, 6], [0, 7]]), feasible)
    graph = residual(points, [1, 1], assign(points, [1, 1]))
    with pytest.raises(ValueError, match=says):
        what_if(graph, **change)
