"""A coordinator's word on single pairs of a proposal: keep this one, never that one, another guide; and run again."""

from collections.abc import Callable

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from foundation.forms import FieldError, ValidationErrors
from foundation.i18n import N_, LazyText
from guides.errors import GuidesError, PairNotAllowed, RunNotReady
from guides.lifecycle import RunStatus
from guides.matching import MatchingError
from guides.presenters import reason_formatter
from guides.runs import proposals, review, service
from guides.runs.access import can_manage_run
from guides.runs.pages import enqueue_run, run_page
from guides.runs.reports import service as reports_service
from guides.runs.reports.service import HypotheticalChange, PairAlternatives
from people.access.model import Role
from people.web.app_state import AppRequest
from people.web.context import RequestContext, read_context, write_context
from people.web.responses import NavigationLink, form_data, language, redirect, render
from people.web.rules import require_role

HYPOTHETICAL_KINDS = frozenset({"pin", "forbid", "swap"})
CHOOSE_FROM_LIST = LazyText(N_("Choose one from the list."))


@post("/runs/{run_id:str}/pin", opt=require_role(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def pin_pair(request: AppRequest, run_id: FromPath[str]) -> Response[str] | Response[None]:
    """Keep a pair in the next run."""

    def act(context: RequestContext) -> None:
        proposals.pin(context, run_id, *_pair_ids(request))

    return _change_override(request, run_id, "pair_pinned", act)


@post("/runs/{run_id:str}/forbid", opt=require_role(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def forbid_pair(request: AppRequest, run_id: FromPath[str]) -> Response[str] | Response[None]:
    """Keep a pair out of the next run."""

    def act(context: RequestContext) -> None:
        proposals.forbid(context, run_id, *_pair_ids(request))

    return _change_override(request, run_id, "pair_forbidden", act)


@post("/runs/{run_id:str}/unrule", opt=require_role(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def clear_override(request: AppRequest, run_id: FromPath[str]) -> Response[str] | Response[None]:
    """Take a decision back."""

    def act(context: RequestContext) -> None:
        proposals.clear_override(context, run_id, *_pair_ids(request))

    return _change_override(request, run_id, "ruling_undone", act)


def _pair_ids(request: AppRequest) -> tuple[str, str]:
    form = form_data(request)
    return form.text("request"), form.text("guide")


def _change_override(
    request: AppRequest, run_id: str, notice: str, act: Callable[[RequestContext], None]
) -> Response[str] | Response[None]:
    try:
        with write_context(request) as context:
            act(context)
    except GuidesError as problem:
        return run_page(request, run_id, status=409, problem=_error_text(request, problem))
    return redirect(f"/runs/{run_id}", request, flash=notice)


def _error_text(request: AppRequest, problem: GuidesError) -> str:
    if isinstance(problem, PairNotAllowed):
        return reason_formatter(request)(problem.reason)
    return problem.text.render(language(request))


@get("/runs/{run_id:str}/choose/{request_id:str}", opt=require_role(Role.COORDINATOR), sync_to_thread=True)
def show_pair_options(
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
    question = (
        HypotheticalChange(what, swap_with if what == "swap" else guide)
        if what in HYPOTHETICAL_KINDS
        else None
    )
    faults: tuple[FieldError, ...] = ()
    if question == HypotheticalChange("swap", ""):
        question, faults = None, (FieldError("swap_with", CHOOSE_FROM_LIST),)
    try:
        return _pair_options_page(request, run_id, request_id, hypothetical=question, errors=faults)
    except RunNotReady as problem:
        return run_page(request, run_id, status=409, problem=_error_text(request, problem))


@post(
    "/runs/{run_id:str}/choose/{request_id:str}",
    opt=require_role(Role.COORDINATOR),
    sync_to_thread=True,
    status_code=303,
)
def choose_guide(
    request: AppRequest, run_id: FromPath[str], request_id: FromPath[str]
) -> Response[str] | Response[None]:
    """Decide for another guide, or let two citizens change guides."""
    field = "guide"
    try:
        with write_context(request) as context:
            form = form_data(request)
            field = "swap_with" if form.text("what") == "swap" else "guide"
            chosen = form.text(field)
            if not chosen:
                raise ValidationErrors([FieldError(field, CHOOSE_FROM_LIST)])
            if field == "swap_with":
                proposals.swap(context, run_id, request_id, chosen)
            else:
                proposals.pin(context, run_id, request_id, chosen)
    except ValidationErrors as problem:
        return _pair_options_page(request, run_id, request_id, errors=problem.errors)
    except PairNotAllowed as problem:
        fault = FieldError(field, LazyText(reason_formatter(request)(problem.reason).replace("%", "%%")))
        return _pair_options_page(request, run_id, request_id, errors=(fault,))
    except GuidesError as problem:
        return run_page(request, run_id, status=409, problem=_error_text(request, problem))
    return redirect(f"/runs/{run_id}", request, flash="pair_pinned")


def _pair_options_page(
    request: AppRequest,
    run_id: str,
    request_id: str,
    *,
    errors: tuple[FieldError, ...] = (),
    hypothetical: HypotheticalChange | None = None,
) -> Response[str]:
    outlook, problem = PairAlternatives((), None, {}), ""
    with read_context(request) as context:
        run = service.run(context, run_id)
        choice = review.pair_options(context, run, request_id)
        live, whole = reports_service.supports_preview(context, run), can_manage_run(context, run)
        try:
            outlook = reports_service.alternatives(context, run, request_id, hypothetical)
        except MatchingError as fault:
            problem = reason_formatter(request)(fault.reason)
    return render(
        request,
        "guides/runs/choose_guide.html",
        status=422 if errors else 200,
        errors=errors,
        posted=form_data(request) if errors and request.method == "POST" else None,
        run=run,
        choice=choice,
        request_id=request_id,
        guides=outlook.guides,
        names=choice.names | outlook.names,
        live=live,
        whole=whole,
        considered=outlook.impact,
        question=hypothetical,
        problem=problem,
    )


@post("/runs/{run_id:str}/again", opt=require_role(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def run_again(request: AppRequest, run_id: FromPath[str]) -> Response[str] | Response[None]:
    """Run with what has been decided since. A second press leads to the run that the first one started."""
    try:
        with write_context(request) as context:
            fresh = service.run_again(context, run_id)
    except RunNotReady as problem:
        with read_context(request) as context:
            after = next((run.id for run in service.runs(context) if run.follows == run_id), "")
        if problem.status is RunStatus.DISCARDED and after:
            return redirect(f"/runs/{after}")
        return run_page(request, run_id, status=409, problem=_error_text(request, problem))
    enqueue_run(request, fresh)
    return redirect(f"/runs/{fresh}")


ROUTES = (pin_pair, forbid_pair, clear_override, show_pair_options, choose_guide, run_again)

FLASH_MESSAGES = {
    "pair_pinned": LazyText(N_("Decided. Run again to see what it changes for everyone.")),
    "pair_forbidden": LazyText(
        N_("These two are kept apart. Run again to see what it changes for everyone.")
    ),
    "ruling_undone": LazyText(N_("Taken back. Run again to see what it changes for everyone.")),
}

NAVIGATION: tuple[NavigationLink, ...] = ()
