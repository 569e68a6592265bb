"""Pairing the finance system's lines with purchases: each once, as many as can be, the same every time."""

from datetime import date, timedelta
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgets.reconciliation.matching import (
    WINDOW_DAYS,
    FinanceLine,
    MatchKind,
    PurchaseLine,
    ReconciliationResult,
    reconcile,
)

FIRST = date(2026, 3, 1)
ACCOUNT, OTHER = "5-38-52-4-300", "5-38-52-4-301"


def finance_line(row: int, day: int, amount_ore: int = 100_00, account: str = ACCOUNT) -> FinanceLine:
    return FinanceLine(row, account, FIRST + timedelta(days=day), amount_ore)


def purchase_line(name: str, day: int, amount_ore: int = 100_00, account: str = ACCOUNT) -> PurchaseLine:
    return PurchaseLine(name, "grant", account, FIRST + timedelta(days=day), amount_ore)


def matches_of(result: ReconciliationResult) -> dict[int, tuple[str, MatchKind]]:
    return {
        pair.line.row: (pair.purchase.movement_id, pair.kind) for pair in (*result.matched, *result.differing)
    }


LINES = st.lists(
    st.tuples(
        st.integers(0, 30),
        st.sampled_from([100_00, 102_00, -100_00, 5_00]),
        st.sampled_from([ACCOUNT, OTHER]),
    ),
    min_size=1,
    max_size=8,
)
PURCHASES = st.lists(
    st.tuples(
        st.integers(-12, 42),
        st.sampled_from([100_00, 102_00, -100_00, 5_00]),
        st.sampled_from([ACCOUNT, OTHER]),
    ),
    max_size=8,
)


def inputs(
    lines: list[tuple[int, int, str]], owned: list[tuple[int, int, str]]
) -> tuple[list[FinanceLine], list[PurchaseLine]]:
    return (
        [finance_line(row, *values) for row, values in enumerate(lines, 2)],
        [purchase_line(f"m{number}", *values) for number, values in enumerate(owned)],
    )


@given(LINES, PURCHASES, st.lists(st.integers(0, 7), max_size=4))
def test_every_line_and_every_purchase_ends_in_exactly_one_group(
    lines: list[tuple[int, int, str]], owned: list[tuple[int, int, str]], before: list[int]
) -> None:
    there, here = inputs(lines, owned)
    settled = [there[number] for number in before if number < len(there)]

    result = reconcile(there, here, settled)

    pairs = (*result.matched, *result.differing)
    assert sorted(
        [*(pair.line.row for pair in pairs), *(line.row for line in (*result.known, *result.only_there))]
    ) == [line.row for line in there]
    assert sorted(
        [
            *(pair.purchase.movement_id for pair in pairs),
            *(purchase.movement_id for purchase in (*result.only_here, *result.outside)),
        ]
    ) == sorted(purchase.movement_id for purchase in here)


@given(LINES, PURCHASES, st.randoms(use_true_random=False))
def test_the_order_of_what_comes_in_changes_nothing(
    lines: list[tuple[int, int, str]], owned: list[tuple[int, int, str]], dice: Random
) -> None:
    there, here = inputs(lines, owned)
    first = reconcile(there, here)
    dice.shuffle(there)
    dice.shuffle(here)
    assert reconcile(there, here) == first


def best_by_brute_force(there: list[FinanceLine], here: list[PurchaseLine]) -> tuple[int, int]:
    """The most pairs within the window and, of those, the fewest days: every way is tried."""
    best = (0, 0)
    places: list[PurchaseLine | None] = [*here, *[None] * len(there)]
    for way in set(permutations(places, len(there))):
        days = [
            abs((a.posted_on - b.effective_on).days) for a, b in zip(there, way, strict=True) if b is not None
        ]
        if all(apart <= WINDOW_DAYS for apart in days):
            best = max(best, (len(days), -sum(days)))
    return best


@given(st.lists(st.integers(0, 40), min_size=1, max_size=4), st.lists(st.integers(-10, 50), max_size=4))
def test_days_apart_are_paired_as_well_as_any_way_could(days: list[int], own_days: list[int]) -> None:
    there = [
        finance_line(row, 2 * day) for row, day in enumerate(days, 2)
    ]  # even days there, odd days here: none is exact
    here = [purchase_line(f"m{number}", 2 * day + 1) for number, day in enumerate(own_days)]

    result = reconcile(there, here)

    assert (len(result.matched), -sum(pair.days for pair in result.matched)) == best_by_brute_force(
        there, here
    )
    assert {pair.kind for pair in result.matched} <= {MatchKind.NEAR}


def test_the_same_day_comes_before_a_better_sum() -> None:
    result = reconcile(
        [finance_line(2, 5), finance_line(3, 6)], [purchase_line("a", 5), purchase_line("b", 20)]
    )
    assert matches_of(result) == {2: ("a", MatchKind.EXACT)}
    assert [line.row for line in result.only_there] == [3]


def test_what_has_the_same_day_and_amount_is_taken_in_order() -> None:
    result = reconcile(
        [finance_line(3, 5), finance_line(2, 5)],
        [purchase_line("b", 5), purchase_line("a", 5), purchase_line("c", 5)],
    )
    assert matches_of(result) == {2: ("a", MatchKind.EXACT), 3: ("b", MatchKind.EXACT)}


def test_an_account_string_is_the_same_however_it_is_spaced() -> None:
    result = reconcile([finance_line(2, 5, account="5 38.52 4-300")], [purchase_line("a", 5)])
    assert matches_of(result) == {2: ("a", MatchKind.EXACT)}


@pytest.mark.parametrize(("apart", "is_paired"), [(WINDOW_DAYS, True), (WINDOW_DAYS + 1, False)])
def test_the_window_has_an_end(apart: int, is_paired: bool) -> None:
    assert bool(matches_of(reconcile([finance_line(2, 0)], [purchase_line("a", apart)]))) is is_paired


def test_an_amount_that_is_a_little_off_is_suggested_and_one_that_is_far_off_is_not() -> None:
    result = reconcile(
        [finance_line(2, 5, 110_00), finance_line(3, 5, 500_00)],
        [purchase_line("a", 6, 100_00), purchase_line("b", 6, 400_00)],
    )
    assert matches_of(result) == {2: ("a", MatchKind.AMOUNT_DIFFERS)}
    assert result.matched == ()


def test_what_was_spent_is_never_what_came_back() -> None:
    result = reconcile([finance_line(2, 5, -100_00)], [purchase_line("a", 5, 100_00)])
    assert matches_of(result) == {}


def test_the_right_amount_on_another_account_string_is_suggested() -> None:
    result = reconcile([finance_line(2, 5, account=OTHER)], [purchase_line("a", 5)])
    assert matches_of(result) == {2: ("a", MatchKind.ACCOUNT_DIFFERS)}


def test_a_purchase_outside_the_files_days_or_accounts_is_not_missing_there() -> None:
    result = reconcile(
        [finance_line(2, 5), finance_line(3, 10, 7_00)],
        [
            purchase_line("before", 1, 3_00),
            purchase_line("in", 8, 5_00),
            purchase_line("other", 8, 9_00, OTHER),
        ],
    )
    assert [purchase.movement_id for purchase in result.only_here] == ["in"]
    assert {purchase.movement_id for purchase in result.outside} == {"before", "other"}


def test_five_thousand_lines_of_the_same_amount_are_paired_in_seconds() -> None:
    there = [finance_line(row, row % 365) for row in range(5_000)]
    here = [purchase_line(f"m{number}", (number * 7 + 3) % 365) for number in range(5_000)]
    assert len(reconcile(there, here).matched) > 4_900
