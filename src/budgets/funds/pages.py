"""The budget officer's funds in the browser: set up, fill, see where the money stands, list and download movements."""

from datetime import date

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from budgets.commands.group_commit import give_order
from budgets.errors import FundNameTaken
from budgets.funds import periods, service
from budgets.funds.forms import read_endow, read_fund
from budgets.model import KIND_NAMES, UNSPENT_NAMES
from budgets.money import service as money_service
from budgets.money.pace import Pace, pace
from budgets.money.service import PAGE_LENGTH
from budgets.records.movements_csv import movements_file
from budgets.web.forms import key_of
from foundation.clock import local_date
from foundation.forms import FieldFault, FormFaults, FormReader, Posted
from foundation.i18n import N_, Text, translations
from people.access.model import Role
from people.web.app_state import AppRequest
from people.web.context import reading
from people.web.responses import NavigationLink, go, language, posted, show
from people.web.rules import only


@get("/funds", opt=only(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_funds(request: AppRequest) -> Response[str]:
    """All funds, with their money beside their time."""
    with reading(request) as visit:
        funds = money_service.funds(visit)
        today = local_date(visit.now)
    rows = tuple((one, _pace(one.granted_ore + one.free_ore, one.spent_ore, one.fund.starts_on, one.fund.ends_on, today)) for one in funds)  # fmt: skip
    return show(request, "budgets/funds.html", rows=rows)


def _pace(total_ore: int, spent_ore: int, starts_on: date, ends_on: date, today: date) -> Pace:
    return pace(total_ore - spent_ore, spent_ore, starts_on, ends_on, today)


@get("/funds/new", opt=only(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_new_fund(request: AppRequest) -> Response[str]:
    """The form for a new fund."""
    with reading(request):
        pass
    return _new_fund(request)


def _new_fund(
    request: AppRequest, faults: tuple[FieldFault, ...] = (), typed: Posted | None = None
) -> Response[str]:
    gettext = translations(language(request)).gettext
    return show(
        request,
        "budgets/new_fund.html",
        status=422 if faults else 200,
        faults=faults,
        typed=typed,
        unspent=tuple((one.value, gettext(name)) for one, name in UNSPENT_NAMES.items()),
    )


@post("/funds", opt=only(Role.BUDGET_OFFICER), sync_to_thread=True, status_code=303)
def add_fund(request: AppRequest) -> Response[str] | Response[None]:
    """Set up a fund."""
    try:
        form = posted(request)
        with reading(request) as visit:
            command = read_fund(form)
        fund_id = give_order(request, visit.actor, command, key_of(form))
    except FormFaults as problem:
        return _new_fund(request, problem.faults, form)
    except FundNameTaken:
        text = Text(N_("Another fund has that name. Choose another one."))
        return _new_fund(request, (FieldFault("name", text),), form)
    return go(f"/funds/{fund_id}", request, notice="fund_added")


@get("/funds/{fund_id:str}", opt=only(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_fund(request: AppRequest, fund_id: FromPath[str]) -> Response[str]:
    """One fund: its money, its rules, more money."""
    return _fund(request, fund_id)


def _fund(
    request: AppRequest,
    fund_id: str,
    faults: tuple[FieldFault, ...] = (),
    typed: Posted | None = None,
) -> Response[str]:
    with reading(request) as visit:
        found = money_service.fund(visit, fund_id)
        shut = periods.shut_through(visit, fund_id)
        today = local_date(visit.now)
    fund = found.fund
    return show(
        request,
        "budgets/fund.html",
        status=422 if faults else 200,
        faults=faults,
        typed=typed,
        balance=found,
        fund=fund,
        shut=shut,
        pace=_pace(found.granted_ore + found.free_ore, found.spent_ore, fund.starts_on, fund.ends_on, today),
        unspent_names=UNSPENT_NAMES,
    )


@post("/funds/{fund_id:str}/endow", opt=only(Role.BUDGET_OFFICER), sync_to_thread=True, status_code=303)
def endow(request: AppRequest, fund_id: FromPath[str]) -> Response[str] | Response[None]:
    """Put more money into a fund."""
    try:
        form = posted(request)
        with reading(request) as visit:
            command = read_endow(form, fund_id)
        give_order(request, visit.actor, command, key_of(form))
    except FormFaults as problem:
        return _fund(request, fund_id, problem.faults, form)
    return go(f"/funds/{fund_id}", request, notice="fund_endowed")


def _days(request: AppRequest) -> tuple[date | None, date | None, tuple[FieldFault, ...], Posted]:
    """The period in the address; a day that cannot be read limits nothing and is a fault."""
    typed = Posted({name: (request.query_params.get(name, ""),) for name in ("first", "last")})
    reader = FormReader(typed)
    first, last = reader.day("first"), reader.day("last")
    try:
        reader.finish()
    except FormFaults as problem:
        return first, last, problem.faults, typed
    return first, last, (), typed


@get("/funds/{fund_id:str}/movements", opt=only(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_movements(request: AppRequest, fund_id: FromPath[str], page: FromQuery[int] = 1) -> Response[str]:
    """A fund's movements, newest first, all or between two days."""
    page = max(1, page)
    first, last, faults, typed = _days(request)
    with reading(request) as visit:
        found = service.fund_events(visit, fund_id, first, last, page)
    return show(
        request,
        "budgets/movements.html",
        status=422 if faults else 200,
        faults=faults,
        typed=typed,
        fund=found.fund,
        events=found.events,
        names=found.names,
        closed=found.closed,
        count=found.count,
        page=page,
        page_length=PAGE_LENGTH,
        days="&".join(f"{name}={typed.text(name)}" for name in typed.fields if typed.text(name)),
        kind_names=KIND_NAMES,
    )


@get("/funds/{fund_id:str}/movements.csv", opt=only(Role.BUDGET_OFFICER), sync_to_thread=True)
def download_movements(request: AppRequest, fund_id: FromPath[str]) -> Response[bytes]:
    """The same movements as a file for a spreadsheet."""
    first, last, _, _ = _days(request)
    with reading(request) as visit:
        found = service.fund_events(visit, fund_id, first, last, None)
    return Response(
        movements_file(found.fund, found.events),
        media_type="text/csv",
        headers={"Content-Disposition": 'attachment; filename="posteringer.csv"'},
    )


ROUTES = (
    show_funds,
    show_new_fund,
    add_fund,
    show_fund,
    endow,
    show_movements,
    download_movements,
)

NOTICES = {
    "fund_added": Text(N_("The fund is set up. You can grant money from it now.")),
    "fund_endowed": Text(N_("The money is in the fund.")),
}

NAVIGATION = (NavigationLink("/funds", N_("Funds"), frozenset({Role.BUDGET_OFFICER})),)
