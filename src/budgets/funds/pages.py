"""A budget officer's pages on funds: set up, add money, balances, movements as a list and a CSV file."""

from datetime import date

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from budgets.commands.group_commit import submit_command
from budgets.errors import FundNameTaken
from budgets.funds import periods, service
from budgets.funds.forms import parse_fund, parse_funding
from budgets.model import MOVEMENT_KIND_LABELS, UNSPENT_LABELS, FundBalance
from budgets.money import service as money_service
from budgets.money.pace import Pace, pace
from budgets.money.service import PAGE_LENGTH
from budgets.records.movements_csv import movements_csv
from budgets.web.forms import idempotency_key
from foundation.clock import local_date
from foundation.forms import FieldError, FormData, FormReader, ValidationErrors
from foundation.i18n import N_, LazyText, translations
from people.access.model import Role
from people.web.app_state import AppRequest
from people.web.context import read_context, request_actor
from people.web.responses import NavigationLink, form_data, language, redirect, render
from people.web.rules import require_role


@get("/funds", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_funds(request: AppRequest) -> Response[str]:
    """All funds, with their balances and pace."""
    with read_context(request) as context:
        funds = money_service.funds(context)
        today = local_date(context.now)
    rows = tuple((balance, _pace(balance, today)) for balance in funds)
    return render(request, "budgets/funds/list.html", rows=rows)


def _pace(balance: FundBalance, today: date) -> Pace:
    left_ore = balance.granted_ore + balance.free_ore - balance.spent_ore
    fund = balance.fund
    return pace(left_ore, balance.spent_ore, fund.starts_on, fund.ends_on, today)


@get("/funds/new", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_new_fund(request: AppRequest) -> Response[str]:
    """The form for a new fund."""
    return _new_fund_page(request)


def _new_fund_page(
    request: AppRequest, errors: tuple[FieldError, ...] = (), posted: FormData | None = None
) -> Response[str]:
    with read_context(request):
        pass  # nothing is read, but a context authenticates the caller and extends the session
    gettext = translations(language(request)).gettext
    return render(
        request,
        "budgets/funds/new.html",
        status=422 if errors else 200,
        errors=errors,
        posted=posted,
        unspent=tuple((policy.value, gettext(label)) for policy, label in UNSPENT_LABELS.items()),
    )


@post("/funds", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True, status_code=303)
def add_fund(request: AppRequest) -> Response[str] | Response[None]:
    """Set up a fund."""
    form = form_data(request)
    try:
        command = parse_fund(form)
        fund_id = submit_command(request, request_actor(request), command, idempotency_key(form)).id
    except ValidationErrors as error:
        return _new_fund_page(request, error.errors, form)
    except FundNameTaken:
        text = LazyText(N_("Another fund has that name. Choose another one."))
        return _new_fund_page(request, (FieldError("name", text),), form)
    return redirect(f"/funds/{fund_id}", request, flash="fund_added")


@get("/funds/{fund_id:str}", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_fund(request: AppRequest, fund_id: FromPath[str]) -> Response[str]:
    """One fund: its balances, its rules, the form for more money."""
    return _fund_page(request, fund_id)


def _fund_page(
    request: AppRequest,
    fund_id: str,
    errors: tuple[FieldError, ...] = (),
    posted: FormData | None = None,
) -> Response[str]:
    with read_context(request) as context:
        balance = money_service.fund(context, fund_id)
        closed_through = periods.closed_through(context, fund_id)
        today = local_date(context.now)
    return render(
        request,
        "budgets/funds/detail.html",
        status=422 if errors else 200,
        errors=errors,
        posted=posted,
        balance=balance,
        fund=balance.fund,
        closed_through=closed_through,
        pace=_pace(balance, today),
        unspent_names=UNSPENT_LABELS,
    )


@post(
    "/funds/{fund_id:str}/endow", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True, status_code=303
)
def add_funding(request: AppRequest, fund_id: FromPath[str]) -> Response[str] | Response[None]:
    """Add money to a fund."""
    form = form_data(request)
    try:
        command = parse_funding(form, fund_id)
        submit_command(request, request_actor(request), command, idempotency_key(form))
    except ValidationErrors as error:
        return _fund_page(request, fund_id, error.errors, form)
    return redirect(f"/funds/{fund_id}", request, flash="fund_endowed")


def _period_filter(request: AppRequest) -> tuple[date | None, date | None, tuple[FieldError, ...], FormData]:
    """The period in the address; a day that can't be read sets no limit and is an error."""
    posted = FormData({name: (request.query_params.get(name, ""),) for name in ("first", "last")})
    reader = FormReader(posted)
    first, last = reader.local_date("first"), reader.local_date("last")
    try:
        reader.raise_if_invalid()
    except ValidationErrors as error:
        return first, last, error.errors, posted
    return first, last, (), posted


@get("/funds/{fund_id:str}/movements", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_movements(request: AppRequest, fund_id: FromPath[str], page: FromQuery[int] = 1) -> Response[str]:
    """A fund's movements, newest first, all or between two days."""
    page = max(1, page)
    first, last, errors, posted = _period_filter(request)
    with read_context(request) as context:
        result = service.fund_movements(context, fund_id, first, last, page)
    return render(
        request,
        "budgets/funds/movements.html",
        status=422 if errors else 200,
        errors=errors,
        posted=posted,
        fund=result.fund,
        movements=result.movements,
        names=result.citizen_names,
        closed_grant_ids=result.closed_grant_ids,
        count=result.count,
        page=page,
        page_length=PAGE_LENGTH,
        days="&".join(f"{name}={posted.text(name)}" for name in posted.fields if posted.text(name)),
        kind_names=MOVEMENT_KIND_LABELS,
    )


@get("/funds/{fund_id:str}/movements.csv", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True)
def download_movements(request: AppRequest, fund_id: FromPath[str]) -> Response[bytes]:
    """The movements of `show_movements` as a CSV file."""
    first, last, _, _ = _period_filter(request)
    with read_context(request) as context:
        result = service.fund_movements(context, fund_id, first, last, None)
    return Response(
        movements_csv(result.fund, result.movements),
        media_type="text/csv",
        headers={"Content-Disposition": 'attachment; filename="posteringer.csv"'},
    )


ROUTES = (
    show_funds,
    show_new_fund,
    add_fund,
    show_fund,
    add_funding,
    show_movements,
    download_movements,
)

FLASH_MESSAGES = {
    "fund_added": LazyText(N_("The fund is set up. You can grant money from it now.")),
    "fund_endowed": LazyText(N_("The money is in the fund.")),
}

NAVIGATION = (NavigationLink("/funds", N_("Funds"), frozenset({Role.BUDGET_OFFICER})),)
