"""Monthly letters about who has read: values, and arithmetic on months. No I/O."""

from datetime import UTC, date, datetime, time

import msgspec
from babel.dates import format_date

from foundation.clock import COPENHAGEN, local_date
from people.directory.model import Person


class Letter(msgspec.Struct, frozen=True):
    """A letter about the month that begins on `month`."""

    citizen_id: str
    month: date
    made_at: datetime
    posted_at: datetime | None


class LetterToPost(msgspec.Struct, frozen=True):
    """A letter to be printed and posted, and its addressee."""

    citizen: Person
    month: date


def reporting_month(now: datetime) -> date:
    """The first day of the last completed month in Copenhagen."""
    today = local_date(now)
    return date(today.year - (today.month == 1), (today.month - 2) % 12 + 1, 1)


def month_after(month: date) -> date:
    """The first day of the next month."""
    return date(month.year + (month.month == 12), month.month % 12 + 1, 1)


def month_start(month: date) -> datetime:
    """When a month begins in Copenhagen, in UTC."""
    return datetime.combine(month, time(), COPENHAGEN).astimezone(UTC)


def parse_month(text: str) -> date | None:
    """The first day of a month written `2026-11`; None for anything else."""
    try:
        return date.fromisoformat(f"{text}-01") if len(text) == len("2026-11") else None
    except ValueError:
        return None


def format_month(month: date, language: str) -> str:
    """The month in words: `november 2026`."""
    return format_date(month, "MMMM y", locale="da_DK" if language == "da" else "en_GB")
