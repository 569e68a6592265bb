"""Money against time, in words."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgets.money.pace import UNITS_MAX, PaceLevel, Weeks, pace, unit_ore, weeks

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
SUMMER = date(2026, 7, 2)  # day 183 of 365: half the year has gone


@pytest.mark.parametrize(
    ("left_ore", "used_ore", "today", "word"),
    [
        (5_000_00, 0, FIRST, PaceLevel.PLENTY),
        (2_500_00, 2_500_00, SUMMER, PaceLevel.ENOUGH),
        (4_000_00, 1_000_00, SUMMER, PaceLevel.PLENTY),
        (1_000_00, 4_000_00, SUMMER, PaceLevel.SOON),
        (700_00, 4_300_00, LAST, PaceLevel.SOON),
        (1, 4_999_99, LAST, PaceLevel.SOON),
        (0, 5_000_00, SUMMER, PaceLevel.SPENT),
        (0, 0, SUMMER, PaceLevel.SPENT),
    ],
)
def test_the_word_for_how_the_money_stands(
    left_ore: int, used_ore: int, today: date, word: PaceLevel
) -> None:
    assert pace(left_ore, used_ore, FIRST, LAST, today).level is word


def test_too_slow_is_seen_as_well_as_too_fast() -> None:
    slow = pace(4_500_00, 500_00, FIRST, LAST, SUMMER)
    fast = pace(500_00, 4_500_00, FIRST, LAST, SUMMER)
    assert (slow.underspending, slow.overspending, fast.underspending, fast.overspending) == (
        True,
        False,
        False,
        True,
    )


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2025, 12, 1), Weeks(53, 53)),
        (FIRST, Weeks(53, 53)),
        (date(2026, 11, 22), Weeks(53, 6)),
        (date(2026, 12, 25), Weeks(53, 1)),
        (LAST, Weeks(53, 1)),
        (date(2027, 1, 1), Weeks(53, 0)),
    ],
)
def test_weeks_left_count_the_running_one_and_the_last_day(today: date, expected: Weeks) -> None:
    assert weeks(FIRST, LAST, today) == expected


def test_a_leap_day_is_a_day() -> None:
    assert pace(1, 0, date(2028, 2, 1), date(2028, 2, 29), date(2028, 2, 29)).time_percent == 28 * 100 // 29


@pytest.mark.parametrize(
    ("total_ore", "size_ore"),
    [(0, 100_00), (2_000_00, 100_00), (2_000_01, 200_00), (5_000_00, 500_00), (50_000_00, 5_000_00)],
)
def test_twenty_hundreds_can_be_counted_and_more_are_bigger_things(total_ore: int, size_ore: int) -> None:
    assert unit_ore(total_ore) == size_ore


@given(st.integers(0, 10**12))
def test_whatever_the_budget_there_are_at_most_twenty_things_to_count(total_ore: int) -> None:
    assert -(-total_ore // unit_ore(total_ore)) <= UNITS_MAX
