"""From values to a paper: a tagged PDF (PDF/UA-1, ISO 14289-1) that a screen reader reads and a printer prints.

The values are handed to the Typst template as JSON, never pasted into its source, so whatever a person wrote stays text.
They are worded already, in the language of the paper; a template holds no words of its own.
"""

from datetime import UTC, date, datetime, time
from pathlib import Path

import msgspec
import typst

from foundation.dates import day
from foundation.i18n import N_, translations
from foundation.resources import folder

_PAGE_OF = N_("Page %(page)s of %(pages)s")


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """What every paper says of itself; a kind of paper adds what its template shows."""

    title: str
    municipality: str
    written_on: date


class Column(msgspec.Struct, frozen=True):
    """A column's heading; numbers stand to the right, and neither they nor what is short is broken over lines."""

    text: str
    number: bool = False
    short: bool = False


class Table(msgspec.Struct, frozen=True):
    """Rows under headings; a row's first cell is its name. `total` is the last row, if there is one."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()


class Part(msgspec.Struct, frozen=True):
    """A heading, the sentences under it, each a paragraph of its own, and maybe a table."""

    heading: str
    sentences: tuple[str, ...] = ()
    table: Table | None = None


class Document(Paper, frozen=True, kw_only=True):
    """Most papers: first what matters most, then parts. `components/document.html` shows the same on a page."""

    lead: tuple[str, ...]
    parts: tuple[Part, ...]


class _Given(msgspec.Struct, frozen=True):
    paper: Paper
    language: str
    day: str  # written_on in words
    page_of: str
    plain: bool = False  # show a box for every sign beyond Danish and its neighbours


def paper(name: str, values: Paper, language: str) -> bytes:
    """The PDF of the template `templates/papers/<name>.typ` with these values; the same bytes for the same values.

    `language` is "da" or "en". Where somebody wrote a sign that no typeface at hand can draw (an emoji), it and all that
    is neither Latin, Greek nor Cyrillic becomes an empty box. Raises LookupError for a name that has no template.
    """
    papers = folder("templates") / "papers"
    template = papers / f"{name}.typ"
    if not template.is_file():
        raise LookupError(f"no paper {name}")
    page_of = translations(language).gettext(_PAGE_OF)
    given = _Given(values, language, day(values.written_on, language), page_of)
    try:
        return _compiled(template, given)
    except typst.TypstError as problem:
        if "could not be displayed" not in problem.message:
            raise
        return _compiled(template, msgspec.structs.replace(given, plain=True))


def _compiled(template: Path, given: _Given) -> bytes:
    pdf: bytes = typst.compile(
        str(template),
        root=str(template.parent),
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=["ua-1"],
        sys_inputs={"given": msgspec.json.encode(given).decode()},
        timestamp=datetime.combine(given.paper.written_on, time(12), UTC),
    )
    return pdf
