"""Compiling translation catalogues: when the wheel is built, or at the first use in a checkout."""

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

COMPILED = "livsmester.mo"  # in the wheel, in place of the catalogues


def compile_catalogues(folder: Path) -> bytes:
    """The texts of every `*.po` in a language's folder as one gettext `.mo` file, without fuzzy entries."""
    merged = Catalog(locale=folder.name)
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=folder.name):
                if message.id and message.string and not message.fuzzy:
                    merged.add(message.id, message.string, context=message.context)
    compiled = BytesIO()
    write_mo(compiled, merged)
    return compiled.getvalue()
