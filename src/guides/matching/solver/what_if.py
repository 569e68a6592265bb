"""Re-optimize an assignment after a change, warm-started from the present optimum and certified like it."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from guides.matching.solver.assignment import certified
from guides.matching.solver.problem import POINTS_MAX, VALUE_MAX, Ints, Problem, read_problem
from guides.matching.solver.residual import Residual

# So low that a pair with these points, or a request with this value, has a negative worth whatever is added.
FORBIDDEN_POINTS = -(2**31)
REMOVED_VALUE = -2 * VALUE_MAX


class WhatIf(msgspec.Struct, frozen=True, eq=False):
    """The optimal assignment after a change.

    Rows and columns keep their numbers; added ones follow at the end.
    """

    guide: Ints  # (n + added,), -1 where the request waits or is removed
    total: int  # sum of value + points over the pairs, pinned ones included
    change: int  # `total` less the total before
    changed: Ints  # rows whose guide differs from before (-1 before for added requests)
    request_price: (
        Ints  # (n + added,), >= 0; of pinned requests the pin's worth less the guide's price, of any sign
    )
    guide_price: Ints  # (m + added,), >= 0; the dual objective equals the total, so it is optimal


class _ChangedProblem(NamedTuple):
    """The changed problem with the pairs and feasible dual prices to start from."""

    problem: Problem
    columns: Callable[[], Any]  # augmentation.PairsByGuide, built when needed
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
    """The optimal assignment under all these changes at once; `graph` is not modified.

    `pin` are pairs that are forced, `forbid` pairs that are excluded; each `swap` is two requests that
    exchange guides; `capacity` maps guides to their new capacity. `add_requests` is points (r, m) and value,
    one number or (r,); `add_guides` is points (n + r, g) and capacity (g,), as in `assign`. The total equals
    that of solving from scratch, and the certificate is verified over all pairs. Raises ValueError for
    numbers out of range, for a pin of a pair that is not feasible or exceeds the guide's capacity, for a swap
    with a request that waits, and for a forbidden pair whose value is 2**31 or more.
    """
    from guides.matching.solver import augmentation
    from guides.matching.solver.state import state_at_prices

    before = np.array(graph.state.guide, np.int64)
    forced, forbidden = sorted({*pin, *_swap_pins(before, swap)}), sorted(set(forbid))
    changed = _with_additions(graph, add_requests, add_guides)
    changed = _without_pairs(changed, forbidden)
    problem = changed.problem
    n, m = problem.value.size, problem.capacity.size
    removed = _indices(remove_requests, n, "remove_requests")
    removed_columns = _indices(remove_guides, m, "remove_guides")
    room = problem.capacity.copy()
    for j, number in (capacity or {}).items():
        room[_indices([j], m, "capacity")] = min(_capacity(number), POINTS_MAX)
    room[removed_columns] = 0
    pinned = np.array(forced, np.int64).reshape(-1, 2)
    positions = _pair_positions(problem, pinned, "pin")
    if np.unique(pinned[:, 0]).size < len(forced) or np.isin(pinned[:, 0], removed).any():
        raise ValueError("pin holds a request twice, or one that is removed")
    worth = problem.value[pinned[:, 0]] + problem.points[positions]
    if (problem.points[positions] == FORBIDDEN_POINTS).any():
        raise ValueError("pin holds a pair that is forbidden")
    free = room - np.bincount(pinned[:, 1], minlength=m)
    if (free < 0).any():
        raise ValueError(f"pin gives guide {int(np.argmin(free))} more requests than it has room")

    excluded = np.concatenate((removed, pinned[:, 0]))
    value = problem.value.copy()
    value[excluded] = REMOVED_VALUE
    changed.guide[excluded] = -1
    changed.profit[excluded] = 0
    full = np.flatnonzero(free == 0)
    if full.size:
        changed.price[full] = np.maximum(changed.price[full], _worth_max(problem))
    open_problem = problem._replace(value=value, capacity=free)
    state = state_at_prices(
        changed.guide, changed.profit, changed.price, np.minimum(free, changed.degree + 1)
    )
    search = augmentation.new_search(m)
    augmentation.augment_waiting_requests(open_problem, state, search)
    if ((state.load < state.room) & (state.price > 0)).any():
        augmentation.augment_free_slots(open_problem, changed.columns(), state, search)
    optimum = certified(open_problem, state.guide, state.profit, state.price)

    optimum.guide[pinned[:, 0]] = pinned[:, 1]
    optimum.request_price[pinned[:, 0]] = worth - optimum.guide_price[pinned[:, 1]]
    total = optimum.total + int(worth.sum())
    previous = np.concatenate((before, np.full(n - before.size, -1, np.int64)))
    return WhatIf(
        guide=optimum.guide,
        total=total,
        change=total - graph.total,
        changed=np.flatnonzero(optimum.guide != previous),
        request_price=optimum.request_price,
        guide_price=optimum.guide_price,
    )


def _swap_pins(guide: Ints, swaps: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The pins by which two requests exchange their guides."""
    pairs = [pair for first, second in swaps for pair in ((first, second), (second, first))]
    _indices([first for first, _ in pairs], guide.size, "swap")
    if any(guide[first] < 0 for first, _ in pairs):
        raise ValueError("swap holds a request that waits")
    return [(first, int(guide[second])) for first, second in pairs]


def _with_additions(
    graph: Residual, add_requests: tuple[Any, ArrayLike] | None, add_guides: tuple[Any, ArrayLike] | None
) -> _ChangedProblem:
    """The problem with the added requests and guides, each at its lowest feasible price."""
    from guides.matching.solver import augmentation, insertion

    state = graph.state
    changed = _ChangedProblem(
        graph.problem,
        lambda: graph.columns,
        state.guide.astype(np.int64),
        state.profit.copy(),
        state.price.copy(),
        np.diff(graph.columns.start),
    )
    if add_requests is not None:
        added = read_problem(add_requests[0], graph.problem.capacity, add_requests[1])
        problem = Problem(
            np.concatenate((changed.problem.start, added.start[1:] + changed.problem.start[-1])),
            np.concatenate((changed.problem.column, added.column)),
            np.concatenate((changed.problem.points, added.points)),
            np.concatenate((changed.problem.value, added.value)),
            changed.problem.capacity,
        )
        profit = insertion.initial_profits(added, changed.price)
        waiting = np.full(profit.size, -1, np.int64)
        changed = _ChangedProblem(
            problem,
            partial(augmentation.pairs_by_guide, problem, changed.degree.size),
            np.concatenate((changed.guide, waiting)),
            np.concatenate((changed.profit, profit)),
            changed.price,
            changed.degree + np.bincount(added.column, minlength=changed.degree.size),
        )
    if add_guides is not None:
        added = read_problem(add_guides[0], add_guides[1], changed.problem.value)
        price = insertion.initial_prices(added, changed.profit)
        earlier = changed.columns
        degree = np.bincount(added.column, minlength=price.size)
        changed = _ChangedProblem(
            insertion.append_guides(changed.problem, added),
            lambda: insertion.append_guide_columns(earlier(), added),
            changed.guide,
            changed.profit,
            np.concatenate((changed.price, price)),
            np.concatenate((changed.degree, degree)),
        )
    return changed


def _without_pairs(changed: _ChangedProblem, forbidden: list[tuple[int, int]]) -> _ChangedProblem:
    """The problem without the forbidden pairs; pairs that are not feasible are ignored."""
    from guides.matching.solver import insertion

    if not forbidden:
        return changed
    points = changed.problem.points.copy()
    for i, j in forbidden:
        _indices([i], changed.problem.value.size, "forbid")
        _indices([j], changed.problem.capacity.size, "forbid")
        position = insertion.position_in_row(changed.problem, i, j)
        if position < 0:
            continue
        if changed.problem.value[i] >= -FORBIDDEN_POINTS:
            raise ValueError(
                f"forbid needs a value below {-FORBIDDEN_POINTS}: request {i} has {changed.problem.value[i]}"
            )
        points[position] = FORBIDDEN_POINTS
        if changed.guide[i] == j:
            changed.guide[i] = -1

    def columns() -> Any:
        previous = changed.columns()
        without = previous.points.copy()
        for i, j in forbidden:
            position = insertion.position_in_column(previous, i, j)
            if position >= 0:
                without[position] = FORBIDDEN_POINTS
        return previous._replace(points=without)

    return changed._replace(problem=changed.problem._replace(points=points), columns=columns)


def _pair_positions(problem: Problem, pairs: Ints, name: str) -> Ints:
    from guides.matching.solver import insertion

    _indices(pairs[:, 0], problem.value.size, name)
    _indices(pairs[:, 1], problem.capacity.size, name)
    positions = np.array([insertion.position_in_row(problem, i, j) for i, j in pairs], np.int64)
    if (positions < 0).any():
        i, j = pairs[int(np.argmin(positions))]
        raise ValueError(f"{name} holds a pair that is not feasible: request {i}, guide {j}")
    return positions


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
