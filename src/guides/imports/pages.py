"""Bringing the municipality's files in: choose, look at what would change, store.

Between looking and storing the file lies in the database, for a day at most and for its sender only: what is stored is what
was looked at, whatever the browser sends back.
"""

from litestar import Response, get, post
from litestar.params import FromPath

from foundation.forms import FieldFault, FormFaults, FormReader, Posted, Upload
from foundation.i18n import N_, Text
from foundation.spreadsheets.errors import Fault, SheetFaults
from guides.access import area_of
from guides.errors import ImportChanged
from guides.imports import service
from guides.imports.diff import ImportKind
from guides.presenters import choices
from guides.spreadsheets.columns import AREA_COLUMNS, GUIDE_COLUMNS, REQUEST_COLUMNS, TRAVEL_COLUMNS
from people.access.model import Role
from people.errors import NotAllowed, NotFound
from people.web.app_state import AppRequest
from people.web.context import reading, writing
from people.web.responses import NavigationLink, go, language, posted, show
from people.web.rules import only

KIND_NAMES = {
    ImportKind.AREAS: N_("Areas"),
    ImportKind.TRAVEL_TIMES: N_("Travel times between areas"),
    ImportKind.GUIDES: N_("Peer guides"),
    ImportKind.REQUESTS: N_("Citizens who ask for a guide"),
}
COLUMNS = {
    ImportKind.AREAS: AREA_COLUMNS,
    ImportKind.TRAVEL_TIMES: TRAVEL_COLUMNS,
    ImportKind.GUIDES: GUIDE_COLUMNS,
    ImportKind.REQUESTS: REQUEST_COLUMNS,
}
AFTERWARDS = {ImportKind.GUIDES: "/guides", ImportKind.REQUESTS: "/citizens"}
ROWS_SHOWN_MAX = 100  # new and changed rows on the page; the rest is counted


@get("/import", opt=only(Role.COORDINATOR), sync_to_thread=True)
def show_import(request: AppRequest) -> Response[str]:
    """The form that sends a file."""
    with reading(request) as visit:
        if area_of(visit) is not None:
            raise NotAllowed("coordinators of all areas only")
    return _form(request)


@post("/import", opt=only(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def send_file(request: AppRequest) -> Response[str] | Response[None]:
    """Take a file and show what it would change; with a fault in it nothing is kept."""
    try:
        with writing(request) as visit:
            kind, file = _read(posted(request))
            upload_id = service.keep(visit, kind, file.name, file.content)
            service.preview(visit, upload_id)
    except FormFaults as problem:
        return _form(request, status=422, faults=problem.faults)
    except SheetFaults as problem:
        return _form(request, status=422, sheet_faults=problem.faults)
    return go(f"/import/{upload_id}")


def _read(form: Posted) -> tuple[ImportKind, Upload]:
    reader = FormReader(form)
    kind = reader.choice(
        "kind", {one.value: one for one in ImportKind}, required=N_("Choose what is in the file.")
    )
    file = form.files.get("file")
    if file is None:
        reader.fault("file", N_("Choose a file."))
    reader.finish()
    return kind, file or Upload("", b"")


@get("/import/{upload_id:str}", opt=only(Role.COORDINATOR), sync_to_thread=True)
def show_preview(request: AppRequest, upload_id: FromPath[str]) -> Response[str]:
    """What a file would change."""
    return _preview(request, upload_id)


@post("/import/{upload_id:str}", opt=only(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def store_file(request: AppRequest, upload_id: FromPath[str]) -> Response[str] | Response[None]:
    """Store what was looked at. A second press finds the file gone and stores nothing."""
    try:
        with writing(request) as visit:
            found = service.commit(visit, upload_id, posted(request).text("fingerprint"))
    except ImportChanged as problem:
        return _preview(request, upload_id, status=409, problem=problem.text)
    except SheetFaults as problem:
        return _form(request, status=409, sheet_faults=problem.faults)
    except NotFound:
        return go("/import", request, notice="import_over")
    return go(AFTERWARDS.get(found.kind, "/import"), request, notice="import_stored")


@post("/import/{upload_id:str}/throw-away", opt=only(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def throw_file_away(request: AppRequest, upload_id: FromPath[str]) -> Response[None]:
    """Forget a file; a second press finds it gone, which is what was wanted."""
    try:
        with writing(request) as visit:
            service.throw_away(visit, upload_id)
    except NotFound:
        pass
    return go("/import", request, notice="import_thrown_away")


def _form(
    request: AppRequest,
    *,
    status: int = 200,
    faults: tuple[FieldFault, ...] = (),
    sheet_faults: tuple[Fault, ...] = (),
) -> Response[str]:
    return show(
        request,
        "guides/coordinator/import.html",
        status=status,
        faults=faults,
        typed=posted(request) if status != 200 else None,
        sheet_faults=sheet_faults,
        say=lambda fault: Text(fault.message, fault.values).render(language(request)),
        kind_choices=choices(request, KIND_NAMES),
        columns=COLUMNS,
        kind_names=KIND_NAMES,
    )


def _preview(
    request: AppRequest, upload_id: str, *, status: int = 200, problem: Text | None = None
) -> Response[str]:
    try:
        with reading(request) as visit:
            found = service.preview(visit, upload_id)
    except SheetFaults as faulty:
        return _form(request, status=409, sheet_faults=faulty.faults)
    return show(
        request,
        "guides/coordinator/import_preview.html",
        status=status,
        upload_id=upload_id,
        found=found,
        problem=problem,
        notices=[notice.render(language(request)) for notice in found.notices],
        rows_max=ROWS_SHOWN_MAX,
        kind_name=KIND_NAMES[found.kind],
    )


ROUTES = (show_import, send_file, show_preview, store_file, throw_file_away)

NOTICES = {
    "import_stored": Text(N_("The file is stored.")),
    "import_over": Text(N_("There is nothing to store: the file has been stored or thrown away.")),
    "import_thrown_away": Text(N_("The file is thrown away. Nothing was changed.")),
}

NAVIGATION = (NavigationLink("/import", N_("Import"), frozenset({Role.COORDINATOR})),)
