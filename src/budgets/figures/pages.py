"""The leader's figures in the browser: spending by theme, fund, month and area, how the funds go, and all of it as a sheet."""

from litestar import Response, get
from litestar.params import FromQuery

from budgets.figures import service
from budgets.figures.presenter import divisions, figures_file, pace_picture
from foundation.i18n import N_, Text
from people.access.model import Role
from people.web.app_state import AppRequest
from people.web.context import reading
from people.web.responses import NavigationLink, language, show
from people.web.rules import only


@get("/figures", opt=only(Role.LEADER), sync_to_thread=True)
def show_figures(request: AppRequest, year: FromQuery[int | None] = None) -> Response[str]:
    """A year's spending, divided in each way once."""
    with reading(request) as visit:
        found = service.figures(visit, year)
    return show(
        request,
        "budgets/figures.html",
        figures=found,
        divisions=divisions(found, language(request)),
        pace_picture=pace_picture(found.paces),
    )


@get("/figures.csv", opt=only(Role.LEADER), sync_to_thread=True)
def download_figures(request: AppRequest, year: FromQuery[int | None] = None) -> Response[bytes]:
    """The same figures as a file for a spreadsheet."""
    with reading(request) as visit:
        found = service.figures(visit, year)
    return Response(
        figures_file(found),
        media_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="noegletal-{found.year}.csv"'},
    )


ROUTES = (show_figures, download_figures)

NOTICES: dict[str, Text] = {}

NAVIGATION = (NavigationLink("/figures", N_("Figures"), frozenset({Role.LEADER})),)
