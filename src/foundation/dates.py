"""Dates and times in words, Danish or English, as pages and documents show them."""

from datetime import date, datetime
from functools import lru_cache

from babel.dates import format_date, format_time

from foundation.clock import local_time


def format_day(value: date | datetime, language: str) -> str:
    """A date in words: `31. december 2026`; a moment is the day it is in Copenhagen."""
    if isinstance(value, datetime):
        value = local_time(value).date()
    return _format_local_date(value, language)


@lru_cache(4096)  # pages show the same days over and over, and Babel takes its time
def _format_local_date(value: date, language: str) -> str:
    return format_date(value, "d. MMMM y" if language == "da" else "d MMMM y", locale=_locale(language))


def format_time_of_day(value: datetime, language: str) -> str:
    """The time of a moment in Copenhagen: `14.05`."""
    return format_time(local_time(value), "HH.mm" if language == "da" else "HH:mm", locale=_locale(language))


def format_day_and_time(value: datetime, language: str) -> str:
    """A moment in words: `31. december 2026 kl. 14.05`."""
    return f"{format_day(value, language)} {'kl.' if language == 'da' else 'at'} {format_time_of_day(value, language)}"


def _locale(language: str) -> str:
    return "da_DK" if language == "da" else "en_GB"
