"""How fast money goes beside how fast time goes, in words; the countable units of the money page. Pure, no floats."""

from datetime import date
from enum import StrEnum

import msgspec

from foundation.i18n import N_

UNITS_MAX = 20
# A row of a hundred kroner each; for a bigger budget each is worth more, so that the row can still be counted.
UNIT_SIZES_ORE = tuple(
    kroner * 100 for kroner in (100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
)
LOW_PERCENT = 15  # of the envelope: below this it is nearly used, whatever the calendar says
PACE_GAP_PERCENT = 25  # so far may money and time run apart before a word is said


class PaceLevel(StrEnum):
    """The scale: how the money stands."""

    PLENTY = "plenty"
    ENOUGH = "enough"
    SOON = "soon"
    SPENT = "spent"


PACE_LABELS = {
    PaceLevel.PLENTY: N_("plenty"),
    PaceLevel.ENOUGH: N_("enough"),
    PaceLevel.SOON: N_("soon spent"),
    PaceLevel.SPENT: N_("spent"),
}


class Pace(msgspec.Struct, frozen=True):
    """Money against time, each 0 to 100 percent, with the word for it."""

    used_percent: int
    time_percent: int
    level: PaceLevel

    @property
    def underspending(self) -> bool:
        """More time than money has gone, by so much that it is worth a kind word."""
        return self.time_percent - self.used_percent > PACE_GAP_PERCENT

    @property
    def overspending(self) -> bool:
        """More money than time has gone, by so much that it is worth a kind word."""
        return self.used_percent - self.time_percent > PACE_GAP_PERCENT


class Weeks(msgspec.Struct, frozen=True):
    """A period in weeks: how many there are and how many are left, the running one counted."""

    total: int
    left: int


def pace(left_ore: int, used_ore: int, starts_on: date, ends_on: date, today: date) -> Pace:
    """How the money stands: `used_ore` is spent or put aside, the last day counts.

    Used when nothing is left. Soon used below 15 % left or when money is more than 25 points ahead of time. Plenty when
    time is more than 25 points ahead of money, or three quarters are left. Enough otherwise.
    """
    total_ore = left_ore + used_ore
    used = used_ore * 100 // total_ore if total_ore else 0
    days = (ends_on - starts_on).days + 1
    time = min(max((today - starts_on).days, 0) * 100 // days, 100)
    if left_ore == 0:
        word = PaceLevel.SPENT
    elif left_ore * 100 < LOW_PERCENT * total_ore or used - time > PACE_GAP_PERCENT:
        word = PaceLevel.SOON
    elif time - used > PACE_GAP_PERCENT or left_ore * 4 >= total_ore * 3:
        word = PaceLevel.PLENTY
    else:
        word = PaceLevel.ENOUGH
    return Pace(used, time, word)


def weeks(starts_on: date, ends_on: date, today: date) -> Weeks:
    """The weeks of a period; part of a week counts as one."""
    total = -(-((ends_on - starts_on).days + 1) // 7)
    left = -(-((ends_on - max(today, starts_on)).days + 1) // 7)
    return Weeks(total, max(left, 0))


def unit_ore(total_ore: int) -> int:
    """What one thing to count is worth, so that an amount is at most 20 of them: 100 kr., more for a bigger budget."""
    for size_ore in UNIT_SIZES_ORE:
        if total_ore <= size_ore * UNITS_MAX:
            return size_ore
    biggest_ore = UNIT_SIZES_ORE[-1]
    return -(-total_ore // (UNITS_MAX * biggest_ore)) * biggest_ore
