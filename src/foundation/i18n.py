"""Danish and English: marking texts for translation, loading the catalogues, formatting numbers.

Texts are written in English in the code and are their own message ids; the Danish is in
`translations/da/<package>.po`.
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
    """An English message with placeholders (`%(name)s`) and their values, to be translated when it is
    rendered.
    """

    message: str
    values: dict[str, str | int] = {}

    def render(self, language: str) -> str:
        """The text in that language."""
        return translations(language).gettext(self.message) % format_numbers(self.values, language)


def format_number(value: int, language: str) -> str:
    """A count as that language writes it: `12.850` in Danish, `12,850` in English."""
    text = f"{value:,}".replace("-", "−")
    return text.replace(",", ".") if language == "da" else text


class _LocalizedInt(int):
    """An int that formats with thousands separators as `%(name)s`, and bare as `%(name)d`."""

    language: str

    def __str__(self) -> str:
        return format_number(self, self.language)


def format_numbers(values: Mapping[str, object], language: str) -> dict[str, object]:
    """The values of a message with its whole numbers as counts.

    A row number, a year or a seed is no count: write `%(name)d` in the message.
    """
    return {
        name: _localized_int(value, language) if isinstance(value, int) else value
        for name, value in values.items()
    }


def _localized_int(value: int, language: str) -> _LocalizedInt:
    localized = _LocalizedInt(value)
    localized.language = language
    return localized


def N_(message: str) -> str:
    """The same text. Marks a message for translation where it is not translated at once."""
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
