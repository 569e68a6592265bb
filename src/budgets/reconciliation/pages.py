"""Reconciling with the finance system in the browser: send a file, look, keep; then settle what differs."""

from collections.abc import Callable

from litestar import Response, get, post
from litestar.params import FromPath

from budgets.errors import BroughtInBefore, NoSuchRecord, PairTaken, ReconciliationChanged
from budgets.reconciliation import service
from budgets.reconciliation.finance_file import FINANCE_COLUMNS, differences_file
from budgets.reconciliation.matching import WINDOW_DAYS, How
from foundation.forms import FieldFault, FormFaults, FormReader
from foundation.i18n import N_, Text
from foundation.spreadsheets.errors import Fault, SheetFaults
from people.access.model import Role
from people.errors import NotFound
from people.web.app_state import AppRequest
from people.web.context import Visit, reading, writing
from people.web.responses import NavigationLink, go, language, posted, show
from people.web.rules import only

HOW_NAMES = {
    How.EXACT: N_("Same day and amount"),
    How.NEAR: N_("Same amount, other day"),
    How.AMOUNT: N_("The amounts differ"),
    How.ACCOUNT: N_("The account strings differ"),
    How.HAND: N_("Paired by hand"),
}


@get("/reconciliations", opt=only(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_reconciliations(request: AppRequest) -> Response[str]:
    """The files that were kept, and the form that sends another."""
    return _list(request)


@post("/reconciliations", opt=only(Role.BUDGET_OFFICER), sync_to_thread=True, status_code=303)
def send_file(request: AppRequest) -> Response[str] | Response[None]:
    """Take a file and show what it would pair; with a fault in it nothing is kept."""
    file = posted(request).files.get("file")
    try:
        with writing(request) as visit:
            if file is None:
                raise FormFaults([FieldFault("file", Text(N_("Choose a file.")))])
            upload_id = service.keep_upload(visit, file.name, file.content)
    except FormFaults as problem:
        return _list(request, status=422, faults=problem.faults)
    except SheetFaults as problem:
        return _list(request, status=422, sheet_faults=problem.faults)
    except BroughtInBefore as before:
        return go(f"/reconciliations/{before.reconciliation_id}", request, notice="brought_in_before")
    return go(f"/reconciliations/uploads/{upload_id}")


def _list(
    request: AppRequest,
    *,
    status: int = 200,
    faults: tuple[FieldFault, ...] = (),
    sheet_faults: tuple[Fault, ...] = (),
) -> Response[str]:
    with reading(request) as visit:
        listed = service.listed(visit)
    return show(
        request,
        "budgets/reconciliations.html",
        status=status,
        faults=faults,
        sheet_faults=sheet_faults,
        say=lambda fault: Text(fault.message, fault.values).render(language(request)),
        listed=listed,
        columns=FINANCE_COLUMNS,
    )


@get("/reconciliations/uploads/{upload_id:str}", opt=only(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_upload(request: AppRequest, upload_id: FromPath[str]) -> Response[str] | Response[None]:
    """What keeping a file would pair."""
    return _preview(request, upload_id)


def _preview(request: AppRequest, upload_id: str, problem: str = "") -> Response[str] | Response[None]:
    try:
        with reading(request) as visit:
            shown = service.preview(visit, upload_id)
    except NotFound:
        return go("/reconciliations", request, notice="file_gone")
    return show(
        request,
        "budgets/reconciliation_preview.html",
        status=409 if problem else 200,
        upload_id=upload_id,
        shown=shown,
        problem=problem,
        how_names=HOW_NAMES,
        window_days=WINDOW_DAYS,
    )


@post(
    "/reconciliations/uploads/{upload_id:str}",
    opt=only(Role.BUDGET_OFFICER),
    sync_to_thread=True,
    status_code=303,
)
def keep_file(request: AppRequest, upload_id: FromPath[str]) -> Response[str] | Response[None]:
    """Keep a file with the pairs that were looked at. A second press finds the file gone and keeps nothing."""
    try:
        with writing(request) as visit:
            kept_id = service.keep(visit, upload_id, posted(request).text("fingerprint"))
    except (ReconciliationChanged, PairTaken):
        return _preview(request, upload_id, CHANGED)
    except NotFound:
        return go("/reconciliations", request, notice="file_gone")
    return go(f"/reconciliations/{kept_id}", request, notice="reconciliation_kept")


@post(
    "/reconciliations/uploads/{upload_id:str}/throw-away",
    opt=only(Role.BUDGET_OFFICER),
    sync_to_thread=True,
    status_code=303,
)
def throw_file_away(request: AppRequest, upload_id: FromPath[str]) -> Response[None]:
    """Forget a file; a second press finds it gone, which is what was wanted."""
    try:
        with writing(request) as visit:
            service.throw_away(visit, upload_id)
    except NotFound:
        pass
    return go("/reconciliations", request, notice="file_thrown_away")


@get("/reconciliations/{reconciliation_id:str}", opt=only(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_reconciliation(request: AppRequest, reconciliation_id: FromPath[str]) -> Response[str]:
    """A kept file: what matches, what differs, what is only there, what is only here."""
    with reading(request) as visit:
        kept, shown = service.kept(visit, reconciliation_id)
    return show(
        request,
        "budgets/reconciliation.html",
        kept=kept,
        shown=shown,
        how_names=HOW_NAMES,
        window_days=WINDOW_DAYS,
    )


@get(
    "/reconciliations/{reconciliation_id:str}/differences.csv",
    opt=only(Role.BUDGET_OFFICER),
    sync_to_thread=True,
)
def download_differences(request: AppRequest, reconciliation_id: FromPath[str]) -> Response[bytes]:
    """All that does not match, as a file for a spreadsheet."""
    with reading(request) as visit:
        found = service.differences(visit, reconciliation_id)
    return Response(
        differences_file(found),
        media_type="text/csv",
        headers={"Content-Disposition": 'attachment; filename="afvigelser.csv"'},
    )


@post(
    "/reconciliations/{reconciliation_id:str}/lines/{row:int}/confirm",
    opt=only(Role.BUDGET_OFFICER),
    sync_to_thread=True,
    status_code=303,
)
def confirm_pair(request: AppRequest, reconciliation_id: FromPath[str], row: FromPath[int]) -> Response[None]:
    """Say that a suggested pair is right."""
    return _settle(
        request,
        reconciliation_id,
        "pair_confirmed",
        lambda visit: service.confirm(visit, reconciliation_id, row),
    )


@post(
    "/reconciliations/{reconciliation_id:str}/lines/{row:int}/undo",
    opt=only(Role.BUDGET_OFFICER),
    sync_to_thread=True,
    status_code=303,
)
def undo_pair(request: AppRequest, reconciliation_id: FromPath[str], row: FromPath[int]) -> Response[None]:
    """Take a pair apart."""
    return _settle(
        request, reconciliation_id, "pair_undone", lambda visit: service.undo(visit, reconciliation_id, row)
    )


def _settle(
    request: AppRequest, reconciliation_id: str, notice: str, change: Callable[[Visit], None]
) -> Response[None]:
    with writing(request) as visit:
        change(visit)
    return go(f"/reconciliations/{reconciliation_id}", request, notice=notice)


@get(
    "/reconciliations/{reconciliation_id:str}/lines/{row:int}",
    opt=only(Role.BUDGET_OFFICER),
    sync_to_thread=True,
)
def show_line(
    request: AppRequest, reconciliation_id: FromPath[str], row: FromPath[int]
) -> Response[str] | Response[None]:
    """A line that has no pair, and the purchases that it could be."""
    return _line(request, reconciliation_id, row)


def _line(
    request: AppRequest, reconciliation_id: str, row: int, faults: tuple[FieldFault, ...] = ()
) -> Response[str] | Response[None]:
    try:
        with reading(request) as visit:
            line, owned = service.choices(visit, reconciliation_id, row)
    except NoSuchRecord:
        return go(f"/reconciliations/{reconciliation_id}", request, notice="line_settled")
    return show(
        request,
        "budgets/reconciliation_line.html",
        status=422 if faults else 200,
        faults=faults,
        reconciliation_id=reconciliation_id,
        line=line,
        owned=owned,
    )


@post(
    "/reconciliations/{reconciliation_id:str}/lines/{row:int}",
    opt=only(Role.BUDGET_OFFICER),
    sync_to_thread=True,
    status_code=303,
)
def pair_line(
    request: AppRequest, reconciliation_id: FromPath[str], row: FromPath[int]
) -> Response[str] | Response[None]:
    """Say which purchase a line is."""
    form = posted(request)
    try:
        reader = FormReader(form)
        chosen = reader.text("movement", required=N_("Choose a purchase."))
        reader.finish()
        with writing(request) as visit:
            service.pair_by_hand(visit, reconciliation_id, row, chosen)
    except FormFaults as problem:
        return _line(request, reconciliation_id, row, problem.faults)
    except (NoSuchRecord, PairTaken):
        return go(f"/reconciliations/{reconciliation_id}", request, notice="line_settled")
    return go(f"/reconciliations/{reconciliation_id}", request, notice="pair_confirmed")


CHANGED = N_("Purchases were recorded or paired meanwhile. Look at the pairs once more; nothing is kept yet.")

ROUTES = (
    show_reconciliations,
    send_file,
    show_upload,
    keep_file,
    throw_file_away,
    show_reconciliation,
    download_differences,
    show_line,
    pair_line,
    confirm_pair,
    undo_pair,
)

NOTICES = {
    "brought_in_before": Text(N_("This file was kept before. Nothing was changed.")),
    "file_gone": Text(N_("There is nothing to keep: the file has been kept or thrown away.")),
    "file_thrown_away": Text(N_("The file is thrown away. Nothing was changed.")),
    "reconciliation_kept": Text(N_("The file is kept with its pairs.")),
    "pair_confirmed": Text(N_("The two belong together.")),
    "pair_undone": Text(N_("The two no longer belong together.")),
    "line_settled": Text(N_("The line or the purchase has a pair by now. Nothing was changed.")),
}

NAVIGATION = (NavigationLink("/reconciliations", N_("Reconciliation"), frozenset({Role.BUDGET_OFFICER})),)
