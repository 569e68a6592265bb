"""Danish and English: marking texts, loading the catalogues, picking the language.

Texts stand in the code in English and are their own keys; the Danish lies in `translations/da/<room>.po`.
"""

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
        return translations(language).gettext(self.message) % self.values


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
