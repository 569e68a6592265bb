"""The columns of the four spreadsheets: Danish header, field of the value, cell type.

An empty cell means no preference and no limit: an empty `uddannet_til` or `attest_til` is a training or record check
that never expires (`date.max`); a guide who has none is written `nej`.
"""

import re
from collections.abc import Iterable
from datetime import date

from foundation.i18n import N_
from foundation.spreadsheets.cells import (
    DATE,
    YES_NO,
    CellType,
    CellValue,
    decimal_cell,
    parse_date,
    text_cell,
    whole_number_cell,
)
from foundation.spreadsheets.errors import CellError, quoted
from foundation.spreadsheets.reader import ColumnSpec
from guides.matching.model import DEFAULT_CAPACITY, DEFAULT_LANGUAGE, MINUTES_PER_DAY, fold
from guides.spreadsheets.weekly_times import TIMES
from people.identity.cpr import parse_cpr

CAPACITY_MAX = 100
WORD_LENGTH_MAX = 100
WORDS_MAX = 50  # in one cell
NO_END = date.max
CPR_DIGITS_WITHOUT_ZERO = 9  # a spreadsheet drops the leading zero of a number

_SPLIT = re.compile(r"[|,]")


def read_words(text: str) -> tuple[str, ...]:
    """The tags in a cell, split at | or , and each once, as first spelled. Raises CellError."""
    tags: dict[str, str] = {}
    for part in _SPLIT.split(text):
        if tag := part.strip():
            tags.setdefault(fold(tag), tag)
    if len(tags) > WORDS_MAX:
        raise CellError(
            N_("The cell holds %(count)d words; %(limit)d is the most."), count=len(tags), limit=WORDS_MAX
        )
    for tag in tags.values():
        if len(tag) > WORD_LENGTH_MAX:
            raise CellError(
                N_("'%(value)s' is too long. Separate words with | or a comma."), value=quoted(tag)
            )
    return tuple(tags.values())


def write_words(tags: Iterable[str]) -> str:
    """The cell that `read_words` reads as these tags. Raises ValueError for a tag that contains | or a comma."""
    tags = tuple(tags)
    for tag in tags:
        if _SPLIT.search(tag):
            raise ValueError(f"a tag cannot contain | or a comma: {tag!r}")
    return " | ".join(tags)


def read_id(text: str) -> str:
    """An id; without | and comma, because a cell may list several ids. Raises CellError."""
    if len(text) > WORD_LENGTH_MAX or _SPLIT.search(text):
        raise CellError(
            N_("'%(value)s' cannot be an id. An id has at most %(limit)d characters, and no | and no comma."),
            value=quoted(text),
            limit=WORD_LENGTH_MAX,
        )
    return text


def read_end(text: str) -> date | None:
    """The last valid day of a training or record check; None for `nej`. Raises CellError."""
    return None if text.casefold() == "nej" else parse_date(text)


def write_end(day: date | None) -> CellValue:
    """The cell that `read_end` reads as this day; empty for NO_END."""
    if day is None:
        return "nej"
    return None if day == NO_END else day


def read_cpr_cell(text: str) -> str:
    """A CPR number, also one whose leading zero a spreadsheet has dropped. Raises CellError."""
    try:
        return parse_cpr(f"0{text}" if len(text) == CPR_DIGITS_WITHOUT_ZERO and text.isdigit() else text)
    except ValueError as error:  # its message never repeats the cell
        raise CellError(str(error)) from None


ID = CellType(read_id, str)
NAME = text_cell(WORD_LENGTH_MAX)
WORDS = CellType(read_words, write_words)
END = CellType(read_end, write_end)
MINUTES = whole_number_cell(0, MINUTES_PER_DAY, example=30)

_LANGUAGES = ColumnSpec(name="sprog", field="languages", cell=WORDS, empty=(DEFAULT_LANGUAGE,))
_EXPERIENCES = ColumnSpec(name="erfaringer", field="experiences", cell=WORDS, empty=())
_INTERESTS = ColumnSpec(name="interesser", field="interests", cell=WORDS, empty=())
_DISLIKES = ColumnSpec(name="kan_ikke_lide", field="dislikes", cell=WORDS, empty=())
_TIMES = ColumnSpec(name="tider", field="times", cell=TIMES, empty=())
_TRAVEL = ColumnSpec(name="rejse_minutter", field="travel_minutes_max", cell=MINUTES, empty=None)
_GIVEN_NAME = ColumnSpec(name="fornavn", field="given_name", cell=NAME)
_AREA = ColumnSpec(name="område", field="area", cell=NAME)
_GENDER = ColumnSpec(name="køn", field="gender", cell=NAME)

GUIDE_COLUMNS = (
    ColumnSpec(name="guide_id", field="id", cell=ID, required=True),
    _GIVEN_NAME,
    _AREA,
    _LANGUAGES,
    _GENDER,
    ColumnSpec(
        name="kapacitet",
        field="capacity",
        cell=whole_number_cell(0, CAPACITY_MAX, example=DEFAULT_CAPACITY),
        empty=DEFAULT_CAPACITY,
    ),
    ColumnSpec(name="aktive", field="active", cell=whole_number_cell(0, CAPACITY_MAX, example=1), empty=0),
    ColumnSpec(name="kan_hjælpe_med", field="helps_with", cell=WORDS, empty=()),
    _EXPERIENCES,
    _INTERESTS,
    _DISLIKES,
    ColumnSpec(name="vil_gerne_have", field="wants", cell=WORDS, empty=()),
    _TIMES,
    _TRAVEL,
    ColumnSpec(name="uddannet_til", field="trained_until", cell=END, empty=NO_END),
    ColumnSpec(name="attest_til", field="checked_until", cell=END, empty=NO_END),
    ColumnSpec(name="pause_til", field="paused_until", cell=DATE, empty=None),
)

REQUEST_COLUMNS = (
    ColumnSpec(name="borger_id", field="id", cell=ID, required=True),
    _GIVEN_NAME,
    _AREA,
    _LANGUAGES,
    _GENDER,
    ColumnSpec(name="ønsket_siden", field="waiting_since", cell=DATE, required=True),
    ColumnSpec(name="haster", field="urgent", cell=YES_NO, empty=False),
    ColumnSpec(name="ønsker_hjælp_til", field="wants_help_with", cell=WORDS, empty=()),
    _EXPERIENCES,
    _INTERESTS,
    _DISLIKES,
    ColumnSpec(name="kan_give", field="gives", cell=WORDS, empty=()),
    _TIMES,
    _TRAVEL,
    ColumnSpec(name="ønsker_køn", field="wanted_gender", cell=NAME),
    ColumnSpec(name="ønsker_ikke_guide", field="excluded_guides", cell=WORDS, empty=()),
)

# Read, never written: an exported spreadsheet holds no CPR numbers.
CPR_COLUMN = ColumnSpec(name="cpr", field="cpr", cell=CellType(read_cpr_cell, str), optional=True)

AREA_COLUMNS = (
    ColumnSpec(name="område", field="id", cell=NAME, required=True),
    ColumnSpec(name="navn", field="name", cell=NAME),
    ColumnSpec(name="bredde", field="latitude", cell=decimal_cell(-90, 90, example="56,15"), required=True),
    ColumnSpec(
        name="længde", field="longitude", cell=decimal_cell(-180, 180, example="10,21"), required=True
    ),
)

TRAVEL_COLUMNS = (
    ColumnSpec(name="fra", field="start", cell=NAME, required=True),
    ColumnSpec(name="til", field="end", cell=NAME, required=True),
    ColumnSpec(name="minutter", field="minutes", cell=MINUTES, required=True),
)
