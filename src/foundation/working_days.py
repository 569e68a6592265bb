"""Danish working days: what a deadline of "two working days" means."""

from datetime import date, timedelta

# Public holidays in days from Easter Sunday; Great Prayer Day is none since 2024 (lov nr. 214 af 06/03/2023).
_FROM_EASTER = frozenset({-3, -2, 0, 1, 39, 49, 50})
# New Year, Constitution Day, Christmas Eve to Boxing Day, New Year's Eve: town halls are closed.
_FIXED = frozenset({(1, 1), (6, 5), (12, 24), (12, 25), (12, 26), (12, 31)})


def easter_sunday(year: int) -> date:
    """Easter Sunday of a year from 1583 on.

    The anonymous Gregorian algorithm (Meeus, Astronomical Algorithms, ch. 8).
    """
    golden = year % 19
    century, rest = divmod(year, 100)
    leaps, left = divmod(century, 4)
    moon = (19 * golden + century - leaps - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * left + 2 * (rest // 4) - moon - rest % 4) % 7
    month, day = divmod(moon + weekday - 7 * ((golden + 11 * moon + 22 * weekday) // 451) + 114, 31)
    return date(year, month, day + 1)


def is_working_day(day: date) -> bool:
    """Whether a Danish town hall is open: no Saturday, Sunday, holiday, Constitution Day, Christmas or New Year's Eve."""
    holiday = (day.month, day.day) in _FIXED or (day - easter_sunday(day.year)).days in _FROM_EASTER
    return day.weekday() < 5 and not holiday


def after_working_days(start: date, count: int) -> date:
    """The working day that is `count` (at least 1) working days after `start`."""
    day = start
    for _ in range(count):
        day += timedelta(days=1)
        while not is_working_day(day):
            day += timedelta(days=1)
    return day
