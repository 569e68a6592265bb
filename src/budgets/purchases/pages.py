"""A budget officer's pages for recording a purchase with its receipt."""

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from budgets.commands.group_commit import submit_command
from budgets.errors import InvalidReceipt, InvalidRequestState, OutsidePeriod, Overdrawn, PeriodClosed
from budgets.model import RequestState, SpendingRequest
from budgets.money import service as money_service
from budgets.purchases.forms import parse_purchase
from budgets.records.receipt_files import SanitizedReceipt, sanitize_receipt
from budgets.web.forms import field_errors, idempotency_key
from foundation.forms import FieldError, FormData, ValidationErrors
from foundation.i18n import N_, LazyText
from foundation.uploads.files import ACCEPT_ATTRIBUTE
from people.access.model import Role
from people.web.app_state import AppRequest
from people.web.context import RequestContext, read_context
from people.web.responses import NavigationLink, form_data, language, redirect, render
from people.web.rules import require_role


@get("/grants/{grant_id:str}/purchases/new", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_new_purchase(
    request: AppRequest, grant_id: FromPath[str], wish: FromQuery[str] = ""
) -> Response[str]:
    """The form for a purchase, filled in with the request that money is put aside for."""
    with read_context(request) as context:
        return _purchase_page(request, context, grant_id, wish)


def _purchase_page(
    request: AppRequest,
    context: RequestContext,
    grant_id: str,
    request_id: str,
    errors: tuple[FieldError, ...] = (),
    posted: FormData | None = None,
) -> Response[str]:
    citizen_budget = money_service.citizen_budget(context, grant_id)
    overview = citizen_budget.overview
    reserved = money_service.requests(context, overview, RequestState.RESERVED)
    return render(
        request,
        "budgets/purchases/new.html",
        status=422 if errors else 200,
        errors=errors,
        posted=posted,
        citizen=citizen_budget.citizen,
        overview=overview,
        spending=_find_request(reserved, request_id),
        goals=_goal_choices(overview),
        accepted=ACCEPT_ATTRIBUTE,
    )


def _find_request(requests: tuple[SpendingRequest, ...], request_id: str) -> SpendingRequest | None:
    return next((spending for spending in requests if spending.id == request_id), None)


def _goal_choices(overview: money_service.BudgetOverview) -> tuple[tuple[str, str, int], ...]:
    return tuple(
        (envelope.goal_id, overview.goal_titles.get(envelope.goal_id, "…"), envelope.left_ore)
        for envelope in overview.budget.envelopes
    )


@post(
    "/grants/{grant_id:str}/purchases",
    opt=require_role(Role.BUDGET_OFFICER),
    sync_to_thread=True,
    status_code=303,
)
def record_purchase(request: AppRequest, grant_id: FromPath[str]) -> Response[str] | Response[None]:
    """Take what was paid from the goal's money, and store the receipt."""
    form = form_data(request)
    request_id = form.text("wish")
    # Before a transaction opens: re-encoding a large photo can take seconds (ADR 0005).
    receipt, receipt_error = _parse_receipt(form)
    try:
        with read_context(request) as context:
            overview = money_service.grant_overview(context, grant_id)
            goal_ids = tuple(envelope.goal_id for envelope in overview.budget.envelopes)
            command = parse_purchase(
                form, grant_id, goal_ids, request_id or None, overview.today, receipt_error
            )
        # The queue loads and authorises everything again under the fund's lock (ADR 0007).
        submit_command(request, context.actor, command, idempotency_key(form), receipt)
    except (ValidationErrors, InvalidReceipt, Overdrawn, OutsidePeriod, PeriodClosed) as error:
        errors = field_errors(error, language(request), "bought_on")
        with read_context(request) as context:
            return _purchase_page(request, context, grant_id, request_id, errors, form)
    except InvalidRequestState:
        return redirect(f"/grants/{grant_id}", request, flash="already_settled")
    return redirect(f"/grants/{grant_id}", request, flash="bought")


def _parse_receipt(form: FormData) -> tuple[SanitizedReceipt | None, LazyText | None]:
    """The uploaded receipt as it is stored, or why it can't be. Outside a transaction: re-encoding is slow."""
    upload = form.files.get("receipt")
    try:
        return (None if upload is None else sanitize_receipt(upload.content)), None
    except InvalidReceipt as error:
        return None, error.text


ROUTES = (show_new_purchase, record_purchase)

FLASH_MESSAGES = {"bought": LazyText(N_("The purchase is recorded."))}

NAVIGATION: tuple[NavigationLink, ...] = ()
