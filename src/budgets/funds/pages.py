"""The budget officer's funds in the browser: set up, fill, see where the money stands, list and download movements."""

from datetime import date

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from budgets.commands.group_commit import submit_command
from budgets.errors import FundNameTaken
from budgets.funds import periods, service
from budgets.funds.forms import parse_fund, parse_funding
from budgets.model import MOVEMENT_KIND_LABELS, UNSPENT_LABELS
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
from people.web.context import read_context
from people.web.responses import NavigationLink, form_data, language, redirect, render
from people.web.rules import require_role


@get("/funds", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_funds(request: AppRequest) -> Response[str]:
    """All funds, with their money beside their time."""
    with read_context(request) as context:
        funds = money_service.funds(context)
        today = local_date(context.now)
    rows = tuple((one, _pace(one.granted_ore + one.free_ore, one.spent_ore, one.fund.starts_on, one.fund.ends_on, today)) for one in funds)  # fmt: skip
    return render(request, "budgets/funds/list.html", rows=rows)


def _pace(total_ore: int, spent_ore: int, starts_on: date, ends_on: date, today: date) -> Pace:
    return pace(total_ore - spent_ore, spent_ore, starts_on, ends_on, today)


@get("/funds/new", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_new_fund(request: AppRequest) -> Response[str]:
    """The form for a new fund."""
    with read_context(request):
        pass
    return _new_fund_page(request)


def _new_fund_page(
    request: AppRequest, errors: tuple[FieldError, ...] = (), typed: FormData | None = None
) -> Response[str]:
    gettext = translations(language(request)).gettext
    return render(
        request,
        "budgets/funds/new.html",
        status=422 if errors else 200,
        errors=errors,
        posted=typed,
        unspent=tuple((one.value, gettext(name)) for one, name in UNSPENT_LABELS.items()),
    )


@post("/funds", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True, status_code=303)
def add_fund(request: AppRequest) -> Response[str] | Response[None]:
    """Set up a fund."""
    try:
        form = form_data(request)
        with read_context(request) as context:
            command = parse_fund(form)
        fund_id = submit_command(request, context.actor, command, idempotency_key(form)).id
    except ValidationErrors as problem:
        return _new_fund_page(request, problem.errors, form)
    except FundNameTaken:
        text = LazyText(N_("Another fund has that name. Choose another one."))
        return _new_fund_page(request, (FieldError("name", text),), form)
    return redirect(f"/funds/{fund_id}", request, flash="fund_added")


@get("/funds/{fund_id:str}", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_fund(request: AppRequest, fund_id: FromPath[str]) -> Response[str]:
    """One fund: its money, its rules, more money."""
    return _fund_page(request, fund_id)


def _fund_page(
    request: AppRequest,
    fund_id: str,
    errors: tuple[FieldError, ...] = (),
    typed: FormData | None = None,
) -> Response[str]:
    with read_context(request) as context:
        found = money_service.fund(context, fund_id)
        shut = periods.closed_through(context, fund_id)
        today = local_date(context.now)
    fund = found.fund
    return render(
        request,
        "budgets/funds/detail.html",
        status=422 if errors else 200,
        errors=errors,
        posted=typed,
        balance=found,
        fund=fund,
        shut=shut,
        pace=_pace(found.granted_ore + found.free_ore, found.spent_ore, fund.starts_on, fund.ends_on, today),
        unspent_names=UNSPENT_LABELS,
    )


@post(
    "/funds/{fund_id:str}/endow", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True, status_code=303
)
def add_funding(request: AppRequest, fund_id: FromPath[str]) -> Response[str] | Response[None]:
    """Put more money into a fund."""
    try:
        form = form_data(request)
        with read_context(request) as context:
            command = parse_funding(form, fund_id)
        submit_command(request, context.actor, command, idempotency_key(form))
    except ValidationErrors as problem:
        return _fund_page(request, fund_id, problem.errors, form)
    return redirect(f"/funds/{fund_id}", request, flash="fund_endowed")


def _period_filter(request: AppRequest) -> tuple[date | None, date | None, tuple[FieldError, ...], FormData]:
    """The period in the address; a day that cannot be read limits nothing and is a fault."""
    typed = FormData({name: (request.query_params.get(name, ""),) for name in ("first", "last")})
    reader = FormReader(typed)
    first, last = reader.local_date("first"), reader.local_date("last")
    try:
        reader.raise_if_invalid()
    except ValidationErrors as problem:
        return first, last, problem.errors, typed
    return first, last, (), typed


@get("/funds/{fund_id:str}/movements", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_movements(request: AppRequest, fund_id: FromPath[str], page: FromQuery[int] = 1) -> Response[str]:
    """A fund's movements, newest first, all or between two days."""
    page = max(1, page)
    first, last, faults, typed = _period_filter(request)
    with read_context(request) as context:
        found = service.fund_movements(context, fund_id, first, last, page)
    return render(
        request,
        "budgets/funds/movements.html",
        status=422 if faults else 200,
        errors=faults,
        posted=typed,
        fund=found.fund,
        events=found.movements,
        names=found.citizen_names,
        closed=found.closed_grant_ids,
        count=found.count,
        page=page,
        page_length=PAGE_LENGTH,
        days="&".join(f"{name}={typed.text(name)}" for name in typed.fields if typed.text(name)),
        kind_names=MOVEMENT_KIND_LABELS,
    )


@get("/funds/{fund_id:str}/movements.csv", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True)
def download_movements(request: AppRequest, fund_id: FromPath[str]) -> Response[bytes]:
    """The same movements as a file for a spreadsheet."""
    first, last, _, _ = _period_filter(request)
    with read_context(request) as context:
        found = service.fund_movements(context, fund_id, first, last, None)
    return Response(
        movements_csv(found.fund, found.movements),
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
