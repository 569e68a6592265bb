"""Everything held about me (GDPR art. 15 and 20): on screen, on paper, as PDF and for other programs."""

from litestar import Response, get

from budgets import data_export as budgets_data_export
from foundation.clock import local_date
from foundation.i18n import N_, Text, translations
from foundation.pdf import Column, Document, Part, Table, paper
from guides import data_export as guides_data_export
from people.access.model import DataKind, Purpose, Role
from people.data_export import parts
from people.data_export.model import Held, as_json
from people.web.app_state import AppRequest
from people.web.context import Visit, reading
from people.web.responses import NavigationLink, frame, language, show
from people.web.rules import only
from plans import data_export as plans_data_export

PACKAGES = (parts, plans_data_export, guides_data_export, budgets_data_export)
RECORDS_SHOWN_MAX = 50  # of one part, the newest; the file for programs holds all
COLUMNS_MAX = 5  # of a table with a row for each record; more are written one below the other

_CITIZEN = only(Role.CITIZEN)


def held_about_me(visit: Visit) -> tuple[Held, ...]:
    """Everything that any package holds about whoever asks."""
    for kind in DataKind:
        visit.look(visit.person_id, kind, Purpose.OWN)
    return tuple(part for package in PACKAGES for part in package.held_about(visit.db, visit.person_id))


@get("/my-data", opt=_CITIZEN, sync_to_thread=True)
def show_my_data(request: AppRequest) -> Response[str]:
    """Everything held about me, to read."""
    return show(request, "livsmester/my_data.html", paper=_document(request))


@get("/my-data/print", opt=_CITIZEN, sync_to_thread=True)
def print_my_data(request: AppRequest) -> Response[str]:
    """The same to print."""
    return show(request, "print/document.html", paper=_document(request))


@get("/my-data.pdf", opt=_CITIZEN, sync_to_thread=True)
def save_my_data(request: AppRequest) -> Response[bytes]:
    """The same as PDF."""
    return _file(paper("document", _document(request), language(request)), "application/pdf", "pdf")


@get("/my-data.json", opt=_CITIZEN, sync_to_thread=True)
def save_my_data_for_programs(request: AppRequest) -> Response[bytes]:
    """All of it, for another program to read."""
    with reading(request) as visit:
        held = held_about_me(visit)
    return _file(as_json(held, visit.person_id, visit.now), "application/json", "json")


def _file(content: bytes, media_type: str, ending: str) -> Response[bytes]:
    name = f'attachment; filename="mine-oplysninger.{ending}"'
    return Response(content, media_type=media_type, headers={"Content-Disposition": name})


def _document(request: AppRequest) -> Document:
    with reading(request) as visit:
        held = held_about_me(visit)
    gettext = translations(language(request)).gettext
    return Document(
        title=gettext(N_("Everything we know about you")),
        municipality=frame(request).municipality,
        written_on=local_date(visit.now),
        lead=(gettext(N_("Here is all that is written about you in this system.")),),
        parts=tuple(_part(one, language(request)) for one in held if not one.for_programs),
    )


def _part(held: Held, spoken: str) -> Part:
    gettext = translations(spoken).gettext
    shown = held.records[-RECORDS_SHOWN_MAX:]
    labels = {fact.name: gettext(fact.label) for one in shown for fact in one if fact.said(spoken)}
    if len(shown) == 1 or len(labels) > COLUMNS_MAX:
        headings = [gettext(N_("What")), gettext(N_("What is written"))]
        rows = [[labels[fact.name], fact.said(spoken)] for one in shown for fact in one if fact.said(spoken)]
    else:
        headings = list(labels.values())
        rows = [[fact.said(spoken) for fact in one if fact.name in labels] for one in reversed(shown)]
    left = len(held.records) - len(shown)
    more = Text(N_("%(count)s older ones stand in the file for other programs."), {"count": str(left)})
    table = Table(tuple(map(Column, headings)), tuple(map(tuple, rows)))
    return Part(gettext(held.title), (more.render(spoken),) if left else (), table)


ROUTES = (show_my_data, print_my_data, save_my_data, save_my_data_for_programs)

NOTICES: dict[str, Text] = {}

NAVIGATION: tuple[NavigationLink, ...] = ()
