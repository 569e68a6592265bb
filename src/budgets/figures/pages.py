"""Pages of the leader's figures: spending by theme, fund, month and area, the pace of funds, and a CSV."""

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
    """Show a year's spending by theme, fund, month and area."""
    with read_context(request) as context:
        report = service.spending_report(context, year)
    return render(
        request,
        "budgets/figures/figures.html",
        figures=report,
        divisions=breakdowns(report, language(request)),
        pace_picture=pace_chart(report.paces),
    )


@get("/figures.csv", opt=require_role(Role.LEADER), sync_to_thread=True)
def download_figures(request: AppRequest, year: FromQuery[int | None] = None) -> Response[bytes]:
    """Download the same figures as CSV."""
    with read_context(request) as context:
        report = service.spending_report(context, year)
    return Response(
        spending_csv(report),
        media_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="noegletal-{report.year}.csv"'},
    )


ROUTES = (show_figures, download_figures)

FLASH_MESSAGES: dict[str, LazyText] = {}

NAVIGATION = (NavigationLink("/figures", N_("Figures"), frozenset({Role.LEADER})),)
