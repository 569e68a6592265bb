"""A budget officer's pages for closing a fund's books through a day, with what is still open."""

from datetime import date, timedelta

from litestar import Response, get, post
from litestar.params import FromPath

from budgets.commands.group_commit import submit_command
from budgets.errors import NotYet, PeriodClosed
from budgets.funds import periods
from budgets.funds.forms import parse_closed_period
from budgets.money import service as money_service
from budgets.web.forms import idempotency_key
from foundation.clock import local_date
from foundation.dates import format_day
from foundation.forms import FieldError, FormData, ValidationErrors
from foundation.i18n import N_, LazyText
from people.access.model import Role
from people.web.app_state import AppRequest
from people.web.context import read_context, request_actor
from people.web.responses import NavigationLink, form_data, language, redirect, render
from people.web.rules import require_role


@get("/funds/{fund_id:str}/books", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_closing_form(request: AppRequest, fund_id: FromPath[str]) -> Response[str]:
    """The form for the day; with a day in the address also what is still open through it."""
    form = FormData({name: tuple(request.query_params.getall(name)) for name in request.query_params})
    if not form.fields:
        return _closing_page(request, fund_id)
    try:
        through = parse_closed_period(form, fund_id).through
    except ValidationErrors as error:
        return _closing_page(request, fund_id, error.errors, form)
    return _closing_page(request, fund_id, posted=form, through=through)


def _closing_page(
    request: AppRequest,
    fund_id: str,
    errors: tuple[FieldError, ...] = (),
    posted: FormData | None = None,
    through: date | None = None,
) -> Response[str]:
    with read_context(request) as context:
        fund = money_service.fund(context, fund_id).fund
        closed_through = periods.closed_through(context, fund_id)
        today = local_date(context.now)
        still_open = None if through is None else periods.still_open(context, fund_id, through)
    if through is not None and (error := _period_error(through, closed_through, today, language(request))):
        errors, still_open = (FieldError("through", error),), None
    return render(
        request,
        "budgets/funds/close_period.html",
        status=422 if errors else 200,
        errors=errors,
        posted=posted,
        fund=fund,
        closed_through=closed_through,
        through=through,
        still_open=still_open,
        last_month=today.replace(day=1) - timedelta(days=1),
    )


def _period_error(
    through: date, closed_through: date | None, today: date, reader_language: str
) -> LazyText | None:
    # The command checks the same under the fund's lock; here the officer reads it before confirming.
    if closed_through is not None and through <= closed_through:
        return LazyText(ALREADY_CLOSED, {"day": format_day(closed_through, reader_language)})
    if through >= today:
        return LazyText(NOT_OVER)
    return None


ALREADY_CLOSED = N_("The books are closed until %(day)s already. Choose a later day.")
NOT_OVER = N_("Choose a day that is over.")


@post(
    "/funds/{fund_id:str}/books", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True, status_code=303
)
def close_period(request: AppRequest, fund_id: FromPath[str]) -> Response[str] | Response[None]:
    """Close the books."""
    form = form_data(request)
    try:
        command = parse_closed_period(form, fund_id)
        submit_command(request, request_actor(request), command, idempotency_key(form))
    except ValidationErrors as error:
        return _closing_page(request, fund_id, error.errors, form)
    # The page derives the reason again, from the books as they are now.
    except (NotYet, PeriodClosed):
        return _closing_page(request, fund_id, posted=form, through=command.through)
    return redirect(f"/funds/{fund_id}", request, flash="books_closed")


ROUTES = (show_closing_form, close_period)

FLASH_MESSAGES = {
    "books_closed": LazyText(
        N_("The books are closed. Nothing takes effect on that day or before it any more.")
    )
}

NAVIGATION: tuple[NavigationLink, ...] = ()
