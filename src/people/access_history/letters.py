"""The monthly letter of who has looked: which month it tells of, and what stands in it. Pure."""

from datetime import UTC, date, datetime, time

import msgspec
from babel.dates import format_date

from foundation.clock import COPENHAGEN, local_date
from people.directory.model import Person


class Letter(msgspec.Struct, frozen=True):
    """A letter that was made: it tells of the month that begins on that day."""

    citizen_id: str
    month: date
    made_at: datetime
    posted_at: datetime | None


class LetterToPost(msgspec.Struct, frozen=True):
    """A letter that somebody prints and posts, and to whom it goes."""

    citizen: Person
    month: date


def reporting_month(now: datetime) -> date:
    """The first day of the last month that is over in Copenhagen."""
    today = local_date(now)
    return date(today.year - (today.month == 1), (today.month - 2) % 12 + 1, 1)


def month_after(month: date) -> date:
    """The first day of the month after."""
    return date(month.year + (month.month == 12), month.month % 12 + 1, 1)


def month_start(month: date) -> datetime:
    """The moment at which a month begins in Copenhagen, in UTC."""
    return datetime.combine(month, time(), COPENHAGEN).astimezone(UTC)


def parse_month(typed: str) -> date | None:
    """The month that an address calls `2026-11`; None for anything else."""
    try:
        return date.fromisoformat(f"{typed}-01") if len(typed) == len("2026-11") else None
    except ValueError:
        return None


def format_month(month: date, language: str) -> str:
    """`november 2026`."""
    return format_date(month, "MMMM y", locale="da_DK" if language == "da" else "en_GB")
