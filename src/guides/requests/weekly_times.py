"""Weekly times as text, such as `Mandag 9–12`, and the coarse parts of the week that a citizen chooses
from.
"""

from collections.abc import Iterable

from babel.dates import get_day_names

from foundation.i18n import N_, translations
from guides.matching.model import MINUTES_PER_DAY, Slot
from guides.spreadsheets.weekly_times import PARTS_OF_DAY, join_slots

WEEKDAYS, WEEKEND = range(5), range(5, 7)

# What a citizen can tick: value in the form → text, days, part of the day.
WEEK_PARTS: dict[str, tuple[str, range, str]] = {
    "weekday_mornings": (N_("Mornings, Monday to Friday"), WEEKDAYS, "formiddag"),
    "weekday_afternoons": (N_("Afternoons, Monday to Friday"), WEEKDAYS, "eftermiddag"),
    "weekday_evenings": (N_("Evenings, Monday to Friday"), WEEKDAYS, "aften"),
    "weekend_mornings": (N_("Mornings at the weekend"), WEEKEND, "formiddag"),
    "weekend_afternoons": (N_("Afternoons at the weekend"), WEEKEND, "eftermiddag"),
    "weekend_evenings": (N_("Evenings at the weekend"), WEEKEND, "aften"),
}


def format_times(slots: Iterable[Slot], language: str) -> tuple[str, ...]:
    """Returns each weekly time as text, in the order of `slots`."""
    names = get_day_names("wide", locale="da_DK" if language == "da" else "en_GB")
    all_day = translations(language).gettext(N_("all day"))
    separator = "." if language == "da" else ":"
    return tuple(_format_slot(slot, str(names[slot.day]).capitalize(), all_day, separator) for slot in slots)


def _format_slot(slot: Slot, day: str, all_day: str, separator: str) -> str:
    if (slot.start, slot.end) == (0, MINUTES_PER_DAY):
        return f"{day} {all_day}"
    return f"{day} {_format_clock(slot.start, separator)}–{_format_clock(slot.end, separator)}"


def _format_clock(minutes: int, separator: str) -> str:
    hour, minute = divmod(minutes, 60)
    return f"{hour}{separator}{minute:02d}" if minute else str(hour)


def parts_to_slots(parts: Iterable[str]) -> tuple[Slot, ...]:
    """Returns the weekly times of these parts of the week; ignores unknown names."""
    known_parts = (WEEK_PARTS[part] for part in parts if part in WEEK_PARTS)
    return join_slots(Slot(day, *PARTS_OF_DAY[part]) for _, days, part in known_parts for day in days)


def slots_to_parts(slots: Iterable[Slot]) -> tuple[str, ...]:
    """Returns the parts of the week that the times cover completely."""
    joined = join_slots(slots)
    return tuple(
        name
        for name, (_, days, part) in WEEK_PARTS.items()
        if all(
            any(
                slot.day == day and slot.start <= PARTS_OF_DAY[part][0] and slot.end >= PARTS_OF_DAY[part][1]
                for slot in joined
            )
            for day in days
        )
    )
