"""The register of processing worded: one document for the page and the print, and the same as markdown, text or JSON. Pure."""

from collections.abc import Iterator
from datetime import date

import msgspec

from foundation.i18n import N_, Text, translations
from foundation.pdf import Column, Document, Part, Table
from livsmester.processing_register.model import MEASURES, Processing

_ROWS = {
    "purpose": N_("What for"),
    "people": N_("About whom"),
    "data": N_("What kinds of data"),
    "recipients": N_("Who sees it besides"),
    "kept": N_("How long"),
}
_LEAD = (
    N_("Made by the software from its own list of what it holds (GDPR art. 30)."),
    N_(
        "The municipality is the controller. Add its contact, the data protection officer and its processors."
    ),
    N_("Nothing is passed on to others or to countries outside the EU by the software."),
)


def document(register: tuple[Processing, ...], municipality: str, today: date, language: str) -> Document:
    """The register as it is read and printed, in that language."""
    gettext = translations(language).gettext
    parts = [
        Part(
            one.title,
            table=Table(
                (Column(gettext(N_("What")), short=True), Column(gettext(N_("What is written")))),
                _rows(one, language),
            ),
        )
        for one in register
    ]
    measures = Part(gettext(N_("How it is kept safe")), tuple(map(gettext, MEASURES)))
    return Document(
        title=gettext(N_("Register of processing")),
        municipality=municipality,
        written_on=today,
        lead=tuple(map(gettext, _LEAD)),
        parts=(*parts, measures),
    )


def _rows(one: Processing, language: str) -> tuple[tuple[str, str], ...]:
    gettext = translations(language).gettext
    return tuple((gettext(label), _said(getattr(one, name))) for name, label in _ROWS.items())


def _said(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else ", ".join(value) or "–"


def as_markdown(paper: Document) -> str:
    """The document in Markdown."""
    return "\n".join(_lines(paper, "# {}", "## {}", "- **{}**: {}", "- {}")) + "\n"


def as_text(paper: Document) -> str:
    """The document as plain text."""
    return "\n".join(_lines(paper, "{}", "{}", "  {}: {}", "  {}")) + "\n"


def _lines(paper: Document, title: str, heading: str, row: str, sentence: str) -> Iterator[str]:
    yield title.format(
        " · ".join(word for word in (paper.title, paper.municipality, f"{paper.written_on}") if word)
    )
    yield ""
    yield from paper.lead
    for part in paper.parts:
        yield ""
        yield heading.format(part.heading)
        yield ""
        yield from (sentence.format(one) for one in part.sentences)
        yield from (row.format(*cells) for cells in (part.table.rows if part.table else ()))


def as_json(register: tuple[Processing, ...], municipality: str, today: date, language: str) -> str:
    """The register for another program."""
    said = {
        "municipality": municipality,
        "written_on": today,
        "security_measures": [Text(one).render(language) for one in MEASURES],
        "processing": register,
    }
    return msgspec.json.format(msgspec.json.encode(said), indent=2).decode() + "\n"
