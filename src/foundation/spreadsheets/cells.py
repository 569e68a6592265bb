"""Types of cells, parsed and serialised: text, whole number, decimal number, date, yes or no.

A parser takes a cleaned, non-empty cell and raises CellError; a serialiser returns what `write_csv` takes.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Any
from unicodedata import normalize

import msgspec

from foundation.i18n import N_
from foundation.spreadsheets.errors import CellError, quoted

CellValue = str | int | float | bool | date | None

_INVISIBLE = re.compile("[\u200b\ufeff]")  # zero-width space, and a byte order mark from joined files
_WHOLE = re.compile(r"([+-]?[0-9]+)(?:[.,]0)?")
_DECIMAL = re.compile(r"([+-]?[0-9]+)(?:[.,]([0-9]+))?")
_DANISH_DATE = re.compile(r"([0-9]{1,2})[-.]([0-9]{1,2})[-.]([0-9]{4})")
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MIDNIGHT = re.compile(r"[T ]00:00(:00)?$")  # some spreadsheets write a date as a point in time
_YES_NO = {"ja": True, "j": True, "nej": False, "n": False}


class CellType(msgspec.Struct, frozen=True):
    """A type of cell: how its text is parsed, and how its value is serialised."""

    parse: Callable[[str], Any]
    serialize: Callable[[Any], CellValue]


def clean_cell(text: str) -> str:
    """The cell's text normalised: composed letters (NFC), single plain spaces, no line breaks, no surrounding
    space.
    """
    if not text.isascii():
        text = normalize("NFC", _INVISIBLE.sub("", text))
    return " ".join(text.split())


def text_cell(length_max: int) -> CellType:
    """Free text of at most `length_max` characters."""

    def parse(text: str) -> str:
        if len(text) > length_max:
            raise CellError(
                N_("The text has %(length)d characters; %(limit)d is the most."),
                length=len(text),
                limit=length_max,
            )
        return text

    return CellType(parse, str)


def whole_number_cell(low: int, high: int, *, example: int) -> CellType:
    """A whole number from `low` to `high`, both included."""

    def parse(text: str) -> int:
        match = _WHOLE.fullmatch(text.replace("−", "-"))
        if not match:
            raise CellError(
                N_("'%(value)s' is not a number. Write for example %(example)s."),
                value=quoted(text),
                example=str(example),
            )
        number = int(match[1])
        if not low <= number <= high:
            raise CellError(
                N_("%(value)s is outside %(low)d to %(high)d."), value=quoted(match[1]), low=low, high=high
            )
        return number

    return CellType(parse, lambda number: number)


def decimal_cell(low: float, high: float, *, example: str) -> CellType:
    """A number with decimal comma or point, from `low` to `high`, both included."""

    def parse(text: str) -> float:
        match = _DECIMAL.fullmatch(text.replace("−", "-"))
        if not match:
            raise CellError(
                N_("'%(value)s' is not a number. Write for example %(example)s."),
                value=quoted(text),
                example=example,
            )
        number = float(f"{match[1]}.{match[2] or 0}")
        if not low <= number <= high:
            raise CellError(
                N_("%(value)s is outside %(low)d to %(high)d."),
                value=quoted(text),
                low=int(low),
                high=int(high),
            )
        return number

    return CellType(parse, lambda number: number)


def parse_date(text: str) -> date:
    """The date written as dd-mm-yyyy, dd.mm.yyyy or yyyy-mm-dd, from the year 1900. Raises CellError."""
    without_time = _MIDNIGHT.sub("", text)
    if match := _ISO_DATE.fullmatch(without_time):
        year, month, day = int(match[1]), int(match[2]), int(match[3])
    elif match := _DANISH_DATE.fullmatch(without_time):
        year, month, day = int(match[3]), int(match[2]), int(match[1])
    else:
        raise CellError(
            N_("'%(value)s' is not a date. Write day-month-year, for example 31-12-2026."), value=quoted(text)
        )
    try:
        parsed = date(year, month, day)
    except ValueError:
        parsed = date.min
    if parsed.year < 1900:
        raise CellError(N_("There is no such day as %(value)s."), value=quoted(text))
    return parsed


def _parse_yes_no(text: str) -> bool:
    answer = _YES_NO.get(text.casefold())
    if answer is None:
        raise CellError(N_("'%(value)s' is neither ja nor nej. Write ja or nej."), value=quoted(text))
    return answer


DATE = CellType(parse_date, lambda day: day)
YES_NO = CellType(_parse_yes_no, bool)
