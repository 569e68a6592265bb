"""What comes after a purchase, in the browser of the budget officer: a refund from the shop, a receipt that comes late."""

from litestar import Response, get, post
from litestar.params import FromPath

from budgets.commands.group_commit import submit_command
from budgets.commands.messages import AttachReceipt
from budgets.errors import GrantClosed, InvalidReceipt, NoSuchRecord, OutsidePeriod, Overdrawn, PeriodClosed
from budgets.ledger.double_entry import PURCHASE_KINDS
from budgets.model import MOVEMENT_KIND_LABELS, MovementRecord
from budgets.money import service as money_service
from budgets.purchases.forms import parse_refund
from budgets.records.receipt_files import sanitize_receipt
from budgets.web.forms import field_errors, idempotency_key
from foundation.clock import local_date
from foundation.forms import FieldError, FormData, ValidationErrors
from foundation.i18n import N_, LazyText
from foundation.uploads.files import ACCEPT_ATTRIBUTE
from people.access.model import Purpose, Role
from people.web.app_state import AppRequest
from people.web.context import RequestContext, read_context
from people.web.responses import NavigationLink, form_data, language, redirect, render
from people.web.rules import require_role


def _purchase(context: RequestContext, movement_id: str) -> MovementRecord:
    """A purchase. Raises NoSuchRecord for what is none."""
    event = money_service.movement(context, movement_id, Purpose.BUDGET)
    if event.kind not in PURCHASE_KINDS:
        raise NoSuchRecord
    return event


@get("/movements/{movement_id:str}/refund", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_refund(request: AppRequest, movement_id: FromPath[str]) -> Response[str]:
    """What was bought, and the form for what came back."""
    return _purchase_page(request, movement_id, "budgets/purchases/refund.html")


@post(
    "/movements/{movement_id:str}/refund",
    opt=require_role(Role.BUDGET_OFFICER),
    sync_to_thread=True,
    status_code=303,
)
def refund(request: AppRequest, movement_id: FromPath[str]) -> Response[str] | Response[None]:
    """Give what came back to the goal."""
    form = form_data(request)
    try:
        with read_context(request) as context:
            event = _purchase(context, movement_id)
            command = parse_refund(form, movement_id, local_date(context.now))
        submit_command(request, context.actor, command, idempotency_key(form))
    except (ValidationErrors, Overdrawn, OutsidePeriod, PeriodClosed) as problem:
        faults = field_errors(problem, language(request), "refunded_on")
        return _purchase_page(request, movement_id, "budgets/purchases/refund.html", faults, form)
    except GrantClosed:
        return redirect(f"/grants/{event.grant_id}", request, flash="closed_before")
    return redirect(f"/grants/{event.grant_id}", request, flash="refunded")


@get("/movements/{movement_id:str}/receipt", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_late_receipt(request: AppRequest, movement_id: FromPath[str]) -> Response[str]:
    """What was bought, and the form for its receipt."""
    return _purchase_page(request, movement_id, "budgets/purchases/late_receipt.html")


@post(
    "/movements/{movement_id:str}/receipt",
    opt=require_role(Role.BUDGET_OFFICER),
    sync_to_thread=True,
    status_code=303,
)
def attach_receipt(request: AppRequest, movement_id: FromPath[str]) -> Response[str] | Response[None]:
    """Keep a receipt that comes late."""
    form = form_data(request)
    with read_context(request) as context:
        event = _purchase(context, movement_id)
    upload = form.files.get("receipt")
    try:
        content = None if upload is None else sanitize_receipt(upload.content)
        submit_command(request, context.actor, AttachReceipt(movement_id), idempotency_key(form), content)
    except InvalidReceipt as problem:
        faults = field_errors(problem, language(request))
        return _purchase_page(request, movement_id, "budgets/purchases/late_receipt.html", faults, form)
    except GrantClosed:
        return redirect(f"/grants/{event.grant_id}", request, flash="closed_before")
    return redirect(f"/grants/{event.grant_id}", request, flash="late_receipt_kept")


def _purchase_page(
    request: AppRequest,
    movement_id: str,
    template: str,
    errors: tuple[FieldError, ...] = (),
    typed: FormData | None = None,
) -> Response[str]:
    with read_context(request) as context:
        event = _purchase(context, movement_id)
        opened = money_service.grant_overview(context, event.grant_id or "", 0)
        citizen = money_service.citizen_of_grant(context, event.grant_id or "")
    return render(
        request,
        template,
        status=422 if errors else 200,
        errors=errors,
        posted=typed,
        event=event,
        citizen=citizen,
        goal=opened.goal_titles.get(event.goal_ids[0], "…"),
        today=opened.today,
        kind_names=MOVEMENT_KIND_LABELS,
        accepted=ACCEPT_ATTRIBUTE,
    )


ROUTES = (show_refund, refund, show_late_receipt, attach_receipt)

FLASH_MESSAGES = {
    "refunded": LazyText(N_("The money is back with the goal.")),
    "late_receipt_kept": LazyText(N_("The receipt is kept.")),
}

NAVIGATION: tuple[NavigationLink, ...] = ()
