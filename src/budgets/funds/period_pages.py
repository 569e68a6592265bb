"""Closing a fund's books through a day, in the browser: first what is still open, then shut."""

from datetime import date, timedelta

from litestar import Response, get, post
from litestar.params import FromPath

from budgets.commands.group_commit import give_order
from budgets.errors import NotYet, PeriodShut
from budgets.funds import periods
from budgets.funds.forms import read_period
from budgets.money import service as money_service
from budgets.web.forms import key_of
from foundation.clock import local_date
from foundation.dates import day
from foundation.forms import FieldFault, FormFaults, Posted
from foundation.i18n import N_, Text
from people.access.model import Role
from people.web.app_state import AppRequest
from people.web.context import reading
from people.web.responses import NavigationLink, go, language, posted, show
from people.web.rules import only


@get("/funds/{fund_id:str}/books", opt=only(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_books(request: AppRequest, fund_id: FromPath[str]) -> Response[str]:
    """Through which day the books are closed; with a day in the address what is still open up to it."""
    form = Posted({name: tuple(request.query_params.getall(name)) for name in request.query_params})
    if not form.fields:
        return _books(request, fund_id)
    try:
        through = read_period(form, fund_id).through
    except FormFaults as problem:
        return _books(request, fund_id, problem.faults, form)
    return _books(request, fund_id, typed=form, through=through)


def _books(
    request: AppRequest,
    fund_id: str,
    faults: tuple[FieldFault, ...] = (),
    typed: Posted | None = None,
    through: date | None = None,
) -> Response[str]:
    with reading(request) as visit:
        fund = money_service.fund(visit, fund_id).fund
        shut = periods.shut_through(visit, fund_id)
        today = local_date(visit.now)
        still_open = None if through is None else periods.still_open(visit, fund_id, through)
    if through is not None and (fault := _fault(through, shut, today, language(request))):
        faults, still_open = (FieldFault("through", fault),), None
    return show(
        request,
        "budgets/books.html",
        status=422 if faults else 200,
        faults=faults,
        typed=typed,
        fund=fund,
        shut=shut,
        through=through,
        still_open=still_open,
        last_month=today.replace(day=1) - timedelta(days=1),
    )


def _fault(through: date, shut: date | None, today: date, reader_language: str) -> Text | None:
    if shut is not None and through <= shut:
        return Text(ALREADY_SHUT, {"day": day(shut, reader_language)})
    if through >= today:
        return Text(NOT_OVER)
    return None


ALREADY_SHUT = N_("The books are closed until %(day)s already. Choose a later day.")
NOT_OVER = N_("Choose a day that is over.")


@post("/funds/{fund_id:str}/books", opt=only(Role.BUDGET_OFFICER), sync_to_thread=True, status_code=303)
def close_books(request: AppRequest, fund_id: FromPath[str]) -> Response[str] | Response[None]:
    """Close the books."""
    form = posted(request)
    try:
        with reading(request) as visit:
            command = read_period(form, fund_id)
        give_order(request, visit.actor, command, key_of(form))
    except FormFaults as problem:
        return _books(request, fund_id, problem.faults, form)
    except (NotYet, PeriodShut):
        return _books(request, fund_id, typed=form, through=command.through)
    return go(f"/funds/{fund_id}", request, notice="books_closed")


ROUTES = (show_books, close_books)

NOTICES = {
    "books_closed": Text(N_("The books are closed. Nothing takes effect on that day or before it any more."))
}

NAVIGATION: tuple[NavigationLink, ...] = ()
