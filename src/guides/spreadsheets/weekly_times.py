"""Weekly times in a cell: `man 09:00-12:00 | tor eftermiddag`; a day alone means the whole day."""

import re
from collections.abc import Iterable

from foundation.i18n import N_
from foundation.spreadsheets.cells import CellType
from foundation.spreadsheets.errors import CellError, quoted
from guides.matching.model import MINUTES_PER_DAY, Slot, fold

DAYS = ("man", "tir", "ons", "tor", "fre", "lør", "søn")
PARTS_OF_DAY = {
    "formiddag": (8 * 60, 12 * 60),
    "eftermiddag": (12 * 60, 17 * 60),
    "aften": (17 * 60, 22 * 60),
    "": (0, MINUTES_PER_DAY),
}

_DAY_BY_WORD = {
    word: day
    for day, words in enumerate(
        (
            ("man", "mandag"),
            ("tir", "tirs", "tirsdag"),
            ("ons", "onsdag"),
            ("tor", "tors", "torsdag"),
            ("fre", "fredag"),
            ("lør", "lørdag", "loer", "loerdag"),
            ("søn", "søndag", "soen", "soendag"),
        )
    )
    for word in words
}
_TIME = re.compile(r"(?P<day>[^\W\d]+)\.?\s*(?P<rest>.*)")
_CLOCK = r"([0-9]{1,2})(?:[:.]([0-9]{2}))?"
_SPAN = re.compile(rf"(?:kl\.? ?)?{_CLOCK} ?[-‐‑–—−] ?{_CLOCK}")


def read_times(text: str) -> tuple[Slot, ...]:
    """The weekly times in a cell, sorted; times that touch or overlap are joined. Raises CellError."""
    return join_slots(_read_slot(entry) for entry in re.split(r"[|,]", text) if entry.strip())


def write_times(slots: Iterable[Slot]) -> str:
    """The cell that `read_times` reads as these times."""
    return " | ".join(_slot_text(slot) for slot in slots)


def join_slots(slots: Iterable[Slot]) -> tuple[Slot, ...]:
    """The same minutes of the week as sorted slots that neither touch nor overlap."""
    joined: list[Slot] = []
    for slot in sorted(slots):
        if joined and joined[-1].day == slot.day and slot.start <= joined[-1].end:
            joined[-1] = joined[-1]._replace(end=max(joined[-1].end, slot.end))
        else:
            joined.append(slot)
    return tuple(joined)


TIMES = CellType(read_times, write_times)


def _read_slot(entry: str) -> Slot:
    match = _TIME.fullmatch(fold(entry))
    day = _DAY_BY_WORD.get(match["day"]) if match else None
    if match is None or day is None:
        raise _unclear_time_error(entry)
    if match["rest"] in PARTS_OF_DAY:
        return Slot(day, *PARTS_OF_DAY[match["rest"]])
    span = _SPAN.fullmatch(match["rest"])
    if span is None:
        raise _unclear_time_error(entry)
    start, end = _minutes(span[1], span[2]), _minutes(span[3], span[4])
    if start is None or end is None or start >= end:
        raise CellError(
            N_("The time in '%(value)s' must go from 00:00 to 24:00 and end later than it begins."),
            value=quoted(entry.strip()),
        )
    return Slot(day, start, end)


def _minutes(hour: str, minute: str | None) -> int | None:
    """Minutes since midnight, 0 to 1440; None for a time that does not exist."""
    minutes = int(hour) * 60 + int(minute or 0)
    return minutes if minutes <= MINUTES_PER_DAY and int(minute or 0) < 60 else None


def _unclear_time_error(entry: str) -> CellError:
    return CellError(
        N_("'%(value)s' is not a weekly time. Write for example man 09:00-12:00 | tor eftermiddag."),
        value=quoted(entry.strip()),
    )


def _slot_text(slot: Slot) -> str:
    day = DAYS[slot.day]
    if (slot.start, slot.end) == PARTS_OF_DAY[""]:
        return day
    return f"{day} {slot.start // 60:02d}:{slot.start % 60:02d}-{slot.end // 60:02d}:{slot.end % 60:02d}"
