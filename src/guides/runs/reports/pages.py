"""What the matching can tell beside a proposal's pairs: the run's report, and whom to look for next."""

from litestar import Response, get
from litestar.params import FromPath

from foundation.i18n import Text
from guides.errors import RunNotReady
from guides.presenters import teller
from guides.runs import service as runs_service
from guides.runs.reports import charts, service
from people.access.model import Role
from people.directory.service import areas as people_areas
from people.web.app_state import AppRequest
from people.web.context import reading
from people.web.responses import NavigationLink, go, show
from people.web.rules import only


@get("/runs/{run_id:str}/report", opt=only(Role.COORDINATOR), sync_to_thread=True)
def show_report(request: AppRequest, run_id: FromPath[str]) -> Response[str] | Response[None]:
    """How the run went: against first come, first served; by groups; the spread of load."""
    with reading(request) as visit:
        run = runs_service.run(visit, run_id)
        try:
            found = service.report(visit, run)
        except RunNotReady:
            return go(f"/runs/{run_id}")
    if found is None:
        return show(request, "guides/coordinator/report.html", run=run, found=None)
    tell = teller(request)
    report = found.report
    return show(
        request,
        "guides/coordinator/report.html",
        run=run,
        found=found,
        report=report,
        tell=tell,
        compared=charts.of_spreads(report.ours, report.first_come) if report.first_come else (),
        groupings=[(grouping, charts.of_grouping(grouping, tell)) for grouping in report.groupings],
        load=charts.of_load(report),
    )


@get("/runs/{run_id:str}/advice", opt=only(Role.COORDINATOR), sync_to_thread=True)
def show_advice(request: AppRequest, run_id: FromPath[str]) -> Response[str] | Response[None]:
    """The guides who would help most of those who wait, the best first."""
    with reading(request) as visit:
        run = runs_service.run(visit, run_id)
        try:
            found = service.advice(visit, run)
        except RunNotReady:
            return go(f"/runs/{run_id}")
        areas = {area.id: area.name for area in people_areas(visit)}
    return show(
        request,
        "guides/coordinator/advice.html",
        run=run,
        advice=found,
        tell=teller(request),
        bars_of=charts.of_advice(found or (), areas),
    )


ROUTES = (show_report, show_advice)

NOTICES: dict[str, Text] = {}

NAVIGATION: tuple[NavigationLink, ...] = ()
