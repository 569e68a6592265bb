"""A budget officer's pages about a recorded purchase: a refund from the shop, a late receipt."""

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
    """A movement that is a purchase. Raises NoSuchRecord, NotFound, NotAllowed."""
    movement = money_service.movement(context, movement_id, Purpose.BUDGET)
    if movement.kind not in PURCHASE_KINDS:
        raise NoSuchRecord
    return movement


@get("/movements/{movement_id:str}/refund", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_refund(request: AppRequest, movement_id: FromPath[str]) -> Response[str]:
    """The purchase, and the form for the refund."""
    return _purchase_page(request, movement_id, "budgets/purchases/refund.html")


@post(
    "/movements/{movement_id:str}/refund",
    opt=require_role(Role.BUDGET_OFFICER),
    sync_to_thread=True,
    status_code=303,
)
def refund(request: AppRequest, movement_id: FromPath[str]) -> Response[str] | Response[None]:
    """Return a refund to the goal."""
    form = form_data(request)
    try:
        with read_context(request) as context:
            purchase = _purchase(context, movement_id)
            command = parse_refund(form, movement_id, local_date(context.now))
        submit_command(request, context.actor, command, idempotency_key(form))
    except (ValidationErrors, Overdrawn, OutsidePeriod, PeriodClosed) as error:
        errors = field_errors(error, language(request), "refunded_on")
        return _purchase_page(request, movement_id, "budgets/purchases/refund.html", errors, form)
    except GrantClosed:
        return redirect(f"/grants/{purchase.grant_id}", request, flash="closed_before")
    return redirect(f"/grants/{purchase.grant_id}", request, flash="refunded")


@get("/movements/{movement_id:str}/receipt", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_late_receipt(request: AppRequest, movement_id: FromPath[str]) -> Response[str]:
    """The purchase, and the form for its receipt."""
    return _purchase_page(request, movement_id, "budgets/purchases/late_receipt.html")


@post(
    "/movements/{movement_id:str}/receipt",
    opt=require_role(Role.BUDGET_OFFICER),
    sync_to_thread=True,
    status_code=303,
)
def attach_receipt(request: AppRequest, movement_id: FromPath[str]) -> Response[str] | Response[None]:
    """Store a late receipt."""
    form = form_data(request)
    with read_context(request) as context:
        purchase = _purchase(context, movement_id)
    upload = form.files.get("receipt")
    try:
        # After the read transaction and before the queue's: re-encoding is slow (ADR 0005).
        receipt = None if upload is None else sanitize_receipt(upload.content)
        submit_command(request, context.actor, AttachReceipt(movement_id), idempotency_key(form), receipt)
    except InvalidReceipt as error:
        errors = field_errors(error, language(request))
        return _purchase_page(request, movement_id, "budgets/purchases/late_receipt.html", errors, form)
    except GrantClosed:
        return redirect(f"/grants/{purchase.grant_id}", request, flash="closed_before")
    return redirect(f"/grants/{purchase.grant_id}", request, flash="late_receipt_kept")


def _purchase_page(
    request: AppRequest,
    movement_id: str,
    template: str,
    errors: tuple[FieldError, ...] = (),
    posted: FormData | None = None,
) -> Response[str]:
    with read_context(request) as context:
        purchase = _purchase(context, movement_id)
        citizen_budget = money_service.citizen_budget(context, purchase.grant_id or "")
    overview = citizen_budget.overview
    return render(
        request,
        template,
        status=422 if errors else 200,
        errors=errors,
        posted=posted,
        purchase=purchase,
        citizen=citizen_budget.citizen,
        goal=overview.goal_titles.get(purchase.goal_ids[0], "…"),
        today=overview.today,
        kind_names=MOVEMENT_KIND_LABELS,
        accepted=ACCEPT_ATTRIBUTE,
    )


ROUTES = (show_refund, refund, show_late_receipt, attach_receipt)

FLASH_MESSAGES = {
    "refunded": LazyText(N_("The money is back with the goal.")),
    "late_receipt_kept": LazyText(N_("The receipt is kept.")),
}

NAVIGATION: tuple[NavigationLink, ...] = ()
