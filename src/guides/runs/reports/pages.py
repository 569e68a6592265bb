"""The pages about a run beside its pairs: the report, and which guides to recruit next."""

from litestar import Response, get
from litestar.params import FromPath

from foundation.i18n import LazyText
from guides.errors import RunNotReady
from guides.presenters import reason_formatter
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
        try:
            named = service.report(context, run_id)
        except RunNotReady:
            return redirect(f"/runs/{run_id}")
    report = named.report
    if report is None:
        return render(request, "guides/runs/report.html", run=named.run, report=None)
    format_reason = reason_formatter(request)
    return render(
        request,
        "guides/runs/report.html",
        run=named.run,
        report=report,
        names=named.names,
        format_reason=format_reason,
        compared=charts.spread_charts(report.ours, report.first_come) if report.first_come else (),
        groupings=[
            (grouping, charts.grouping_charts(grouping, format_reason)) for grouping in report.groupings
        ],
        load=charts.load_charts(report),
    )


@get("/runs/{run_id:str}/advice", opt=require_role(Role.COORDINATOR), sync_to_thread=True)
def show_advice(request: AppRequest, run_id: FromPath[str]) -> Response[str] | Response[None]:
    """The guides who would help most of those who wait, the best first."""
    with read_context(request) as context:
        try:
            run, advice = service.advice(context, run_id)
        except RunNotReady:
            return redirect(f"/runs/{run_id}")
        areas = {area.id: area.name for area in people_areas(context)}
    return render(
        request,
        "guides/runs/recruiting_advice.html",
        run=run,
        advice=advice,
        format_reason=reason_formatter(request),
        bars_of=charts.advice_charts(advice or (), areas),
    )


ROUTES = (show_report, show_advice)

FLASH_MESSAGES: dict[str, LazyText] = {}

NAVIGATION: tuple[NavigationLink, ...] = ()
