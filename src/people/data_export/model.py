"""Subject access export: the values that each package returns, in one shape. No I/O."""

from collections.abc import Mapping
from datetime import date, datetime

import msgspec

from foundation.dates import format_day, format_day_and_time
from foundation.i18n import N_, translations
from foundation.money import format_ore

FieldValue = str | int | bool | datetime | date | tuple[str, ...] | None

_YES_NO = {True: N_("Yes"), False: N_("No")}


class ExportField(msgspec.Struct, frozen=True):
    """One field: its name in the JSON file, its label, and its value."""

    name: str
    label: str  # English, marked for translation
    value: FieldValue
    value_labels: tuple[str, ...] = ()  # labels of a code or several codes; also marked for translation

    def formatted(self, language: str) -> str:
        """The value as text in that language."""
        gettext = translations(language).gettext
        text = str(self.value or "")
        match self.value:
            # Before `int`, because every bool is an int too; so is datetime before `date`.
            case bool():
                text = gettext(_YES_NO[self.value])
            case int():
                text = format_ore(self.value, language) if self.name.endswith("_ore") else str(self.value)
            case datetime():
                text = format_day_and_time(self.value, language)
            case date():
                text = format_day(self.value, language)
            case tuple():
                text = ", ".join(self.value)
        return ", ".join(map(gettext, self.value_labels)) or text


class ExportSection(msgspec.Struct, frozen=True):
    """What one table has about a person: its name in the JSON file, a heading, and the records."""

    name: str
    title: str  # English, marked for translation
    machine_readable_only: bool  # of no interest to readers: only in the JSON file
    records: tuple[tuple[ExportField, ...], ...]


def as_json(sections: tuple[ExportSection, ...], person_id: str, at: datetime) -> bytes:
    """All sections as JSON (GDPR art. 20): UTC times, amounts in øre, codes as they are stored."""
    content: Mapping[str, object] = {
        "person": person_id,
        "written_at": at,
        "held": {
            section.name: [{field.name: field.value for field in record} for record in section.records]
            for section in sections
        },
    }
    return msgspec.json.format(msgspec.json.encode(content), indent=2)
