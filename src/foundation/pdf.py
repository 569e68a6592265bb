"""From values to a paper: a tagged PDF (PDF/UA-1, ISO 14289-1) that a screen reader reads and a printer prints.

The values are handed to the Typst template as JSON, never pasted into its source, so whatever a person wrote stays text.
They are worded already, in the language of the paper; a template holds no words of its own.
"""

from datetime import UTC, date, datetime, time
from pathlib import Path

import msgspec
import typst

from foundation.dates import format_day
from foundation.i18n import N_, translations
from foundation.resources import resource_dir

_PAGE_OF = N_("Page %(page)s of %(pages)s")


class PdfInput(msgspec.Struct, frozen=True, kw_only=True):
    """What every paper says of itself; a kind of paper adds what its template shows."""

    title: str
    municipality: str
    written_on: date


class TableColumn(msgspec.Struct, frozen=True):
    """A column's heading; numbers stand to the right, and neither they nor what is short is broken over lines."""

    text: str
    number: bool = False
    short: bool = False


class Table(msgspec.Struct, frozen=True):
    """Rows under headings; a row's first cell is its name. `total` is the last row, if there is one."""

    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()


class Section(msgspec.Struct, frozen=True):
    """A heading, the sentences under it, each a paragraph of its own, and maybe a table."""

    heading: str
    sentences: tuple[str, ...] = ()
    table: Table | None = None


class Document(PdfInput, frozen=True, kw_only=True):
    """Most papers: first what matters most, then parts. `components/document.html` shows the same on a page."""

    lead: tuple[str, ...]
    sections: tuple[Section, ...]


class _TemplateInput(msgspec.Struct, frozen=True):
    document: PdfInput
    language: str
    day: str  # written_on in words
    page_of: str
    plain: bool = False  # show a box for every sign beyond Danish and its neighbours


def render_pdf(template_name: str, document: PdfInput, language: str) -> bytes:
    """The PDF of the template `templates/pdf/<name>.typ` with these values; the same bytes for the same values.

    `language` is "da" or "en". Where somebody wrote a sign that no typeface at hand can draw (an emoji), it and all that
    is neither Latin, Greek nor Cyrillic becomes an empty box. Raises LookupError for a name that has no template.
    """
    folder = resource_dir("templates") / "pdf"
    template = folder / f"{template_name}.typ"
    if not template.is_file():
        raise LookupError(f"no paper {template_name}")
    page_of = translations(language).gettext(_PAGE_OF)
    given = _TemplateInput(document, language, format_day(document.written_on, language), page_of)
    try:
        return _compile(template, given)
    except typst.TypstError as problem:
        if "could not be displayed" not in problem.message:
            raise
        return _compile(template, msgspec.structs.replace(given, plain=True))


def _compile(template: Path, template_input: _TemplateInput) -> bytes:
    pdf: bytes = typst.compile(
        str(template),
        root=str(template.parent),
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=["ua-1"],
        sys_inputs={"given": msgspec.json.encode(template_input).decode()},
        timestamp=datetime.combine(template_input.document.written_on, time(12), UTC),
    )
    return pdf
