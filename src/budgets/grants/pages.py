"""A budget officer's pages on grants: find, make, allocate to goals, reverse a movement."""

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from budgets.commands.group_commit import submit_command
from budgets.errors import AlreadyReversed, OutsidePeriod, Overdrawn, OverLimit, PeriodClosed
from budgets.grants import service
from budgets.grants.forms import NO_GOAL, parse_allocation, parse_grant, parse_reversal
from budgets.model import MOVEMENT_KIND_LABELS, RequestState
from budgets.money import service as money_service
from budgets.money.pace import PACE_LABELS
from budgets.money.presenter import budget_view
from budgets.money.service import PAGE_LENGTH
from budgets.web.forms import field_errors, idempotency_key
from foundation.forms import FieldError, FormData, ValidationErrors
from foundation.i18n import N_, LazyText
from people.access.model import Purpose, Role
from people.directory import service as directory_service
from people.web.app_state import AppRequest
from people.web.context import RequestContext, read_context
from people.web.responses import NavigationLink, form_data, language, redirect, render
from people.web.rules import require_role

LATEST_MOVEMENTS = 10  # on the page of a grant


@get("/grants", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_grants(
    request: AppRequest,
    text: FromQuery[str] = "",
    fund: FromQuery[str] = "",
    ended: FromQuery[str] = "",
    page: FromQuery[int] = 1,
) -> Response[str]:
    """Grants by citizen's name and fund, the one that ends first at the top."""
    page = max(1, page)
    with read_context(request) as context:
        funds = money_service.funds(context)
        fund_id = fund if fund in {balance.fund.id for balance in funds} else ""
        grants, count = service.find_grants(context, text, fund_id or None, running_only=not ended, page=page)
    return render(
        request,
        "budgets/grants/list.html",
        grants=grants,
        count=count,
        page=page,
        page_length=PAGE_LENGTH,
        funds=tuple((balance.fund.id, balance.fund.name) for balance in funds),
        text=text,
        fund=fund_id,
        ended=bool(ended),
    )


@get("/grants/new", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_new_grant(
    request: AppRequest, citizen: FromQuery[str] = "", text: FromQuery[str] = ""
) -> Response[str]:
    """The search for the citizen, then the form for the grant."""
    with read_context(request) as context:
        if citizen:
            return _new_grant_page(request, context, citizen)
        people, count = directory_service.find_citizens(context, text, None, 1) if text else ((), 0)
        areas = {area.id: area.name for area in directory_service.areas(context)}
    return render(
        request, "budgets/grants/choose_citizen.html", text=text, people=people, count=count, areas=areas
    )


def _new_grant_page(
    request: AppRequest,
    context: RequestContext,
    citizen_id: str,
    errors: tuple[FieldError, ...] = (),
    posted: FormData | None = None,
) -> Response[str]:
    return render(
        request,
        "budgets/grants/new.html",
        status=422 if errors else 200,
        errors=errors,
        posted=posted,
        citizen=directory_service.citizen(context, citizen_id, Purpose.BUDGET),
        funds=money_service.funds(context),
    )


@post("/grants", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True, status_code=303)
def make_grant(request: AppRequest) -> Response[str] | Response[None]:
    """Grant money to a citizen."""
    form = form_data(request)
    citizen_id = form.text("citizen")
    try:
        with read_context(request) as context:
            funds = [balance.fund for balance in money_service.funds(context)]
        command = parse_grant(form, citizen_id, funds)
        grant_id = submit_command(request, context.actor, command, idempotency_key(form)).id
    except (ValidationErrors, Overdrawn, OverLimit, OutsidePeriod, PeriodClosed) as error:
        with read_context(request) as context:
            return _new_grant_page(request, context, citizen_id, field_errors(error, language(request)), form)
    return redirect(f"/grants/{grant_id}", request, flash="granted")


@get("/grants/{grant_id:str}", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_grant(request: AppRequest, grant_id: FromPath[str]) -> Response[str]:
    """One grant: its balances, what is put aside for the citizen, the latest movements."""
    with read_context(request) as context:
        citizen_budget = money_service.citizen_budget(context, grant_id, LATEST_MOVEMENTS)
        overview = citizen_budget.overview
        requests = money_service.requests(context, overview, RequestState.RESERVED)
    return render(
        request,
        "budgets/grants/detail.html",
        citizen=citizen_budget.citizen,
        overview=overview,
        view=budget_view(overview.budget, overview.goal_titles, overview.today, overview.closing),
        requests=requests,
        kind_names=MOVEMENT_KIND_LABELS,
        pace_labels=PACE_LABELS,
    )


@get("/grants/{grant_id:str}/movements", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_grants_movements(
    request: AppRequest, grant_id: FromPath[str], page: FromQuery[int] = 1
) -> Response[str]:
    """All movements of a grant, newest first."""
    page = max(1, page)
    with read_context(request) as context:
        citizen_budget = money_service.citizen_budget(context, grant_id)
        movements, count = money_service.movements(context, citizen_budget.overview, page)
    return render(
        request,
        "budgets/grants/movements.html",
        citizen=citizen_budget.citizen,
        overview=citizen_budget.overview,
        movements=movements,
        count=count,
        page=page,
        page_length=PAGE_LENGTH,
        kind_names=MOVEMENT_KIND_LABELS,
    )


@get("/grants/{grant_id:str}/share", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_allocation_form(request: AppRequest, grant_id: FromPath[str]) -> Response[str]:
    """The form that allocates money to a goal."""
    with read_context(request) as context:
        return _allocation_page(request, context, grant_id)


def _allocation_page(
    request: AppRequest,
    context: RequestContext,
    grant_id: str,
    errors: tuple[FieldError, ...] = (),
    posted: FormData | None = None,
) -> Response[str]:
    citizen_budget = money_service.citizen_budget(context, grant_id)
    return render(
        request,
        "budgets/grants/allocate.html",
        status=422 if errors else 200,
        errors=errors,
        posted=posted,
        citizen=citizen_budget.citizen,
        overview=citizen_budget.overview,
        no_goal_id=NO_GOAL,
    )


@post(
    "/grants/{grant_id:str}/share",
    opt=require_role(Role.BUDGET_OFFICER),
    sync_to_thread=True,
    status_code=303,
)
def allocate(request: AppRequest, grant_id: FromPath[str]) -> Response[str] | Response[None]:
    """Allocate money to a goal, or take it back from one."""
    form = form_data(request)
    try:
        with read_context(request) as context:
            titles = money_service.grant_overview(context, grant_id).goal_titles
            command = parse_allocation(form, grant_id, tuple(titles))
        submit_command(request, context.actor, command, idempotency_key(form))
    except (ValidationErrors, Overdrawn) as error:
        with read_context(request) as context:
            return _allocation_page(request, context, grant_id, field_errors(error, language(request)), form)
    return redirect(f"/grants/{grant_id}", request, flash="shared")


@get("/movements/{movement_id:str}/reverse", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_reverse(request: AppRequest, movement_id: FromPath[str]) -> Response[str]:
    """The movement to reverse, and the form for why."""
    with read_context(request) as context:
        return _reversal_page(request, context, movement_id)


def _reversal_page(
    request: AppRequest,
    context: RequestContext,
    movement_id: str,
    errors: tuple[FieldError, ...] = (),
    posted: FormData | None = None,
    refusal: str = "",
) -> Response[str]:
    movement = money_service.movement(context, movement_id, Purpose.BUDGET)
    titles = (
        {}
        if movement.grant_id is None
        else money_service.grant_overview(context, movement.grant_id).goal_titles
    )
    return render(
        request,
        "budgets/grants/reverse.html",
        status=422 if errors or refusal else 200,
        errors=errors,
        posted=posted,
        movement=movement,
        titles=titles,
        refusal=refusal,
        kind_names=MOVEMENT_KIND_LABELS,
        back=_page_of_movement(movement.grant_id, movement.fund_id),
    )


def _page_of_movement(grant_id: str | None, fund_id: str) -> str:
    return f"/funds/{fund_id}" if grant_id is None else f"/grants/{grant_id}"


@post(
    "/movements/{movement_id:str}/reverse",
    opt=require_role(Role.BUDGET_OFFICER),
    sync_to_thread=True,
    status_code=303,
)
def reverse(request: AppRequest, movement_id: FromPath[str]) -> Response[str] | Response[None]:
    """Reverse a movement."""
    form = form_data(request)
    try:
        with read_context(request) as context:
            movement = money_service.movement(context, movement_id, Purpose.BUDGET)
            command = parse_reversal(form, movement_id)
        submit_command(request, context.actor, command, idempotency_key(form))
    except (ValidationErrors, AlreadyReversed, Overdrawn) as error:
        with read_context(request) as context:
            if isinstance(error, ValidationErrors):
                return _reversal_page(request, context, movement_id, error.errors, form)
            refusal = ALREADY_REVERSED if isinstance(error, AlreadyReversed) else INSUFFICIENT_BALANCE
            return _reversal_page(request, context, movement_id, posted=form, refusal=refusal)
    return redirect(_page_of_movement(movement.grant_id, movement.fund_id), request, flash="reversed")


ALREADY_REVERSED = N_("This movement was undone before, or undoes another itself.")
INSUFFICIENT_BALANCE = N_("The money has moved on since. Undo the later movements first.")

ROUTES = (
    show_grants,
    show_new_grant,
    make_grant,
    show_grant,
    show_grants_movements,
    show_allocation_form,
    allocate,
    show_reverse,
    reverse,
)

FLASH_MESSAGES = {
    "granted": LazyText(N_("The money is granted. Now share it out to goals.")),
    "shared": LazyText(N_("The money is moved.")),
    "reversed": LazyText(N_("The movement is undone.")),
}

NAVIGATION = (NavigationLink("/grants", N_("Grants"), frozenset({Role.BUDGET_OFFICER})),)
