"""The pages that start a matching run, show its progress and its proposal, and publish or discard it."""

import secrets
from functools import partial

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from foundation.clock import local_date
from foundation.forms import FieldError, ValidationErrors
from foundation.i18n import N_, LazyText, translations
from foundation.ids import ID_LENGTH, new_id
from guides.errors import GuidesError, InvalidPair, PoolChanged, RunNotReady
from guides.labels import RUN_STATUS_LABELS
from guides.lifecycle import RunStatus, answer_deadline
from guides.matching import Policy, read_policy, write_policy
from guides.matching.reasons import PolicyError
from guides.matching.scoring.points import POINTS
from guides.presenters import reason_formatter, reasons_formatter
from guides.runs import execution, review, service
from guides.runs.forms import SEED_MAX, parse_run, policy_errors
from guides.runs.model import Run
from people.access.model import Role
from people.web.app_state import AppRequest, AppState, app_state
from people.web.context import read_context, write_context
from people.web.links import build_url
from people.web.responses import NavigationLink, form_data, language, redirect, render
from people.web.rules import require_role

REFRESH_SECONDS = 2
ACTIVE_STATUSES = (RunStatus.QUEUED, RunStatus.RUNNING)


def resume_interrupted_runs(state: AppState) -> None:
    """Fail the runs that a stopped server left behind, and queue the reports that it did not build.

    Called once, before the first page is served.
    """
    for run_id in execution.fail_interrupted(state.engine, state.clock):
        state.background_worker.submit("report", partial(execution.build_report, state.engine, run_id))


def enqueue_run(request: AppRequest, run_id: str) -> None:
    """Let the background worker execute a queued run; harmless for one that has started already."""
    state = app_state(request)
    state.background_worker.submit(
        "matching", partial(execution.execute_run, state.engine, state.clock, run_id)
    )


@get("/runs", opt=require_role(Role.COORDINATOR), sync_to_thread=True)
def show_runs(request: AppRequest) -> Response[str]:
    """The newest runs, and the form that starts one."""
    return _start_page(request)


@post("/runs", opt=require_role(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def start_run(request: AppRequest) -> Response[str] | Response[None]:
    """Run the matching. The form's key is the run's id, so that a double press starts one."""
    form = form_data(request)
    key = form.text("key")
    run_id = key if len(key) == ID_LENGTH and key.isalnum() else new_id()
    try:
        policy, seed = parse_run(form)
        seed = secrets.randbelow(SEED_MAX + 1) if seed is None else seed
        with write_context(request) as context:
            service.start_run(context, policy, seed, run_id)
    except PolicyError as error:
        return _start_page(request, status=422, errors=policy_errors(error))
    except ValidationErrors as error:
        return _start_page(request, status=422, errors=error.errors)
    enqueue_run(request, run_id)
    return redirect(f"/runs/{run_id}")


def _start_page(
    request: AppRequest, *, status: int = 200, errors: tuple[FieldError, ...] = ()
) -> Response[str]:
    with read_context(request) as context:
        runs = service.runs(context)
    gettext = translations(language(request)).gettext
    policy = read_policy(runs[0].policy) if runs else Policy()
    return render(
        request,
        "guides/runs/list.html",
        status=status,
        errors=errors,
        posted=form_data(request) if errors else None,
        runs=runs,
        key=new_id(),
        policy=policy,
        policy_text=write_policy(policy, gettext),
        points=POINTS,
        status_names=RUN_STATUS_LABELS,
        status_tones=STATUS_TONES,
    )


@get("/runs/{run_id:str}", opt=require_role(Role.COORDINATOR), sync_to_thread=True)
def show_run(
    request: AppRequest, run_id: FromPath[str], view: FromQuery[str] = "pairs", page: FromQuery[int] = 1
) -> Response[str]:
    """How far a run is, or what it proposes."""
    return render_run(request, run_id, view=view, page=page)


def render_run(
    request: AppRequest,
    run_id: str,
    *,
    view: str = "pairs",
    page: int = 1,
    status: int = 200,
    problem: str = "",
    invalid_pairs: tuple[InvalidPair, ...] = (),
) -> Response[str]:
    """The page of a run; `problem` and `invalid_pairs` say why the posted action was refused."""
    page = max(1, page)
    with read_context(request) as context:
        run_page = review.run_page(context, run_id, view, page)
        names = review.names_of_pairs(context, invalid_pairs) if invalid_pairs else {}
    run, proposal = run_page.run, run_page.proposal
    if proposal is None:
        return _progress_page(request, run, status, problem)
    format_reason = reason_formatter(request)
    return render(
        request,
        "guides/runs/detail.html",
        status=status,
        run=run,
        proposal=proposal,
        page=page,
        page_length=review.PAGE_LENGTH,
        more=build_url(f"/runs/{run_id}", view=proposal.view),
        problem=problem,
        invalid_pairs=[
            (names[pair.request_id], names[pair.guide_id], format_reason(pair.reason))
            for pair in invalid_pairs
            if pair.request_id in names and pair.guide_id in names  # else a citizen of another area
        ],
        is_draft=run.status is RunStatus.DRAFT,
        points=POINTS,
        policy=read_policy(run.policy),
        format_reasons=reasons_formatter(request),
        status_names=RUN_STATUS_LABELS,
        status_tones=STATUS_TONES,
    )


def _progress_page(request: AppRequest, run: Run, status: int, problem: str) -> Response[str]:
    is_active = run.status in ACTIVE_STATUSES
    response = render(
        request,
        "guides/runs/progress.html",
        status=status,
        run=run,
        under_way=is_active,
        problem=problem,
        format_reason=reason_formatter(request),
        status_names=RUN_STATUS_LABELS,
    )
    if is_active:
        # A header rather than a script: the browser reloads by itself, with or without JavaScript.
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


@get("/runs/{run_id:str}/publish", opt=require_role(Role.COORDINATOR), sync_to_thread=True)
def show_publish_preview(request: AppRequest, run_id: FromPath[str]) -> Response[str] | Response[None]:
    """What publishing would send, pair by pair, before it is sent."""
    with read_context(request) as context:
        try:
            preview = review.publish_preview(context, run_id)
        except RunNotReady:
            return redirect(f"/runs/{run_id}")
    totals = preview.run.totals
    return render(
        request,
        "guides/runs/publish.html",
        preview=preview,
        waiting=totals.requests - totals.matched if totals else 0,
        deadline=answer_deadline(local_date(context.now)),
    )


@post("/runs/{run_id:str}/publish", opt=require_role(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def publish_run(request: AppRequest, run_id: FromPath[str]) -> Response[str] | Response[None]:
    """Send the offers. A coordinator who comes second is told that they have been sent."""
    excluded_request_ids = form_data(request).texts("without")
    try:
        with write_context(request) as context:
            service.publish(context, run_id, excluded_request_ids)
    except GuidesError as error:
        return render_run(
            request,
            run_id,
            status=409,
            problem=error.text.render(language(request)),
            invalid_pairs=error.invalid_pairs if isinstance(error, PoolChanged) else (),
        )
    return redirect(f"/runs/{run_id}", request, flash="run_published")


@post("/runs/{run_id:str}/discard", opt=require_role(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def discard_run(request: AppRequest, run_id: FromPath[str]) -> Response[str] | Response[None]:
    """Throw a proposal away, or stop a run."""
    try:
        with write_context(request) as context:
            service.discard(context, run_id)
    except GuidesError as error:
        return render_run(request, run_id, status=409, problem=error.text.render(language(request)))
    return redirect("/runs", request, flash="run_discarded")


STATUS_TONES = {
    RunStatus.QUEUED: "wait",
    RunStatus.RUNNING: "wait",
    RunStatus.DRAFT: "accent",
    RunStatus.PUBLISHED: "good",
    RunStatus.DISCARDED: "",
    RunStatus.FAILED: "mind",
}

ROUTES = (show_runs, start_run, show_run, show_publish_preview, publish_run, discard_run)

FLASH_MESSAGES = {
    "run_published": LazyText(N_("The offers are sent. Each guide has 7 days to answer.")),
    "run_discarded": LazyText(N_("The proposal is discarded. Nobody has heard of it.")),
}

NAVIGATION = (NavigationLink("/runs", N_("Matching"), frozenset({Role.COORDINATOR})),)
