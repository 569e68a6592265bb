"""A coordinator's word on single pairs of a proposal: keep this one, never that one, another guide; and run again."""

from collections.abc import Callable

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from foundation.forms import FieldFault, FormFaults
from foundation.i18n import N_, Text
from guides.errors import GuidesError, PairNotAllowed, RunNotReady
from guides.lifecycle import RunStatus
from guides.matching import MatchingFault
from guides.presenters import teller
from guides.runs import proposals, review, service
from guides.runs.access import covers_run
from guides.runs.pages import begin, run_page
from guides.runs.reports import service as reports_service
from guides.runs.reports.service import Outlook, Question
from people.access.model import Role
from people.web.app_state import AppRequest
from people.web.context import Visit, reading, writing
from people.web.responses import NavigationLink, go, language, posted, show
from people.web.rules import only

QUESTIONS = frozenset({"pin", "forbid", "swap"})
CHOOSE_ONE = Text(N_("Choose one from the list."))


@post("/runs/{run_id:str}/pin", opt=only(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def pin_pair(request: AppRequest, run_id: FromPath[str]) -> Response[str] | Response[None]:
    """Keep a pair in the next run."""

    def act(visit: Visit) -> None:
        proposals.pin(visit, run_id, *_pair(request))

    return _rule(request, run_id, "pair_pinned", act)


@post("/runs/{run_id:str}/forbid", opt=only(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def forbid_pair(request: AppRequest, run_id: FromPath[str]) -> Response[str] | Response[None]:
    """Keep a pair out of the next run."""

    def act(visit: Visit) -> None:
        proposals.forbid(visit, run_id, *_pair(request))

    return _rule(request, run_id, "pair_forbidden", act)


@post("/runs/{run_id:str}/unrule", opt=only(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def take_back(request: AppRequest, run_id: FromPath[str]) -> Response[str] | Response[None]:
    """Take a decision back."""

    def act(visit: Visit) -> None:
        proposals.unrule(visit, run_id, *_pair(request))

    return _rule(request, run_id, "ruling_undone", act)


def _pair(request: AppRequest) -> tuple[str, str]:
    form = posted(request)
    return form.text("request"), form.text("guide")


def _rule(
    request: AppRequest, run_id: str, notice: str, act: Callable[[Visit], None]
) -> Response[str] | Response[None]:
    try:
        with writing(request) as visit:
            act(visit)
    except GuidesError as problem:
        return run_page(request, run_id, status=409, problem=_said(request, problem))
    return go(f"/runs/{run_id}", request, notice=notice)


def _said(request: AppRequest, problem: GuidesError) -> str:
    if isinstance(problem, PairNotAllowed):
        return teller(request)(problem.reason)
    return problem.text.render(language(request))


@get("/runs/{run_id:str}/choose/{request_id:str}", opt=only(Role.COORDINATOR), sync_to_thread=True)
def show_choice(
    request: AppRequest,
    run_id: FromPath[str],
    request_id: FromPath[str],
    what: FromQuery[str] = "",
    guide: FromQuery[str] = "",
    swap_with: FromQuery[str] = "",
) -> Response[str]:
    """Another guide for one citizen: all who are possible with what each would cost.

    With `what` ("pin" or "forbid") and a guide's id, or "swap" and the request to change guides with: what that decision would
    change for everyone; nothing is stored.
    """
    question = Question(what, swap_with if what == "swap" else guide) if what in QUESTIONS else None
    faults: tuple[FieldFault, ...] = ()
    if question == Question("swap", ""):
        question, faults = None, (FieldFault("swap_with", CHOOSE_ONE),)
    try:
        return _choice_page(request, run_id, request_id, question=question, faults=faults)
    except RunNotReady as problem:
        return run_page(request, run_id, status=409, problem=_said(request, problem))


@post(
    "/runs/{run_id:str}/choose/{request_id:str}",
    opt=only(Role.COORDINATOR),
    sync_to_thread=True,
    status_code=303,
)
def choose_guide(
    request: AppRequest, run_id: FromPath[str], request_id: FromPath[str]
) -> Response[str] | Response[None]:
    """Decide for another guide, or let two citizens change guides."""
    field = "guide"
    try:
        with writing(request) as visit:
            form = posted(request)
            field = "swap_with" if form.text("what") == "swap" else "guide"
            chosen = form.text(field)
            if not chosen:
                raise FormFaults([FieldFault(field, CHOOSE_ONE)])
            if field == "swap_with":
                proposals.swap(visit, run_id, request_id, chosen)
            else:
                proposals.pin(visit, run_id, request_id, chosen)
    except FormFaults as problem:
        return _choice_page(request, run_id, request_id, faults=problem.faults)
    except PairNotAllowed as problem:
        fault = FieldFault(field, Text(teller(request)(problem.reason).replace("%", "%%")))
        return _choice_page(request, run_id, request_id, faults=(fault,))
    except GuidesError as problem:
        return run_page(request, run_id, status=409, problem=_said(request, problem))
    return go(f"/runs/{run_id}", request, notice="pair_pinned")


def _choice_page(
    request: AppRequest,
    run_id: str,
    request_id: str,
    *,
    faults: tuple[FieldFault, ...] = (),
    question: Question | None = None,
) -> Response[str]:
    outlook, problem = Outlook((), None, {}), ""
    with reading(request) as visit:
        run = service.run(visit, run_id)
        choice = review.one_pair(visit, run, request_id)
        live, whole = reports_service.is_live(visit, run), covers_run(visit, run)
        try:
            outlook = reports_service.outlook(visit, run, request_id, question)
        except MatchingFault as fault:
            problem = teller(request)(fault.reason)
    return show(
        request,
        "guides/coordinator/run_choose.html",
        status=422 if faults else 200,
        faults=faults,
        typed=posted(request) if faults and request.method == "POST" else None,
        run=run,
        choice=choice,
        request_id=request_id,
        guides=outlook.guides,
        names=choice.names | outlook.names,
        live=live,
        whole=whole,
        considered=outlook.considered,
        question=question,
        problem=problem,
    )


@post("/runs/{run_id:str}/again", opt=only(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def run_again(request: AppRequest, run_id: FromPath[str]) -> Response[str] | Response[None]:
    """Run with what has been decided since. A second press leads to the run that the first one started."""
    try:
        with writing(request) as visit:
            fresh = service.run_again(visit, run_id)
    except RunNotReady as problem:
        with reading(request) as visit:
            after = next((run.id for run in service.runs(visit) if run.follows == run_id), "")
        if problem.status is RunStatus.DISCARDED and after:
            return go(f"/runs/{after}")
        return run_page(request, run_id, status=409, problem=_said(request, problem))
    begin(request, fresh)
    return go(f"/runs/{fresh}")


ROUTES = (pin_pair, forbid_pair, take_back, show_choice, choose_guide, run_again)

NOTICES = {
    "pair_pinned": Text(N_("Decided. Run again to see what it changes for everyone.")),
    "pair_forbidden": Text(N_("These two are kept apart. Run again to see what it changes for everyone.")),
    "ruling_undone": Text(N_("Taken back. Run again to see what it changes for everyone.")),
}

NAVIGATION: tuple[NavigationLink, ...] = ()
