"""Everything held about me (GDPR art. 15 and 20): on screen, on paper, as PDF and for other programs."""

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
RECORDS_SHOWN_MAX = 50  # of one part, the newest; the file for programs holds all
COLUMNS_MAX = 5  # of a table with a row for each record; more are written one below the other

_CITIZEN = require_role(Role.CITIZEN)


def export_own_data(context: RequestContext) -> tuple[ExportSection, ...]:
    """Everything that any package holds about whoever asks."""
    for kind in DataKind:
        context.authorize_read(context.person_id, kind, Purpose.OWN)
    return tuple(
        part for package in EXPORT_MODULES for part in package.export_person(context.db, context.person_id)
    )


@get("/my-data", opt=_CITIZEN, sync_to_thread=True)
def show_my_data(request: AppRequest) -> Response[str]:
    """Everything held about me, to read."""
    return render(request, "livsmester/home/my_data.html", paper=_document(request))


@get("/my-data/print", opt=_CITIZEN, sync_to_thread=True)
def print_my_data(request: AppRequest) -> Response[str]:
    """The same to print."""
    return render(request, "print/document.html", paper=_document(request))


@get("/my-data.pdf", opt=_CITIZEN, sync_to_thread=True)
def download_my_data_pdf(request: AppRequest) -> Response[bytes]:
    """The same as PDF."""
    return _download(render_pdf("document", _document(request), language(request)), "application/pdf", "pdf")


@get("/my-data.json", opt=_CITIZEN, sync_to_thread=True)
def download_my_data_json(request: AppRequest) -> Response[bytes]:
    """All of it, for another program to read."""
    with read_context(request) as context:
        held = export_own_data(context)
    return _download(as_json(held, context.person_id, context.now), "application/json", "json")


def _download(content: bytes, media_type: str, extension: str) -> Response[bytes]:
    name = f'attachment; filename="mine-oplysninger.{extension}"'
    return Response(content, media_type=media_type, headers={"Content-Disposition": name})


def _document(request: AppRequest) -> Document:
    with read_context(request) as context:
        held = export_own_data(context)
    gettext = translations(language(request)).gettext
    return Document(
        title=gettext(N_("Everything we know about you")),
        municipality=site_context(request).municipality,
        written_on=local_date(context.now),
        lead=(gettext(N_("Here is all that is written about you in this system.")),),
        sections=tuple(_section(one, language(request)) for one in held if not one.machine_readable_only),
    )


def _section(section: ExportSection, language_code: str) -> Section:
    gettext = translations(language_code).gettext
    shown = section.records[-RECORDS_SHOWN_MAX:]
    labels = {
        fact.name: gettext(fact.label) for one in shown for fact in one if fact.formatted(language_code)
    }
    if len(shown) == 1 or len(labels) > COLUMNS_MAX:
        headings = [gettext(N_("What")), gettext(N_("What is written"))]
        rows = [
            [labels[fact.name], fact.formatted(language_code)]
            for one in shown
            for fact in one
            if fact.formatted(language_code)
        ]
    else:
        headings = list(labels.values())
        rows = [
            [fact.formatted(language_code) for fact in one if fact.name in labels] for one in reversed(shown)
        ]
    left = len(section.records) - len(shown)
    more = LazyText(N_("%(count)s older ones stand in the file for other programs."), {"count": str(left)})
    table = Table(tuple(map(TableColumn, headings)), tuple(map(tuple, rows)))
    return Section(gettext(section.title), (more.render(language_code),) if left else (), table)


ROUTES = (show_my_data, print_my_data, download_my_data_pdf, download_my_data_json)

FLASH_MESSAGES: dict[str, LazyText] = {}

NAVIGATION: tuple[NavigationLink, ...] = ()
