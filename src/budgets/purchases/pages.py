"""Recording a purchase with its receipt, for the budget officer."""

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from budgets.commands.group_commit import submit_command
from budgets.errors import InvalidReceipt, InvalidRequestState, OutsidePeriod, Overdrawn, PeriodClosed
from budgets.model import RequestState, SpendingRequest
from budgets.money import service as money_service
from budgets.purchases.forms import parse_purchase
from budgets.records.receipt_files import SanitizedReceipt, sanitize_receipt
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


@get("/grants/{grant_id:str}/purchases/new", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_new_purchase(
    request: AppRequest, grant_id: FromPath[str], wish: FromQuery[str] = ""
) -> Response[str]:
    """The form for a purchase, filled in with what the citizen put money aside for."""
    with read_context(request) as context:
        return _purchase_page(request, context, grant_id, wish)


def _purchase_page(
    request: AppRequest,
    context: RequestContext,
    grant_id: str,
    request_id: str,
    errors: tuple[FieldError, ...] = (),
    typed: FormData | None = None,
) -> Response[str]:
    open_requests = money_service.requests(context, grant_id, Purpose.BUDGET, RequestState.RESERVED)
    opened = money_service.grant_overview(context, grant_id, 0)
    return render(
        request,
        "budgets/purchases/new.html",
        status=422 if errors else 200,
        errors=errors,
        posted=typed,
        citizen=money_service.citizen_of_grant(context, grant_id),
        opened=opened,
        wish=_find_request(open_requests, request_id),
        goals=_goal_choices(opened),
        accepted=ACCEPT_ATTRIBUTE,
    )


def _find_request(requests: tuple[SpendingRequest, ...], request_id: str) -> SpendingRequest | None:
    return next((one for one in requests if one.id == request_id), None)


def _goal_choices(overview: money_service.BudgetOverview) -> tuple[tuple[str, str, int], ...]:
    return tuple(
        (one.goal_id, overview.goal_titles.get(one.goal_id, "…"), one.left_ore)
        for one in overview.budget.envelopes
    )


@post(
    "/grants/{grant_id:str}/purchases",
    opt=require_role(Role.BUDGET_OFFICER),
    sync_to_thread=True,
    status_code=303,
)
def record_purchase(request: AppRequest, grant_id: FromPath[str]) -> Response[str] | Response[None]:
    """Take what was paid out of the envelope, and keep the receipt."""
    form = form_data(request)
    wish = form.text("wish")
    receipt, bad_receipt = _parse_receipt(form)
    try:
        with read_context(request) as context:
            goal_ids = tuple(
                one[0] for one in _goal_choices(money_service.grant_overview(context, grant_id, 0))
            )
            today = local_date(context.now)
            command = parse_purchase(form, grant_id, goal_ids, wish or None, today, bad_receipt)
        submit_command(request, context.actor, command, idempotency_key(form), receipt)
    except (ValidationErrors, InvalidReceipt, Overdrawn, OutsidePeriod, PeriodClosed) as problem:
        faults = field_errors(problem, language(request), "bought_on")
        with read_context(request) as context:
            return _purchase_page(request, context, grant_id, wish, faults, form)
    except InvalidRequestState:
        return redirect(f"/grants/{grant_id}", request, flash="already_settled")
    return redirect(f"/grants/{grant_id}", request, flash="bought")


def _parse_receipt(form: FormData) -> tuple[SanitizedReceipt | None, LazyText | None]:
    """The chosen receipt as it is kept, or why it can't be: before the transaction, because a picture takes a while."""
    upload = form.files.get("receipt")
    try:
        return (None if upload is None else sanitize_receipt(upload.content)), None
    except InvalidReceipt as problem:
        return None, problem.text


ROUTES = (show_new_purchase, record_purchase)

FLASH_MESSAGES = {"bought": LazyText(N_("The purchase is recorded."))}

NAVIGATION: tuple[NavigationLink, ...] = ()
