"""Dates and times in Danish or English, as pages and documents show them."""

from datetime import date, datetime
from functools import lru_cache

from babel.dates import format_date, format_time

from foundation.clock import local_time


def format_day(value: date | datetime, language: str) -> str:
    """A date such as `31. december 2026`; of a datetime, the date in Copenhagen."""
    if isinstance(value, datetime):
        value = local_time(value).date()
    return _format_local_date(value, language)


@lru_cache(4096)  # pages repeat the same dates, and Babel is slow
def _format_local_date(value: date, language: str) -> str:
    return format_date(value, "d. MMMM y" if language == "da" else "d MMMM y", locale=_locale(language))


def format_time_of_day(value: datetime, language: str) -> str:
    """The time in Copenhagen: `14.05`."""
    return format_time(local_time(value), "HH.mm" if language == "da" else "HH:mm", locale=_locale(language))


def format_day_and_time(value: datetime, language: str) -> str:
    """Date and time in Copenhagen: `31. december 2026 kl. 14.05`."""
    return f"{format_day(value, language)} {'kl.' if language == 'da' else 'at'} {format_time_of_day(value, language)}"


def _locale(language: str) -> str:
    return "da_DK" if language == "da" else "en_GB"
