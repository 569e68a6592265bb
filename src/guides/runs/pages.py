"""Running the matching and reading what it proposes: start, progress, the proposal, the check before publishing."""

import secrets
from functools import partial

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from foundation.clock import local_date
from foundation.forms import FieldError, ValidationErrors
from foundation.i18n import N_, LazyText, translations
from foundation.ids import ID_LENGTH, new_id
from guides.errors import GuidesError, InvalidPair, PoolChanged
from guides.labels import RUN_STATUS_LABELS
from guides.lifecycle import RunStatus, answer_deadline
from guides.matching import Policy, read_policy, write_policy
from guides.matching.reasons import PolicyError
from guides.matching.scoring.points import POINTS
from guides.presenters import reason_formatter, reasons_formatter
from guides.runs import proposals, review, service
from guides.runs.forms import SEED_MAX, parse_run, policy_errors
from people.access.model import Role
from people.directory.service import areas as people_areas
from people.web.app_state import AppRequest, AppState, app_state
from people.web.context import read_context, write_context
from people.web.links import build_url
from people.web.responses import NavigationLink, form_data, language, redirect, render
from people.web.rules import require_role

REFRESH_SECONDS = 2
ACTIVE_STATUSES = (RunStatus.QUEUED, RunStatus.RUNNING)


def resume_interrupted_runs(state: AppState) -> None:
    """Note that runs which a stopped server left behind have ended, and make the reports that it didn't come to.

    Called once, before the first page is served.
    """
    for run_id in service.fail_interrupted(state.engine, state.clock):
        state.background_worker.submit("report", partial(service.build_report, state.engine, run_id))


def enqueue_run(request: AppRequest, run_id: str) -> None:
    """Let the worker do a queued run; one that is begun or done already is left alone."""
    place = app_state(request)
    place.background_worker.submit(
        "matching", partial(service.execute_run, place.engine, place.clock, run_id)
    )


@get("/runs", opt=require_role(Role.COORDINATOR), sync_to_thread=True)
def show_runs(request: AppRequest) -> Response[str]:
    """The newest runs, and the form that starts one."""
    return _start_page(request)


@post("/runs", opt=require_role(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def start_run(request: AppRequest) -> Response[str] | Response[None]:
    """Run the matching. The form's key is the run's id, so that a double press starts one."""
    try:
        with write_context(request) as context:
            form = form_data(request)
            policy, seed = parse_run(form)
            key = form.text("key")
            run_id = key if len(key) == ID_LENGTH and key.isalnum() else new_id()
            seed = secrets.randbelow(SEED_MAX + 1) if seed is None else seed
            service.start_run(context, policy, seed, run_id)
    except PolicyError as problem:
        return _start_page(request, status=422, errors=policy_errors(problem))
    except ValidationErrors as problem:
        return _start_page(request, status=422, errors=problem.errors)
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
    return run_page(request, run_id, view=view, page=page)


def run_page(
    request: AppRequest,
    run_id: str,
    *,
    view: str = "pairs",
    page: int = 1,
    status: int = 200,
    problem: str = "",
    invalid_pairs: tuple[tuple[str, str, str], ...] = (),
) -> Response[str]:
    """The run as it is now; `problem` and `broken` are why something could not be done."""
    page = max(1, page)
    with read_context(request) as context:
        run = service.run(context, run_id)
        found = (
            review.proposal_page(context, run, view, page)
            if run.status in review.REVIEWABLE_STATUSES
            else None
        )
        areas = {area.id: area.name for area in people_areas(context)}
    if found is None:
        answer = render(
            request,
            "guides/runs/progress.html",
            status=status,
            run=run,
            under_way=run.status in ACTIVE_STATUSES,
            problem=problem,
            tell=reason_formatter(request),
            status_names=RUN_STATUS_LABELS,
        )
        if run.status in ACTIVE_STATUSES:
            # A header and not a tag of the page: the browser asks again by itself, with or without JavaScript.
            answer.headers["Refresh"] = str(REFRESH_SECONDS)
        return answer
    return render(
        request,
        "guides/runs/detail.html",
        status=status,
        run=run,
        found=found,
        page=page,
        page_length=proposals.PAGE_LENGTH,
        more=build_url(f"/runs/{run_id}", view=found.view),
        problem=problem,
        broken=invalid_pairs,
        is_draft=run.status is RunStatus.DRAFT,
        points=POINTS,
        policy=read_policy(run.policy),
        tell_all=reasons_formatter(request),
        areas=areas,
        status_names=RUN_STATUS_LABELS,
        status_tones=STATUS_TONES,
    )


@get("/runs/{run_id:str}/publish", opt=require_role(Role.COORDINATOR), sync_to_thread=True)
def show_publish_preview(request: AppRequest, run_id: FromPath[str]) -> Response[str] | Response[None]:
    """What publishing would send, pair by pair, before it is sent."""
    with read_context(request) as context:
        run = service.run(context, run_id)
        if run.status is not RunStatus.DRAFT:
            return redirect(f"/runs/{run_id}")
        pairs, count, pending = review.all_pairs(context, run_id)
    return render(
        request,
        "guides/runs/publish.html",
        run=run,
        pairs=pairs,
        elsewhere=count - len(pairs),
        waiting=run.totals.requests - run.totals.matched if run.totals else 0,
        deadline=answer_deadline(local_date(context.now)),
        pending=pending,
    )


@post("/runs/{run_id:str}/publish", opt=require_role(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def publish_run(request: AppRequest, run_id: FromPath[str]) -> Response[str] | Response[None]:
    """Send the offers. Whoever comes second hears that they have been sent."""
    try:
        with write_context(request) as context:
            service.publish(context, run_id, form_data(request).texts("without"))
    except PoolChanged as problem:
        return run_page(
            request,
            run_id,
            status=409,
            problem=_render_text(request, problem.text),
            invalid_pairs=_named_invalid_pairs(request, problem.broken),
        )
    except GuidesError as problem:
        return run_page(request, run_id, status=409, problem=_render_text(request, problem.text))
    return redirect(f"/runs/{run_id}", request, flash="run_published")


def _render_text(request: AppRequest, text: LazyText) -> str:
    return text.render(language(request))


def _named_invalid_pairs(
    request: AppRequest, invalid_pairs: tuple[InvalidPair, ...]
) -> tuple[tuple[str, str, str], ...]:
    """Citizen, guide and reason of each pair that no longer holds; citizens of other areas are left out."""
    tell = reason_formatter(request)
    with read_context(request) as context:
        names = review.names_by_id(
            context, [one.request_id for one in invalid_pairs], [one.guide_id for one in invalid_pairs]
        )
    return tuple(
        (names[one.request_id], names[one.guide_id], tell(one.reason))
        for one in invalid_pairs
        if one.request_id in names and one.guide_id in names
    )


@post("/runs/{run_id:str}/discard", opt=require_role(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def discard_run(request: AppRequest, run_id: FromPath[str]) -> Response[str] | Response[None]:
    """Throw a proposal away, or stop a run."""
    try:
        with write_context(request) as context:
            service.discard(context, run_id)
    except GuidesError as problem:
        return run_page(request, run_id, status=409, problem=_render_text(request, problem.text))
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
