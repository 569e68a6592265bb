"""The register of processing as a document, Markdown, plain text or JSON. No I/O."""

from collections.abc import Iterator
from datetime import date

import msgspec

from foundation.i18n import N_, LazyText, translations
from foundation.pdf import Document, Section, Table, TableColumn
from livsmester.processing_register.model import SECURITY_MEASURES, TranslatedActivity

_ROW_LABELS = {
    "purpose": N_("What for"),
    "people": N_("About whom"),
    "data": N_("What kinds of data"),
    "recipients": N_("Who sees it besides"),
    "kept": N_("How long"),
}
_INTRODUCTION = (
    N_("Made by the software from its own list of what it holds (GDPR art. 30)."),
    N_(
        "The municipality is the controller. Add its contact, the data protection officer and its processors."
    ),
    N_("Nothing is passed on to others or to countries outside the EU by the software."),
)


def register_document(
    activities: tuple[TranslatedActivity, ...], municipality: str, today: date, language: str
) -> Document:
    """The register as a document in `language`, for the page and for printing."""
    gettext = translations(language).gettext
    sections = [
        Section(
            activity.title,
            table=Table(
                (TableColumn(gettext(N_("What")), short=True), TableColumn(gettext(N_("What is written")))),
                _rows(activity, language),
            ),
        )
        for activity in activities
    ]
    measures = Section(gettext(N_("How it is kept safe")), tuple(map(gettext, SECURITY_MEASURES)))
    return Document(
        title=gettext(N_("Register of processing")),
        municipality=municipality,
        written_on=today,
        lead=tuple(map(gettext, _INTRODUCTION)),
        sections=(*sections, measures),
    )


def _rows(activity: TranslatedActivity, language: str) -> tuple[tuple[str, str], ...]:
    gettext = translations(language).gettext
    return tuple((gettext(label), _joined(getattr(activity, name))) for name, label in _ROW_LABELS.items())


def _joined(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else ", ".join(value) or "–"


def as_markdown(document: Document) -> str:
    """The document in Markdown."""
    return "\n".join(_lines(document, "# {}", "## {}", "- **{}**: {}", "- {}")) + "\n"


def as_text(document: Document) -> str:
    """The document as plain text."""
    return "\n".join(_lines(document, "{}", "{}", "  {}: {}", "  {}")) + "\n"


def _lines(document: Document, title: str, heading: str, row: str, sentence: str) -> Iterator[str]:
    yield title.format(
        " · ".join(text for text in (document.title, document.municipality, f"{document.written_on}") if text)
    )
    yield ""
    yield from document.lead
    for section in document.sections:
        yield ""
        yield heading.format(section.heading)
        yield ""
        yield from (sentence.format(text) for text in section.sentences)
        yield from (row.format(*cells) for cells in (section.table.rows if section.table else ()))


def as_json(activities: tuple[TranslatedActivity, ...], municipality: str, today: date, language: str) -> str:
    """The register as JSON."""
    register = {
        "municipality": municipality,
        "written_on": today,
        "security_measures": [LazyText(measure).render(language) for measure in SECURITY_MEASURES],
        "processing": activities,
    }
    return msgspec.json.format(msgspec.json.encode(register), indent=2).decode() + "\n"
