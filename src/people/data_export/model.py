"""Everything held about a person, as values: what each package offers, in one shape. Pure."""

from collections.abc import Mapping
from datetime import date, datetime

import msgspec

from foundation.dates import format_day, format_day_and_time
from foundation.i18n import N_, translations
from foundation.money import format_ore

FieldValue = str | int | bool | datetime | date | tuple[str, ...] | None

_YES_NO = {True: N_("Yes"), False: N_("No")}


class ExportField(msgspec.Struct, frozen=True):
    """One thing that is held: its name in files, what people call it, and what it is."""

    name: str
    label: str  # English, marked for translation
    value: FieldValue
    value_labels: tuple[
        str, ...
    ] = ()  # what people call the value, where it is a code or several; marked too

    def formatted(self, language: str) -> str:
        """The value as it is read."""
        gettext = translations(language).gettext
        said = str(self.value or "")
        match self.value:
            case bool():
                said = gettext(_YES_NO[self.value])
            case int():
                said = format_ore(self.value, language) if self.name.endswith("_ore") else str(self.value)
            case datetime():
                said = format_day_and_time(self.value, language)
            case date():
                said = format_day(self.value, language)
            case tuple():
                said = ", ".join(self.value)
        return ", ".join(map(gettext, self.value_labels)) or said


class ExportSection(msgspec.Struct, frozen=True):
    """What one part of the software holds about a person: its name in files, a heading, and records of facts."""

    name: str
    title: str  # English, marked for translation
    machine_readable_only: bool  # nothing that anybody would read: in the file for other programs only
    records: tuple[tuple[ExportField, ...], ...]


def as_json(sections: tuple[ExportSection, ...], person_id: str, at: datetime) -> bytes:
    """All of it for another program to read (GDPR art. 20): UTC times, amounts in øre, codes as they are stored."""
    content: Mapping[str, object] = {
        "person": person_id,
        "written_at": at,
        "held": {
            part.name: [{fact.name: fact.value for fact in one} for one in part.records] for part in sections
        },
    }
    return msgspec.json.format(msgspec.json.encode(content), indent=2)
