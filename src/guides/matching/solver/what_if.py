"""What the best assignment would be after a change: found from the present one, and proved like it."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from guides.matching.solver.assignment import certified
from guides.matching.solver.problem import POINTS_MAX, VALUE_MAX, Ints, Problem, read_problem
from guides.matching.solver.residual import Residual

# Points and values with which a pair or a request can't be worth anything, whatever is added to them.
FORBIDDEN_POINTS = -(2**31)
REMOVED_VALUE = -2 * VALUE_MAX


class WhatIf(msgspec.Struct, frozen=True, eq=False):
    """The best assignment after a change. Rows and columns keep their numbers; added ones follow at the end."""

    guide: Ints  # (n + added,), -1 where the request waits or is gone
    total: int  # sum of value + points over the pairs, pinned ones included
    change: int  # `total` less the total before
    changed: Ints  # rows whose guide is another than before (-1 before, where a request was added)
    request_price: (
        Ints  # (n + added,), >= 0 except for pinned requests: what the pin is worth less the guide's price
    )
    guide_price: Ints  # (m + added,), >= 0; prices and room add up to the total: nothing better exists


class _ChangedProblem(NamedTuple):
    """The changed problem, with the prices to begin with."""

    problem: Problem
    columns: Callable[[], Any]  # augmentation.Columns, made when they are needed
    guide: Ints
    profit: Ints
    price: Ints
    degree: Ints  # (m,), feasible requests per guide


def what_if(
    graph: Residual,
    *,
    pin: Iterable[tuple[int, int]] = (),
    swap: Iterable[tuple[int, int]] = (),
    forbid: Iterable[tuple[int, int]] = (),
    remove_requests: Iterable[int] = (),
    remove_guides: Iterable[int] = (),
    capacity: Mapping[int, int] | None = None,
    add_requests: tuple[Any, ArrayLike] | None = None,
    add_guides: tuple[Any, ArrayLike] | None = None,
) -> WhatIf:
    """The best assignment under all these changes at once; `graph` itself is not changed.

    `pin` are pairs that must be, `forbid` pairs that must not; `swap` are two requests each
    that get each other's guide; `capacity` gives guides a new number. `add_requests`
    is points (r, m) and value, one number or (r,); `add_guides` is points (n + r, g) and capacity (g,), as `assign`
    takes them. The optimum is the same as from scratch, and its prices are checked over all pairs.
    Raises ValueError for numbers out of range, for a pin of a pair that is not feasible or has no room, for a swap with
    a request that waits, and for a forbidden pair whose value is 2**31 or more.
    """
    from guides.matching.solver import augmentation
    from guides.matching.solver import state as solver_state

    before = np.array(graph.pairing.guide, np.int64)
    pins, bans = sorted({*pin, *_swap_pins(before, swap)}), sorted(set(forbid))
    at = _with_added(graph, add_requests, add_guides)
    at = _without_pairs(at, bans)
    problem = at.problem
    n, m = problem.value.size, problem.capacity.size
    gone = _indices(remove_requests, n, "remove_requests")
    closed = _indices(remove_guides, m, "remove_guides")
    room = problem.capacity.copy()
    for j, number in (capacity or {}).items():
        room[_indices([j], m, "capacity")] = min(_capacity(number), POINTS_MAX)
    room[closed] = 0
    pinned = np.array(pins, np.int64).reshape(-1, 2)
    places = _pair_positions(problem, pinned, "pin")
    if np.unique(pinned[:, 0]).size < len(pins) or np.isin(pinned[:, 0], gone).any():
        raise ValueError("pin holds a request twice, or one that is removed")
    worth = problem.value[pinned[:, 0]] + problem.points[places]
    if (problem.points[places] == FORBIDDEN_POINTS).any():
        raise ValueError("pin holds a pair that is forbidden")
    free = room - np.bincount(pinned[:, 1], minlength=m)
    if (free < 0).any():
        raise ValueError(f"pin gives guide {int(np.argmin(free))} more requests than it has room")

    away = np.concatenate((gone, pinned[:, 0]))
    value = problem.value.copy()
    value[away] = REMOVED_VALUE
    at.guide[away] = -1
    at.profit[away] = 0
    full = np.flatnonzero(free == 0)
    if full.size:
        at.price[full] = np.maximum(at.price[full], _worth_max(problem))
    open_problem = problem._replace(value=value, capacity=free)
    state = solver_state.state_at_prices(at.guide, at.profit, at.price, np.minimum(free, at.degree + 1))
    search = augmentation.new_search(m)
    augmentation.augment_waiting_requests(open_problem, state, search)
    if ((state.load < state.room) & (state.price > 0)).any():
        augmentation.augment_free_slots(open_problem, at.columns(), state, search)
    rest = certified(open_problem, state.guide, state.profit, state.price)

    rest.guide[pinned[:, 0]] = pinned[:, 1]
    rest.request_price[pinned[:, 0]] = worth - rest.guide_price[pinned[:, 1]]
    total = rest.total + int(worth.sum())
    known = np.concatenate((before, np.full(n - before.size, -1, np.int64)))
    return WhatIf(
        guide=rest.guide,
        total=total,
        change=total - graph.total,
        changed=np.flatnonzero(rest.guide != known),
        request_price=rest.request_price,
        guide_price=rest.guide_price,
    )


def _swap_pins(guide: Ints, swaps: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The pins that give two requests each other's guide."""
    pairs = [pair for one, other in swaps for pair in ((one, other), (other, one))]
    _indices([one for one, _ in pairs], guide.size, "swap")
    if any(guide[one] < 0 for one, _ in pairs):
        raise ValueError("swap holds a request that waits")
    return [(one, int(guide[other])) for one, other in pairs]


def _with_added(
    graph: Residual, add_requests: tuple[Any, ArrayLike] | None, add_guides: tuple[Any, ArrayLike] | None
) -> _ChangedProblem:
    """The problem with the added requests and guides; each new one begins at the lowest price that it could have."""
    from guides.matching.solver import augmentation, insertion

    state = graph.pairing
    at = _ChangedProblem(
        graph.problem,
        lambda: graph.columns,
        state.guide.astype(np.int64),
        state.profit.copy(),
        state.price.copy(),
        np.diff(graph.columns.start),
    )
    if add_requests is not None:
        more = read_problem(add_requests[0], graph.problem.capacity, add_requests[1])
        problem = Problem(
            np.concatenate((at.problem.start, more.start[1:] + at.problem.start[-1])),
            np.concatenate((at.problem.column, more.column)),
            np.concatenate((at.problem.points, more.points)),
            np.concatenate((at.problem.value, more.value)),
            at.problem.capacity,
        )
        profit = insertion.initial_profits(more, at.price)
        waiting = np.full(profit.size, -1, np.int64)
        at = _ChangedProblem(
            problem,
            partial(augmentation.pairs_by_guide, problem, at.degree.size),
            np.concatenate((at.guide, waiting)),
            np.concatenate((at.profit, profit)),
            at.price,
            at.degree + np.bincount(more.column, minlength=at.degree.size),
        )
    if add_guides is not None:
        more = read_problem(add_guides[0], add_guides[1], at.problem.value)
        price = insertion.initial_prices(more, at.profit)
        earlier = at.columns
        degree = np.bincount(more.column, minlength=price.size)
        at = _ChangedProblem(
            insertion.append_guides(at.problem, more),
            lambda: insertion.append_guide_columns(earlier(), more),
            at.guide,
            at.profit,
            np.concatenate((at.price, price)),
            np.concatenate((at.degree, degree)),
        )
    return at


def _without_pairs(changed: _ChangedProblem, bans: list[tuple[int, int]]) -> _ChangedProblem:
    """The problem without the forbidden pairs; pairs that were not feasible anyway need nothing."""
    from guides.matching.solver import insertion

    if not bans:
        return changed
    points = changed.problem.points.copy()
    for i, j in bans:
        _indices([i], changed.problem.value.size, "forbid")
        _indices([j], changed.problem.capacity.size, "forbid")
        place = insertion.position_in_row(changed.problem, i, j)
        if place < 0:
            continue
        if changed.problem.value[i] >= -FORBIDDEN_POINTS:
            raise ValueError(
                f"forbid needs a value below {-FORBIDDEN_POINTS}: request {i} has {changed.problem.value[i]}"
            )
        points[place] = FORBIDDEN_POINTS
        if changed.guide[i] == j:
            changed.guide[i] = -1

    def columns() -> Any:
        known = changed.columns()
        without = known.points.copy()
        for i, j in bans:
            place = insertion.position_in_column(known, i, j)
            if place >= 0:
                without[place] = FORBIDDEN_POINTS
        return known._replace(points=without)

    return changed._replace(problem=changed.problem._replace(points=points), columns=columns)


def _pair_positions(problem: Problem, pairs: Ints, name: str) -> Ints:
    from guides.matching.solver import insertion

    _indices(pairs[:, 0], problem.value.size, name)
    _indices(pairs[:, 1], problem.capacity.size, name)
    places = np.array([insertion.position_in_row(problem, i, j) for i, j in pairs], np.int64)
    if (places < 0).any():
        i, j = pairs[int(np.argmin(places))]
        raise ValueError(f"{name} holds a pair that is not feasible: request {i}, guide {j}")
    return places


def _indices(values: Iterable[int], size: int, name: str) -> Ints:
    numbers = np.array(list(values), np.int64)
    if numbers.size and (numbers.min() < 0 or numbers.max() >= size):
        raise ValueError(f"{name} holds a number outside 0 to {size - 1}")
    return np.unique(numbers)


def _capacity(number: int) -> int:
    if number != int(number) or number < 0:
        raise ValueError(f"capacity must be a whole number >= 0, not {number}")
    return int(number)


def _worth_max(problem: Problem) -> int:
    return int(problem.value.max(initial=0)) + int(problem.points.max(initial=0))
