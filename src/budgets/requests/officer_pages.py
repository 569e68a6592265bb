"""A budget officer's pages for pending requests: the list, one request beside the numbers, the decision."""

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from budgets.commands.group_commit import submit_command
from budgets.errors import GrantClosed, InvalidRequestState, OutsidePeriod, Overdrawn, SecondOfficerNeeded
from budgets.model import RequestState
from budgets.money.pace import PACE_LABELS
from budgets.money.presenter import budget_view
from budgets.records import limits
from budgets.requests import service
from budgets.requests.forms import parse_decision
from budgets.requests.presenter import request_views
from budgets.requests.service import PAGE_LENGTH
from budgets.web.forms import idempotency_key
from foundation.clock import local_date
from foundation.forms import FieldError, FormData, ValidationErrors
from foundation.i18n import N_, LazyText
from people.access.model import Role
from people.web.app_state import AppRequest
from people.web.context import read_context, request_actor
from people.web.responses import NavigationLink, form_data, language, redirect, render
from people.web.rules import require_role


@get("/requests", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_pending(request: AppRequest, page: FromQuery[int] = 1) -> Response[str]:
    """Pending requests, the one that is due first at the top."""
    page = max(1, page)
    with read_context(request) as context:
        requests, count = service.pending(context, page)
        today = local_date(context.now)
    return render(
        request,
        "budgets/requests/officer_list.html",
        requests=requests,
        count=count,
        page=page,
        page_length=PAGE_LENGTH,
        today=today,
    )


@get("/requests/{request_id:str}", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_request(request: AppRequest, request_id: FromPath[str]) -> Response[str]:
    """One request: the citizen's own words beside the numbers, and the form for the decision."""
    return _request_page(request, request_id)


def _request_page(
    request: AppRequest,
    request_id: str,
    errors: tuple[FieldError, ...] = (),
    posted: FormData | None = None,
    refusal: str = "",
) -> Response[str]:
    with read_context(request) as context:
        pending = service.request_for_decision(context, request_id)
    detail, titles, today = pending.detail, pending.goal_titles, pending.today
    spending = detail.request
    view = budget_view(pending.budget, titles, today)
    (request_view,) = request_views([detail], titles, today, language(request))
    left_ore = pending.budget.envelope(spending.goal_id).left_ore
    return render(
        request,
        "budgets/requests/decide.html",
        status=422 if errors or refusal else 200,
        errors=errors,
        posted=posted,
        refusal=refusal,
        citizen=pending.citizen,
        spending=spending,
        request_view=request_view,
        goal=next((goal for goal in view.goals if goal.envelope.goal_id == spending.goal_id), None),
        view=view,
        left_ore=left_ore,
        after_ore=left_ore - spending.amount_ore,
        is_pending=spending.state is RequestState.PENDING,
        overdue=spending.answer_by is not None and spending.answer_by < today,
        has_decided=any(answer.officer_id == context.person_id for answer in detail.answers),
        needs_two=limits.approvals_needed(detail.fund, spending.amount_ore) > 1,
        pace_labels=PACE_LABELS,
    )


@post(
    "/requests/{request_id:str}", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True, status_code=303
)
def decide(request: AppRequest, request_id: FromPath[str]) -> Response[str] | Response[None]:
    """Approve or refuse a request."""
    form = form_data(request)
    try:
        command = parse_decision(form, request_id)
        result = submit_command(request, request_actor(request), command, idempotency_key(form))
    except ValidationErrors as error:
        return _request_page(request, request_id, error.errors, form)
    except (InvalidRequestState, SecondOfficerNeeded, GrantClosed, Overdrawn, OutsidePeriod) as error:
        return _request_page(request, request_id, posted=form, refusal=_REFUSALS[type(error)])
    if not command.yes:
        return redirect("/requests", request, flash="said_no")
    is_pending = result.request is not None and result.request.state is RequestState.PENDING
    return redirect("/requests", request, flash="said_yes_first" if is_pending else "said_yes")


_REFUSALS: dict[type[Exception], str] = {
    InvalidRequestState: N_("This was settled already. Nothing has changed."),
    SecondOfficerNeeded: N_("You have said yes already. Another budget officer must say yes too."),
    GrantClosed: N_("The grant is closed. Nothing moves in it any more."),
    Overdrawn: N_(
        "There is less left than the citizen asks for. Talk with the citizen, or share out more money first."
    ),
    OutsidePeriod: N_("The grant's period is over, so money can't be put aside any more."),
}

ROUTES = (show_pending, show_request, decide)

FLASH_MESSAGES = {
    "said_yes": LazyText(N_("The answer is yes. The money is put aside, and the citizen can buy it.")),
    "said_yes_first": LazyText(N_("Your yes is noted. Another budget officer must say yes too.")),
    "said_no": LazyText(N_("The answer is no. The citizen can read why, and how to appeal.")),
}

NAVIGATION = (NavigationLink("/requests", N_("Requests"), frozenset({Role.BUDGET_OFFICER})),)
