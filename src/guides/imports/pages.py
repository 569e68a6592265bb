"""The pages that import the municipality's files: choose a file, preview what would change, store it.

Between preview and import the file is stored, for a day at most and for its sender only, so that what is imported is
what was previewed, whatever the browser posts.
"""

from litestar import Response, get, post
from litestar.params import FromPath

from foundation.forms import FieldError, FormData, FormReader, Upload, ValidationErrors
from foundation.i18n import N_, LazyText
from foundation.spreadsheets.errors import SpreadsheetErrors, SpreadsheetIssue
from guides.access import coordinator_area
from guides.errors import ImportChanged
from guides.imports import service
from guides.imports.diff import ImportKind
from guides.presenters import options
from guides.spreadsheets.columns import AREA_COLUMNS, GUIDE_COLUMNS, REQUEST_COLUMNS, TRAVEL_COLUMNS
from people.access.model import Role
from people.errors import NotAllowed, NotFound
from people.web.app_state import AppRequest
from people.web.context import read_context, write_context
from people.web.responses import NavigationLink, form_data, language, redirect, render
from people.web.rules import require_role

KIND_LABELS = {
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
REDIRECT_AFTER_IMPORT = {ImportKind.GUIDES: "/guides", ImportKind.REQUESTS: "/citizens"}
ROWS_SHOWN_MAX = 100  # new and changed rows on the page; the others are only counted


@get("/import", opt=require_role(Role.COORDINATOR), sync_to_thread=True)
def show_import(request: AppRequest) -> Response[str]:
    """The form that sends a file."""
    with read_context(request) as context:
        if coordinator_area(context) is not None:
            raise NotAllowed("coordinators of all areas only")
    return _form_page(request)


@post("/import", opt=require_role(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def upload_file(request: AppRequest) -> Response[str] | Response[None]:
    """Stage a file and show what it would change; a file with errors is not stored."""
    try:
        kind, file = _parse_upload(form_data(request))
        with read_context(request) as context:  # parsing takes seconds: not in the write transaction
            service.check_file(context, kind, file.name, file.content)
        with write_context(request) as context:
            upload_id = service.stage_upload(context, kind, file.name, file.content)
    except ValidationErrors as error:
        return _form_page(request, status=422, errors=error.errors)
    except SpreadsheetErrors as error:
        return _form_page(request, status=422, spreadsheet_errors=error.errors)
    return redirect(f"/import/{upload_id}")


def _parse_upload(form: FormData) -> tuple[ImportKind, Upload]:
    reader = FormReader(form)
    kind = reader.choice(
        "kind", {kind.value: kind for kind in ImportKind}, required=N_("Choose what is in the file.")
    )
    file = form.files.get("file")
    if file is None:
        reader.add_error("file", N_("Choose a file."))
    reader.raise_if_invalid()
    return kind, file or Upload("", b"")


@get("/import/{upload_id:str}", opt=require_role(Role.COORDINATOR), sync_to_thread=True)
def show_preview(request: AppRequest, upload_id: FromPath[str]) -> Response[str]:
    """What a file would change."""
    return _preview_page(request, upload_id)


@post("/import/{upload_id:str}", opt=require_role(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def apply_import(request: AppRequest, upload_id: FromPath[str]) -> Response[str] | Response[None]:
    """Store what was previewed. A second press finds no file and stores nothing."""
    fingerprint = form_data(request).text("fingerprint")
    try:
        with read_context(request) as context:
            parsed = service.parse_upload(context, upload_id)
        with write_context(request) as context:
            service.apply_upload(context, upload_id, parsed, fingerprint)
    except ImportChanged as error:
        return _preview_page(request, upload_id, status=409, problem=error.text)
    except SpreadsheetErrors as error:
        return _form_page(request, status=409, spreadsheet_errors=error.errors)
    except NotFound:
        return redirect("/import", request, flash="import_over")
    return redirect(REDIRECT_AFTER_IMPORT.get(parsed.kind, "/import"), request, flash="import_stored")


@post(
    "/import/{upload_id:str}/throw-away",
    opt=require_role(Role.COORDINATOR),
    sync_to_thread=True,
    status_code=303,
)
def discard_file(request: AppRequest, upload_id: FromPath[str]) -> Response[None]:
    """Delete a staged file; a second press succeeds too."""
    try:
        with write_context(request) as context:
            service.discard_upload(context, upload_id)
    except NotFound:
        pass
    return redirect("/import", request, flash="import_thrown_away")


def _form_page(
    request: AppRequest,
    *,
    status: int = 200,
    errors: tuple[FieldError, ...] = (),
    spreadsheet_errors: tuple[SpreadsheetIssue, ...] = (),
) -> Response[str]:
    return render(
        request,
        "guides/imports/upload.html",
        status=status,
        errors=errors,
        posted=form_data(request) if status != 200 else None,
        spreadsheet_errors=spreadsheet_errors,
        say=lambda issue: LazyText(issue.message, issue.values).render(language(request)),
        kind_choices=options(request, KIND_LABELS),
        columns=COLUMNS,
        kind_names=KIND_LABELS,
    )


def _preview_page(
    request: AppRequest, upload_id: str, *, status: int = 200, problem: LazyText | None = None
) -> Response[str]:
    try:
        with read_context(request) as context:
            preview = service.preview(context, upload_id)
    except SpreadsheetErrors as error:
        return _form_page(request, status=409, spreadsheet_errors=error.errors)
    return render(
        request,
        "guides/imports/preview.html",
        status=status,
        upload_id=upload_id,
        preview=preview,
        problem=problem,
        notices=[notice.render(language(request)) for notice in preview.notices],
        rows_max=ROWS_SHOWN_MAX,
        kind_name=KIND_LABELS[preview.kind],
    )


ROUTES = (show_import, upload_file, show_preview, apply_import, discard_file)

FLASH_MESSAGES = {
    "import_stored": LazyText(N_("The file is stored.")),
    "import_over": LazyText(N_("There is nothing to store: the file has been stored or thrown away.")),
    "import_thrown_away": LazyText(N_("The file is thrown away. Nothing was changed.")),
}

NAVIGATION = (NavigationLink("/import", N_("Import"), frozenset({Role.COORDINATOR})),)
