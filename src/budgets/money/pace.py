"""Burn rate: money spent against time passed; the units of the money page's chart. No I/O, no floats."""

from datetime import date
from enum import StrEnum

import msgspec

from foundation.i18n import N_

UNITS_MAX = 20
# One unit per hundred kroner; a bigger budget has bigger units, so that they can still be counted.
UNIT_SIZES_ORE = tuple(
    kroner * 100 for kroner in (100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
)
LOW_PERCENT = 15  # of the envelope: with less left it is soon spent, whatever the date
PACE_GAP_PERCENT = 25  # percentage points between money and time before the page mentions it


class PaceLevel(StrEnum):
    """How much is left compared to the time left."""

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
    """Money and time used, each 0 to 100 percent, with the level."""

    used_percent: int
    time_percent: int
    level: PaceLevel

    @property
    def underspending(self) -> bool:
        """The share of time passed exceeds that of money used by more than `PACE_GAP_PERCENT`."""
        return self.time_percent - self.used_percent > PACE_GAP_PERCENT

    @property
    def overspending(self) -> bool:
        """The share of money used exceeds that of time passed by more than `PACE_GAP_PERCENT`."""
        return self.used_percent - self.time_percent > PACE_GAP_PERCENT


class Weeks(msgspec.Struct, frozen=True):
    """A period in weeks: the total, and how many are left with the current one."""

    total: int
    left: int


def pace(left_ore: int, used_ore: int, starts_on: date, ends_on: date, today: date) -> Pace:
    """The pace of money in a period, both ends counted; `used_ore` is spent or put aside.

    Spent when nothing is left. Soon spent with less than 15 % left, or when money is more than 25 points ahead of
    time. Plenty when time is more than 25 points ahead of money, or three quarters are left. Enough otherwise.
    """
    total_ore = left_ore + used_ore
    used = used_ore * 100 // total_ore if total_ore else 0
    days = (ends_on - starts_on).days + 1
    time = min(max((today - starts_on).days, 0) * 100 // days, 100)
    if left_ore == 0:
        level = PaceLevel.SPENT
    # Multiplied out: a division of integers would round at the limit.
    elif left_ore * 100 < LOW_PERCENT * total_ore or used - time > PACE_GAP_PERCENT:
        level = PaceLevel.SOON
    elif time - used > PACE_GAP_PERCENT or left_ore * 4 >= total_ore * 3:
        level = PaceLevel.PLENTY
    else:
        level = PaceLevel.ENOUGH
    return Pace(used, time, level)


def weeks(starts_on: date, ends_on: date, today: date) -> Weeks:
    """The weeks of a period, both ends counted; part of a week counts as one."""
    # Floor division of the negative rounds up, without floats.
    total = -(-((ends_on - starts_on).days + 1) // 7)
    left = -(-((ends_on - max(today, starts_on)).days + 1) // 7)
    return Weeks(total, max(left, 0))


def unit_ore(total_ore: int) -> int:
    """What one unit of the chart is worth, in øre: 100 kr. or more, so that there are at most 20 units."""
    for size_ore in UNIT_SIZES_ORE:
        if total_ore <= size_ore * UNITS_MAX:
            return size_ore
    biggest_ore = UNIT_SIZES_ORE[-1]
    return -(-total_ore // (UNITS_MAX * biggest_ore)) * biggest_ore
