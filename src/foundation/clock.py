"""Time: UTC in storage, Europe/Copenhagen on pages. Functions that need the current time take it as an
argument.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

COPENHAGEN = ZoneInfo("Europe/Copenhagen")

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The current time in UTC, with its zone, to the microsecond."""
    return datetime.now(UTC)


def local_time(moment: datetime) -> datetime:
    """The same moment in Copenhagen's time. `moment` must have a zone."""
    return moment.astimezone(COPENHAGEN)


def local_date(moment: datetime) -> date:
    """The date in Copenhagen at that moment."""
    return local_time(moment).date()
