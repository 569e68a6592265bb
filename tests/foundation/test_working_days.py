"""Deadlines in working days, against the published calendars of several years."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.working_days import after_working_days, easter_sunday, is_working_day

EASTERS = {
    1961: (4, 2),
    2000: (4, 23),
    2008: (3, 23),
    2011: (4, 24),
    2024: (3, 31),
    2026: (4, 5),
    2038: (4, 25),
}


@pytest.mark.parametrize(("year", "day"), EASTERS.items())
def test_easter_is_where_the_almanac_has_it(year: int, day: tuple[int, int]) -> None:
    assert easter_sunday(year) == date(year, *day)


@pytest.mark.parametrize(
    "day",
    ["2026-01-01", "2026-04-02", "2026-04-03", "2026-04-06", "2026-05-14", "2026-05-25", "2026-06-05", "2026-12-24",
     "2026-12-25", "2026-12-31", "2026-03-07", "2026-03-08"],
)  # fmt: skip
def test_a_town_hall_is_closed_on_holidays_and_weekends(day: str) -> None:
    assert not is_working_day(date.fromisoformat(day))


def test_the_great_prayer_day_is_a_working_day_again() -> None:
    assert is_working_day(date(2026, 5, 1))


def test_two_working_days_after_the_wednesday_before_easter_is_the_wednesday_after() -> None:
    assert after_working_days(date(2026, 4, 1), 2) == date(2026, 4, 8)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 30))
def test_that_many_working_days_lie_between(start: date, count: int) -> None:
    end = after_working_days(start, count)
    between = [start + timedelta(days=days) for days in range(1, (end - start).days + 1)]
    assert sum(map(is_working_day, between)) == count
    assert is_working_day(end)
