"""The citizen's own data (GDPR art. 15 and 20) as a page, in print, as PDF and as JSON."""

from litestar import Response, get

from budgets import data_export as budgets_data_export
from foundation.clock import local_date
from foundation.i18n import N_, LazyText, translations
from foundation.pdf import Document, Section, Table, TableColumn, render_pdf
from guides import data_export as guides_data_export
from people.access.model import DataKind, Purpose, Role
from people.data_export import parts
from people.data_export.model import ExportSection, as_json
from people.web.app_state import AppRequest
from people.web.context import RequestContext, read_context
from people.web.responses import NavigationLink, language, render, site_context
from people.web.rules import require_role
from plans import data_export as plans_data_export

EXPORT_MODULES = (parts, plans_data_export, guides_data_export, budgets_data_export)
RECORDS_SHOWN_MAX = 50  # of one section, the newest; the JSON file contains all
COLUMNS_MAX = 5  # of a table with a row per record; with more fields each field gets a row of its own

_CITIZEN = require_role(Role.CITIZEN)


def export_own_data(context: RequestContext) -> tuple[ExportSection, ...]:
    """Every package's data about the actor. Records the read in the access log."""
    for kind in DataKind:
        context.authorize_read(context.person_id, kind, Purpose.OWN)
    return tuple(
        section
        for module in EXPORT_MODULES
        for section in module.export_person(context.db, context.person_id)
    )


@get("/my-data", opt=_CITIZEN, sync_to_thread=True)
def show_my_data(request: AppRequest) -> Response[str]:
    """The data as a page."""
    return render(request, "livsmester/home/my_data.html", paper=_document(request))


@get("/my-data/print", opt=_CITIZEN, sync_to_thread=True)
def print_my_data(request: AppRequest) -> Response[str]:
    """The data for printing."""
    return render(request, "print/document.html", paper=_document(request))


@get("/my-data.pdf", opt=_CITIZEN, sync_to_thread=True)
def download_my_data_pdf(request: AppRequest) -> Response[bytes]:
    """The data as PDF."""
    return _download(render_pdf("document", _document(request), language(request)), "application/pdf", "pdf")


@get("/my-data.json", opt=_CITIZEN, sync_to_thread=True)
def download_my_data_json(request: AppRequest) -> Response[bytes]:
    """All data as JSON, for import into other systems."""
    with read_context(request) as context:
        sections = export_own_data(context)
    return _download(as_json(sections, context.person_id, context.now), "application/json", "json")


def _download(content: bytes, media_type: str, extension: str) -> Response[bytes]:
    disposition = f'attachment; filename="mine-oplysninger.{extension}"'
    return Response(content, media_type=media_type, headers={"Content-Disposition": disposition})


def _document(request: AppRequest) -> Document:
    with read_context(request) as context:
        sections = export_own_data(context)
    gettext = translations(language(request)).gettext
    return Document(
        title=gettext(N_("Everything we know about you")),
        municipality=site_context(request).municipality,
        written_on=local_date(context.now),
        lead=(gettext(N_("Here is all that is written about you in this system.")),),
        sections=tuple(
            _section(section, language(request)) for section in sections if not section.machine_readable_only
        ),
    )


def _section(section: ExportSection, language_code: str) -> Section:
    gettext = translations(language_code).gettext
    records = section.records[-RECORDS_SHOWN_MAX:]
    labels = {
        field.name: gettext(field.label)
        for record in records
        for field in record
        if field.formatted(language_code)
    }
    if len(records) == 1 or len(labels) > COLUMNS_MAX:
        headings = [gettext(N_("What")), gettext(N_("What is written"))]
        rows = [
            [labels[field.name], field.formatted(language_code)]
            for record in records
            for field in record
            if field.formatted(language_code)
        ]
    else:
        headings = list(labels.values())
        rows = [
            [field.formatted(language_code) for field in record if field.name in labels]
            for record in reversed(records)
        ]
    omitted = len(section.records) - len(records)
    note = LazyText(N_("%(count)s older ones stand in the file for other programs."), {"count": str(omitted)})
    table = Table(tuple(map(TableColumn, headings)), tuple(map(tuple, rows)))
    return Section(gettext(section.title), (note.render(language_code),) if omitted else (), table)


ROUTES = (show_my_data, print_my_data, download_my_data_pdf, download_my_data_json)

FLASH_MESSAGES: dict[str, LazyText] = {}

NAVIGATION: tuple[NavigationLink, ...] = ()
