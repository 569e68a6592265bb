"""Rendering documents as tagged PDF (PDF/UA-1, ISO 14289-1), for screen readers and for print.

Values are passed to the Typst template as JSON and never inserted into its source, so that text which people
wrote can't become markup. They are in the document's language already; a template contains no texts of its
own.
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
    """What every document has; a subclass adds the values of its template."""

    title: str
    municipality: str
    written_on: date


class TableColumn(msgspec.Struct, frozen=True):
    """A column's heading; numbers are right-aligned, and neither they nor short cells are broken over lines."""

    text: str
    number: bool = False
    short: bool = False


class Table(msgspec.Struct, frozen=True):
    """Rows under headings; a row's first cell is its heading. `total` is the last row, if there is one."""

    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()


class Section(msgspec.Struct, frozen=True):
    """A heading, its sentences, each a paragraph, and optionally a table."""

    heading: str
    sentences: tuple[str, ...] = ()
    table: Table | None = None


class Document(PdfInput, frozen=True, kw_only=True):
    """The usual document: first what matters most, then sections. `components/document.html` shows it on a
    page.
    """

    lead: tuple[str, ...]
    sections: tuple[Section, ...]


class _TemplateInput(msgspec.Struct, frozen=True):
    document: PdfInput
    language: str
    day: str  # written_on in words
    page_of: str
    plain: bool = False  # draw a box for every character that is not Latin, Greek or Cyrillic


def render_pdf(template_name: str, document: PdfInput, language: str) -> bytes:
    """The PDF of the template `templates/pdf/<template_name>.typ`; the same values give the same bytes.

    `language` is "da" or "en". If the text has a character that no available typeface has (an emoji), every
    character that is neither Latin, Greek nor Cyrillic becomes an empty box. Raises LookupError for an
    unknown template.
    """
    folder = resource_dir("templates") / "pdf"
    template = folder / f"{template_name}.typ"
    if not template.is_file():
        raise LookupError(f"no PDF template {template_name}")
    page_of = translations(language).gettext(_PAGE_OF)
    template_input = _TemplateInput(document, language, format_day(document.written_on, language), page_of)
    try:
        return _compile(template, template_input)
    except typst.TypstError as error:
        if "could not be displayed" not in error.message:
            raise
        return _compile(template, msgspec.structs.replace(template_input, plain=True))


def _compile(template: Path, template_input: _TemplateInput) -> bytes:
    pdf: bytes = typst.compile(
        str(template),
        root=str(template.parent),
        # The same values have to give the same bytes on every machine, whatever typefaces it has.
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=["ua-1"],
        sys_inputs={"given": msgspec.json.encode(template_input).decode()},
        timestamp=datetime.combine(template_input.document.written_on, time(12), UTC),
    )
    return pdf
