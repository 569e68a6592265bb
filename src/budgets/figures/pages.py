"""The leader's figures in the browser: spending by theme, fund, month and area, how the funds go, and all of it as a sheet."""

from litestar import Response, get
from litestar.params import FromQuery

from budgets.figures import service
from budgets.figures.presenter import breakdowns, pace_chart, spending_csv
from foundation.i18n import N_, LazyText
from people.access.model import Role
from people.web.app_state import AppRequest
from people.web.context import read_context
from people.web.responses import NavigationLink, language, render
from people.web.rules import require_role


@get("/figures", opt=require_role(Role.LEADER), sync_to_thread=True)
def show_figures(request: AppRequest, year: FromQuery[int | None] = None) -> Response[str]:
    """A year's spending, divided in each way once."""
    with read_context(request) as context:
        found = service.spending_report(context, year)
    return render(
        request,
        "budgets/figures/figures.html",
        figures=found,
        divisions=breakdowns(found, language(request)),
        pace_picture=pace_chart(found.paces),
    )


@get("/figures.csv", opt=require_role(Role.LEADER), sync_to_thread=True)
def download_figures(request: AppRequest, year: FromQuery[int | None] = None) -> Response[bytes]:
    """The same figures as a file for a spreadsheet."""
    with read_context(request) as context:
        found = service.spending_report(context, year)
    return Response(
        spending_csv(found),
        media_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="noegletal-{found.year}.csv"'},
    )


ROUTES = (show_figures, download_figures)

FLASH_MESSAGES: dict[str, LazyText] = {}

NAVIGATION = (NavigationLink("/figures", N_("Figures"), frozenset({Role.LEADER})),)
