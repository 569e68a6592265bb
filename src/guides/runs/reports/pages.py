"""What the matching can tell beside a proposal's pairs: the run's report, and whom to look for next."""

from litestar import Response, get
from litestar.params import FromPath

from foundation.i18n import LazyText
from guides.errors import RunNotReady
from guides.presenters import reason_formatter
from guides.runs import service as runs_service
from guides.runs.reports import charts, service
from people.access.model import Role
from people.directory.service import areas as people_areas
from people.web.app_state import AppRequest
from people.web.context import read_context
from people.web.responses import NavigationLink, redirect, render
from people.web.rules import require_role


@get("/runs/{run_id:str}/report", opt=require_role(Role.COORDINATOR), sync_to_thread=True)
def show_report(request: AppRequest, run_id: FromPath[str]) -> Response[str] | Response[None]:
    """How the run went: against first come, first served; by groups; the spread of load."""
    with read_context(request) as context:
        run = runs_service.run(context, run_id)
        try:
            found = service.report(context, run)
        except RunNotReady:
            return redirect(f"/runs/{run_id}")
    if found is None:
        return render(request, "guides/runs/report.html", run=run, found=None)
    tell = reason_formatter(request)
    report = found.report
    return render(
        request,
        "guides/runs/report.html",
        run=run,
        found=found,
        report=report,
        tell=tell,
        compared=charts.spread_charts(report.ours, report.first_come) if report.first_come else (),
        groupings=[(grouping, charts.grouping_charts(grouping, tell)) for grouping in report.groupings],
        load=charts.load_charts(report),
    )


@get("/runs/{run_id:str}/advice", opt=require_role(Role.COORDINATOR), sync_to_thread=True)
def show_advice(request: AppRequest, run_id: FromPath[str]) -> Response[str] | Response[None]:
    """The guides who would help most of those who wait, the best first."""
    with read_context(request) as context:
        run = runs_service.run(context, run_id)
        try:
            found = service.advice(context, run)
        except RunNotReady:
            return redirect(f"/runs/{run_id}")
        areas = {area.id: area.name for area in people_areas(context)}
    return render(
        request,
        "guides/runs/recruiting_advice.html",
        run=run,
        advice=found,
        tell=reason_formatter(request),
        bars_of=charts.advice_charts(found or (), areas),
    )


ROUTES = (show_report, show_advice)

FLASH_MESSAGES: dict[str, LazyText] = {}

NAVIGATION: tuple[NavigationLink, ...] = ()
