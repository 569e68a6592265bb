"""Running the matching and reading what it proposes: start, progress, the proposal, the check before publishing."""

import secrets
from functools import partial

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from foundation.clock import local_date
from foundation.forms import FieldFault, FormFaults
from foundation.i18n import N_, Text, translations
from foundation.ids import ID_LENGTH, new_id
from guides.errors import BrokenPair, GuidesError, PoolChanged
from guides.labels import RUN_STATUSES
from guides.lifecycle import RunStatus, answer_by
from guides.matching import Policy, read_policy, write_policy
from guides.matching.reasons import PolicyFault
from guides.matching.scoring.points import POINTS
from guides.presenters import teller, teller_of_many
from guides.runs import proposals, review, service
from guides.runs.forms import SEED_MAX, policy_faults, read_run
from people.access.model import Role
from people.directory.service import areas as people_areas
from people.web.app_state import AppRequest, House, house
from people.web.context import reading, writing
from people.web.links import address
from people.web.responses import NavigationLink, go, language, posted, show
from people.web.rules import only

REFRESH_SECONDS = 2
UNDER_WAY = (RunStatus.QUEUED, RunStatus.RUNNING)


def take_up_runs(place: House) -> None:
    """Note that runs which a stopped server left behind have ended, and make the reports that it didn't come to.

    Called once, before the first page is served.
    """
    for run_id in service.fail_interrupted(place.engine, place.clock):
        place.jobs.start("report", partial(service.perform_insight, place.engine, run_id))


def begin(request: AppRequest, run_id: str) -> None:
    """Let the worker do a queued run; one that is begun or done already is left alone."""
    place = house(request)
    place.jobs.start("matching", partial(service.perform_run, place.engine, place.clock, run_id))


@get("/runs", opt=only(Role.COORDINATOR), sync_to_thread=True)
def show_runs(request: AppRequest) -> Response[str]:
    """The newest runs, and the form that starts one."""
    return _start_page(request)


@post("/runs", opt=only(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def start_run(request: AppRequest) -> Response[str] | Response[None]:
    """Run the matching. The form's key is the run's id, so that a double press starts one."""
    try:
        with writing(request) as visit:
            form = posted(request)
            policy, seed = read_run(form)
            key = form.text("key")
            run_id = key if len(key) == ID_LENGTH and key.isalnum() else new_id()
            seed = secrets.randbelow(SEED_MAX + 1) if seed is None else seed
            service.start_run(visit, policy, seed, run_id)
    except PolicyFault as problem:
        return _start_page(request, status=422, faults=policy_faults(problem))
    except FormFaults as problem:
        return _start_page(request, status=422, faults=problem.faults)
    begin(request, run_id)
    return go(f"/runs/{run_id}")


def _start_page(
    request: AppRequest, *, status: int = 200, faults: tuple[FieldFault, ...] = ()
) -> Response[str]:
    with reading(request) as visit:
        runs = service.runs(visit)
    gettext = translations(language(request)).gettext
    policy = read_policy(runs[0].policy) if runs else Policy()
    return show(
        request,
        "guides/coordinator/runs.html",
        status=status,
        faults=faults,
        typed=posted(request) if faults else None,
        runs=runs,
        key=new_id(),
        policy=policy,
        policy_text=write_policy(policy, gettext),
        points=POINTS,
        status_names=RUN_STATUSES,
        status_tones=STATUS_TONES,
    )


@get("/runs/{run_id:str}", opt=only(Role.COORDINATOR), sync_to_thread=True)
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
    broken: tuple[tuple[str, str, str], ...] = (),
) -> Response[str]:
    """The run as it is now; `problem` and `broken` are why something could not be done."""
    page = max(1, page)
    with reading(request) as visit:
        run = service.run(visit, run_id)
        found = review.read_view(visit, run, view, page) if run.status in review.READY else None
        areas = {area.id: area.name for area in people_areas(visit)}
    if found is None:
        answer = show(
            request,
            "guides/coordinator/run_progress.html",
            status=status,
            run=run,
            under_way=run.status in UNDER_WAY,
            problem=problem,
            tell=teller(request),
            status_names=RUN_STATUSES,
        )
        if run.status in UNDER_WAY:
            # A header and not a tag of the page: the browser asks again by itself, with or without JavaScript.
            answer.headers["Refresh"] = str(REFRESH_SECONDS)
        return answer
    return show(
        request,
        "guides/coordinator/run.html",
        status=status,
        run=run,
        found=found,
        page=page,
        page_length=proposals.PAGE_LENGTH,
        more=address(f"/runs/{run_id}", view=found.view),
        problem=problem,
        broken=broken,
        is_draft=run.status is RunStatus.DRAFT,
        points=POINTS,
        policy=read_policy(run.policy),
        tell_all=teller_of_many(request),
        areas=areas,
        status_names=RUN_STATUSES,
        status_tones=STATUS_TONES,
    )


@get("/runs/{run_id:str}/publish", opt=only(Role.COORDINATOR), sync_to_thread=True)
def check_run(request: AppRequest, run_id: FromPath[str]) -> Response[str] | Response[None]:
    """What publishing would send, pair by pair, before it is sent."""
    with reading(request) as visit:
        run = service.run(visit, run_id)
        if run.status is not RunStatus.DRAFT:
            return go(f"/runs/{run_id}")
        pairs, count, pending = review.all_pairs(visit, run_id)
    return show(
        request,
        "guides/coordinator/run_publish.html",
        run=run,
        pairs=pairs,
        elsewhere=count - len(pairs),
        waiting=run.totals.requests - run.totals.matched if run.totals else 0,
        deadline=answer_by(local_date(visit.now)),
        pending=pending,
    )


@post("/runs/{run_id:str}/publish", opt=only(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def publish_run(request: AppRequest, run_id: FromPath[str]) -> Response[str] | Response[None]:
    """Send the offers. Whoever comes second hears that they have been sent."""
    try:
        with writing(request) as visit:
            service.publish(visit, run_id, posted(request).texts("without"))
    except PoolChanged as problem:
        return run_page(
            request,
            run_id,
            status=409,
            problem=_said(request, problem.text),
            broken=_broken(request, problem.broken),
        )
    except GuidesError as problem:
        return run_page(request, run_id, status=409, problem=_said(request, problem.text))
    return go(f"/runs/{run_id}", request, notice="run_published")


def _said(request: AppRequest, text: Text) -> str:
    return text.render(language(request))


def _broken(request: AppRequest, broken: tuple[BrokenPair, ...]) -> tuple[tuple[str, str, str], ...]:
    """Citizen, guide and reason of each pair that no longer holds; citizens of other areas are left out."""
    tell = teller(request)
    with reading(request) as visit:
        names = review.names(visit, [one.request_id for one in broken], [one.guide_id for one in broken])
    return tuple(
        (names[one.request_id], names[one.guide_id], tell(one.reason))
        for one in broken
        if one.request_id in names and one.guide_id in names
    )


@post("/runs/{run_id:str}/discard", opt=only(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def discard_run(request: AppRequest, run_id: FromPath[str]) -> Response[str] | Response[None]:
    """Throw a proposal away, or stop a run."""
    try:
        with writing(request) as visit:
            service.discard(visit, run_id)
    except GuidesError as problem:
        return run_page(request, run_id, status=409, problem=_said(request, problem.text))
    return go("/runs", request, notice="run_discarded")


STATUS_TONES = {
    RunStatus.QUEUED: "wait",
    RunStatus.RUNNING: "wait",
    RunStatus.DRAFT: "accent",
    RunStatus.PUBLISHED: "good",
    RunStatus.DISCARDED: "",
    RunStatus.FAILED: "mind",
}

ROUTES = (show_runs, start_run, show_run, check_run, publish_run, discard_run)

NOTICES = {
    "run_published": Text(N_("The offers are sent. Each guide has 7 days to answer.")),
    "run_discarded": Text(N_("The proposal is discarded. Nobody has heard of it.")),
}

NAVIGATION = (NavigationLink("/runs", N_("Matching"), frozenset({Role.COORDINATOR})),)
