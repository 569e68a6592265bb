"""Danish and English: marking texts, loading the catalogues, picking the language.

Texts stand in the code in English and are their own keys; the Danish lies in `translations/da/<room>.po`.
"""

from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO

import msgspec
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from foundation.resources import folder

LANGUAGES = ("da", "en")
DEFAULT = "da"


class Text(msgspec.Struct, frozen=True):
    """An English message with named places (`%(name)s`) and what goes there, to be shown in either language."""

    message: str
    values: dict[str, str | int] = {}

    def render(self, language: str) -> str:
        """The text in that language."""
        return translations(language).gettext(self.message) % with_numbers(self.values, language)


def number(value: int, language: str) -> str:
    """A count as people of that language write it: `12.850`, or `12,850`."""
    text = f"{value:,}".replace("-", "−")
    return text.replace(",", ".") if language == "da" else text


class _Count(int):
    """A whole number that reads with its separators in the place `%(name)s`, and bare in `%(name)d`."""

    language: str

    def __str__(self) -> str:
        return number(self, self.language)


def with_numbers(values: Mapping[str, object], language: str) -> dict[str, object]:
    """What goes into the places of a text: whole numbers as counts. A row, a year or a seed is none and stands as `%(name)d`."""
    return {name: _count(one, language) if isinstance(one, int) else one for name, one in values.items()}


def _count(value: int, language: str) -> _Count:
    made = _Count(value)
    made.language = language
    return made


def N_(message: str) -> str:
    """The same text: marks an English message for translation where it is written, not where it is shown."""
    return message


@cache
def translations(language: str) -> NullTranslations:
    """The texts of a language, "da" or "en", out of every room's catalogue. Loaded once per process."""
    if language == "en":
        return NullTranslations()
    merged = Catalog(locale=language)
    for path in sorted((folder("translations") / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id and message.string and not message.fuzzy:
                    merged.add(message.id, message.string, context=message.context)
    compiled = BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return GNUTranslations(compiled)
