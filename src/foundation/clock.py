"""Time: UTC in storage, Europe/Copenhagen on screen. Functions that need the time are handed it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

COPENHAGEN = ZoneInfo("Europe/Copenhagen")

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The time now, in UTC with its zone, to the microsecond."""
    return datetime.now(UTC)


def local_time(moment: datetime) -> datetime:
    """The same moment on the clock in Copenhagen. `moment` has a zone."""
    return moment.astimezone(COPENHAGEN)


def local_date(moment: datetime) -> date:
    """The day it is in Copenhagen at that moment."""
    return local_time(moment).date()
