"""Danish and English: marking texts for translation, loading the catalogues, numbers as each language writes them.

Texts are written in the code in English and are their own keys; the Danish is in `translations/da/<package>.po`.
"""

from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO

import msgspec

from foundation.catalogues import COMPILED, compile_catalogues
from foundation.resources import resource_dir

LANGUAGES = ("da", "en")
DEFAULT_LANGUAGE = "da"


class LazyText(msgspec.Struct, frozen=True):
    """An English message with named places (`%(name)s`) and what goes there, to be shown in either language."""

    message: str
    values: dict[str, str | int] = {}

    def render(self, language: str) -> str:
        """The text in that language."""
        return translations(language).gettext(self.message) % format_numbers(self.values, language)


def format_number(value: int, language: str) -> str:
    """A count as people of that language write it: `12.850`, or `12,850`."""
    text = f"{value:,}".replace("-", "−")
    return text.replace(",", ".") if language == "da" else text


class _LocalizedInt(int):
    """A whole number that reads with its separators in the place `%(name)s`, and bare in `%(name)d`."""

    language: str

    def __str__(self) -> str:
        return format_number(self, self.language)


def format_numbers(values: Mapping[str, object], language: str) -> dict[str, object]:
    """What goes into the places of a text: whole numbers as counts. A row, a year or a seed is none and stands as `%(name)d`."""
    return {
        name: _localized_int(one, language) if isinstance(one, int) else one for name, one in values.items()
    }


def _localized_int(value: int, language: str) -> _LocalizedInt:
    made = _LocalizedInt(value)
    made.language = language
    return made


def N_(message: str) -> str:
    """The same text: marks an English message for translation where it is written, not where it is shown."""
    return message


@cache
def translations(language: str) -> NullTranslations:
    """The texts of a language, "da" or "en". Loaded once per process."""
    if language == "en":
        return NullTranslations()
    folder = resource_dir("translations") / language
    compiled = folder / COMPILED
    return GNUTranslations(
        BytesIO(compiled.read_bytes() if compiled.is_file() else compile_catalogues(folder))
    )
