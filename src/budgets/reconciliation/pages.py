"""Pages for reconciling with the finance system: upload, preview, confirm, and resolve differences."""

from collections.abc import Callable

from litestar import Response, get, post
from litestar.params import FromPath

from budgets.errors import AlreadyImported, AlreadyPaired, NoSuchRecord, ReconciliationChanged
from budgets.reconciliation import service
from budgets.reconciliation.finance_file import FINANCE_COLUMNS, differences_csv
from budgets.reconciliation.matching import WINDOW_DAYS, MatchKind
from foundation.forms import FieldError, FormReader, ValidationErrors
from foundation.i18n import N_, LazyText
from foundation.spreadsheets.errors import SpreadsheetErrors, SpreadsheetIssue
from people.access.model import Role
from people.errors import NotFound
from people.web.app_state import AppRequest
from people.web.context import RequestContext, read_context, write_context
from people.web.responses import NavigationLink, form_data, language, redirect, render
from people.web.rules import require_role

MATCH_KIND_LABELS = {
    MatchKind.EXACT: N_("Same day and amount"),
    MatchKind.NEAR: N_("Same amount, other day"),
    MatchKind.AMOUNT_DIFFERS: N_("The amounts differ"),
    MatchKind.ACCOUNT_DIFFERS: N_("The account strings differ"),
    MatchKind.MANUAL: N_("Paired by hand"),
}


@get("/reconciliations", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_reconciliations(request: AppRequest) -> Response[str]:
    """List the confirmed files, with the form for uploading another."""
    return _list_page(request)


@post("/reconciliations", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True, status_code=303)
def upload_file(request: AppRequest) -> Response[str] | Response[None]:
    """Store an uploaded file and redirect to its preview; a file with errors isn't stored."""
    file = form_data(request).files.get("file")
    try:
        with write_context(request) as context:
            if file is None:
                raise ValidationErrors([FieldError("file", LazyText(N_("Choose a file.")))])
            upload_id = service.store_upload(context, file.name, file.content)
    except ValidationErrors as error:
        return _list_page(request, status=422, errors=error.errors)
    except SpreadsheetErrors as error:
        return _list_page(request, status=422, spreadsheet_errors=error.errors)
    except AlreadyImported as error:
        return redirect(f"/reconciliations/{error.reconciliation_id}", request, flash="brought_in_before")
    return redirect(f"/reconciliations/uploads/{upload_id}")


def _list_page(
    request: AppRequest,
    *,
    status: int = 200,
    errors: tuple[FieldError, ...] = (),
    spreadsheet_errors: tuple[SpreadsheetIssue, ...] = (),
) -> Response[str]:
    with read_context(request) as context:
        summaries = service.list_reconciliations(context)
    return render(
        request,
        "budgets/reconciliation/list.html",
        status=status,
        errors=errors,
        sheet_faults=spreadsheet_errors,
        say=lambda issue: LazyText(issue.message, issue.values).render(language(request)),
        listed=summaries,
        columns=FINANCE_COLUMNS,
    )


@get("/reconciliations/uploads/{upload_id:str}", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_upload(request: AppRequest, upload_id: FromPath[str]) -> Response[str] | Response[None]:
    """Preview the pairs of an uploaded file."""
    return _preview_page(request, upload_id)


def _preview_page(request: AppRequest, upload_id: str, problem: str = "") -> Response[str] | Response[None]:
    try:
        with read_context(request) as context:
            view = service.preview(context, upload_id)
    except NotFound:
        return redirect("/reconciliations", request, flash="file_gone")
    return render(
        request,
        "budgets/reconciliation/preview.html",
        status=409 if problem else 200,
        upload_id=upload_id,
        shown=view,
        problem=problem,
        how_names=MATCH_KIND_LABELS,
        window_days=WINDOW_DAYS,
    )


@post(
    "/reconciliations/uploads/{upload_id:str}",
    opt=require_role(Role.BUDGET_OFFICER),
    sync_to_thread=True,
    status_code=303,
)
def confirm_file(request: AppRequest, upload_id: FromPath[str]) -> Response[str] | Response[None]:
    """Confirm an uploaded file with the pairs of its preview.

    A repeated submit finds no upload and changes nothing.
    """
    try:
        with write_context(request) as context:
            reconciliation_id = service.confirm_upload(
                context, upload_id, form_data(request).text("fingerprint")
            )
    except (ReconciliationChanged, AlreadyPaired):
        return _preview_page(request, upload_id, CHANGED)
    except NotFound:
        return redirect("/reconciliations", request, flash="file_gone")
    return redirect(f"/reconciliations/{reconciliation_id}", request, flash="reconciliation_kept")


@post(
    "/reconciliations/uploads/{upload_id:str}/throw-away",
    opt=require_role(Role.BUDGET_OFFICER),
    sync_to_thread=True,
    status_code=303,
)
def discard_file(request: AppRequest, upload_id: FromPath[str]) -> Response[None]:
    """Delete an uploaded file. A repeated submit finds it gone and succeeds too."""
    try:
        with write_context(request) as context:
            service.discard_upload(context, upload_id)
    except NotFound:
        pass
    return redirect("/reconciliations", request, flash="file_thrown_away")


@get("/reconciliations/{reconciliation_id:str}", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_reconciliation(request: AppRequest, reconciliation_id: FromPath[str]) -> Response[str]:
    """Show a confirmed file: pairs, differences, and what is in one of the two systems only."""
    with read_context(request) as context:
        reconciliation, view = service.reconciliation_view(context, reconciliation_id)
    return render(
        request,
        "budgets/reconciliation/detail.html",
        kept=reconciliation,
        shown=view,
        how_names=MATCH_KIND_LABELS,
        window_days=WINDOW_DAYS,
    )


@get(
    "/reconciliations/{reconciliation_id:str}/differences.csv",
    opt=require_role(Role.BUDGET_OFFICER),
    sync_to_thread=True,
)
def download_differences(request: AppRequest, reconciliation_id: FromPath[str]) -> Response[bytes]:
    """Download the differences as CSV."""
    with read_context(request) as context:
        result = service.differences(context, reconciliation_id)
    return Response(
        differences_csv(result),
        media_type="text/csv",
        headers={"Content-Disposition": 'attachment; filename="afvigelser.csv"'},
    )


@post(
    "/reconciliations/{reconciliation_id:str}/lines/{row:int}/confirm",
    opt=require_role(Role.BUDGET_OFFICER),
    sync_to_thread=True,
    status_code=303,
)
def confirm_pair(request: AppRequest, reconciliation_id: FromPath[str], row: FromPath[int]) -> Response[None]:
    """Confirm a suggested pair."""
    return _change_pair(
        request,
        reconciliation_id,
        "pair_confirmed",
        lambda context: service.confirm_pair(context, reconciliation_id, row),
    )


@post(
    "/reconciliations/{reconciliation_id:str}/lines/{row:int}/undo",
    opt=require_role(Role.BUDGET_OFFICER),
    sync_to_thread=True,
    status_code=303,
)
def remove_pair(request: AppRequest, reconciliation_id: FromPath[str], row: FromPath[int]) -> Response[None]:
    """Remove a pair."""
    return _change_pair(
        request,
        reconciliation_id,
        "pair_undone",
        lambda context: service.remove_pair(context, reconciliation_id, row),
    )


def _change_pair(
    request: AppRequest, reconciliation_id: str, flash: str, change: Callable[[RequestContext], None]
) -> Response[None]:
    with write_context(request) as context:
        change(context)
    return redirect(f"/reconciliations/{reconciliation_id}", request, flash=flash)


@get(
    "/reconciliations/{reconciliation_id:str}/lines/{row:int}",
    opt=require_role(Role.BUDGET_OFFICER),
    sync_to_thread=True,
)
def show_line(
    request: AppRequest, reconciliation_id: FromPath[str], row: FromPath[int]
) -> Response[str] | Response[None]:
    """Show a line without a pair and the purchases that could match it."""
    return _line_page(request, reconciliation_id, row)


def _line_page(
    request: AppRequest, reconciliation_id: str, row: int, errors: tuple[FieldError, ...] = ()
) -> Response[str] | Response[None]:
    try:
        with read_context(request) as context:
            line, purchases = service.candidate_purchases(context, reconciliation_id, row)
    except NoSuchRecord:
        return redirect(f"/reconciliations/{reconciliation_id}", request, flash="line_settled")
    return render(
        request,
        "budgets/reconciliation/line.html",
        status=422 if errors else 200,
        errors=errors,
        reconciliation_id=reconciliation_id,
        line=line,
        owned=purchases,
    )


@post(
    "/reconciliations/{reconciliation_id:str}/lines/{row:int}",
    opt=require_role(Role.BUDGET_OFFICER),
    sync_to_thread=True,
    status_code=303,
)
def pair_line(
    request: AppRequest, reconciliation_id: FromPath[str], row: FromPath[int]
) -> Response[str] | Response[None]:
    """Pair a line with the chosen purchase."""
    form = form_data(request)
    try:
        reader = FormReader(form)
        movement_id = reader.text("movement", required=N_("Choose a purchase."))
        reader.raise_if_invalid()
        with write_context(request) as context:
            service.pair_manually(context, reconciliation_id, row, movement_id)
    except ValidationErrors as error:
        return _line_page(request, reconciliation_id, row, error.errors)
    except (NoSuchRecord, AlreadyPaired):
        return redirect(f"/reconciliations/{reconciliation_id}", request, flash="line_settled")
    return redirect(f"/reconciliations/{reconciliation_id}", request, flash="pair_confirmed")


CHANGED = N_("Purchases were recorded or paired meanwhile. Look at the pairs once more; nothing is kept yet.")

ROUTES = (
    show_reconciliations,
    upload_file,
    show_upload,
    confirm_file,
    discard_file,
    show_reconciliation,
    download_differences,
    show_line,
    pair_line,
    confirm_pair,
    remove_pair,
)

FLASH_MESSAGES = {
    "brought_in_before": LazyText(N_("This file was kept before. Nothing was changed.")),
    "file_gone": LazyText(N_("There is nothing to keep: the file has been kept or thrown away.")),
    "file_thrown_away": LazyText(N_("The file is thrown away. Nothing was changed.")),
    "reconciliation_kept": LazyText(N_("The file is kept with its pairs.")),
    "pair_confirmed": LazyText(N_("The two belong together.")),
    "pair_undone": LazyText(N_("The two no longer belong together.")),
    "line_settled": LazyText(N_("The line or the purchase has a pair by now. Nothing was changed.")),
}

NAVIGATION = (NavigationLink("/reconciliations", N_("Reconciliation"), frozenset({Role.BUDGET_OFFICER})),)
