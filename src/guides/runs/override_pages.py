"""The pages on which a coordinator pins, forbids or swaps pairs of a proposal, and runs the matching again."""

from collections.abc import Callable

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from foundation.forms import FieldError
from foundation.i18n import N_, LazyText
from guides.errors import GuidesError, PairNotAllowed, RunNotReady
from guides.lifecycle import RunStatus
from guides.presenters import reason_formatter
from guides.runs import proposals, service
from guides.runs.pages import enqueue_run, render_run
from guides.runs.reports import service as reports_service
from guides.runs.reports.service import HypotheticalChange
from people.access.model import Role
from people.web.app_state import AppRequest
from people.web.context import RequestContext, read_context, write_context
from people.web.responses import NavigationLink, form_data, language, redirect, render
from people.web.rules import require_role

HYPOTHETICAL_KINDS = frozenset({"pin", "forbid", "swap"})
CHOOSE_FROM_LIST = LazyText(N_("Choose one from the list."))

ChangeOverride = Callable[
    [RequestContext, str, str, str], None
]  # context, run id, request id, id of the guide or the other request


@post("/runs/{run_id:str}/pin", opt=require_role(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def pin_pair(request: AppRequest, run_id: FromPath[str]) -> Response[str] | Response[None]:
    """Keep a pair in the next run."""
    return _change_override(request, run_id, proposals.pin, flash="pair_pinned")


@post("/runs/{run_id:str}/forbid", opt=require_role(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def forbid_pair(request: AppRequest, run_id: FromPath[str]) -> Response[str] | Response[None]:
    """Keep a pair out of the next run."""
    return _change_override(request, run_id, proposals.forbid, flash="pair_forbidden")


@post("/runs/{run_id:str}/unrule", opt=require_role(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def clear_override(request: AppRequest, run_id: FromPath[str]) -> Response[str] | Response[None]:
    """Take a decision back."""
    return _change_override(request, run_id, proposals.clear_override, flash="ruling_undone")


def _change_override(
    request: AppRequest, run_id: str, change: ChangeOverride, *, flash: str
) -> Response[str] | Response[None]:
    form = form_data(request)
    request_id, guide_id = form.text("request"), form.text("guide")
    try:
        with write_context(request) as context:
            change(context, run_id, request_id, guide_id)
    except GuidesError as error:
        return render_run(request, run_id, status=409, problem=_error_text(request, error))
    return redirect(f"/runs/{run_id}", request, flash=flash)


def _error_text(request: AppRequest, error: GuidesError) -> str:
    if isinstance(error, PairNotAllowed):
        return reason_formatter(request)(error.reason)
    return error.text.render(language(request))


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

    With `what` ("pin" or "forbid") and a guide's id, or "swap" and the request to change guides with: what that
    decision would change for everyone; nothing is stored.
    """
    hypothetical = None
    errors: tuple[FieldError, ...] = ()
    if what == "swap" and not swap_with:
        errors = (FieldError("swap_with", CHOOSE_FROM_LIST),)
    elif what in HYPOTHETICAL_KINDS:
        hypothetical = HypotheticalChange(what, swap_with if what == "swap" else guide)
    return _pair_options_page(request, run_id, request_id, hypothetical=hypothetical, errors=errors)


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
    form = form_data(request)
    is_swap = form.text("what") == "swap"
    field = "swap_with" if is_swap else "guide"
    decide: ChangeOverride = proposals.swap if is_swap else proposals.pin
    other_id = form.text(field)
    if not other_id:
        return _pair_options_page(request, run_id, request_id, errors=(FieldError(field, CHOOSE_FROM_LIST),))
    try:
        with write_context(request) as context:
            decide(context, run_id, request_id, other_id)
    except PairNotAllowed as refusal:
        # The sentence is translated already; doubled percent signs survive the formatting of the error.
        text = LazyText(reason_formatter(request)(refusal.reason).replace("%", "%%"))
        return _pair_options_page(request, run_id, request_id, errors=(FieldError(field, text),))
    except GuidesError as error:
        return render_run(request, run_id, status=409, problem=_error_text(request, error))
    return redirect(f"/runs/{run_id}", request, flash="pair_pinned")


def _pair_options_page(
    request: AppRequest,
    run_id: str,
    request_id: str,
    *,
    errors: tuple[FieldError, ...] = (),
    hypothetical: HypotheticalChange | None = None,
) -> Response[str]:
    try:
        with read_context(request) as context:
            choice = reports_service.pair_choice(context, run_id, request_id, hypothetical)
    except RunNotReady as error:
        return render_run(request, run_id, status=409, problem=_error_text(request, error))
    options, alternatives = choice.options, choice.alternatives
    return render(
        request,
        "guides/runs/choose_guide.html",
        status=422 if errors else 200,
        errors=errors,
        posted=form_data(request) if errors and request.method == "POST" else None,
        run=choice.run,
        choice=options,
        request_id=request_id,
        guides=alternatives.guides,
        names=options.names | alternatives.names,
        live=choice.supports_preview,
        whole=choice.can_manage_run,
        considered=alternatives.impact,
        question=hypothetical,
        problem=reason_formatter(request)(choice.problem) if choice.problem else "",
    )


@post("/runs/{run_id:str}/again", opt=require_role(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def run_again(request: AppRequest, run_id: FromPath[str]) -> Response[str] | Response[None]:
    """Run with what has been decided since. A second press leads to the run that the first one started."""
    try:
        with write_context(request) as context:
            next_id = service.run_again(context, run_id)
    except RunNotReady as error:
        with read_context(request) as context:
            next_id = next((run.id for run in service.runs(context) if run.follows == run_id), "")
        if error.status is RunStatus.DISCARDED and next_id:
            return redirect(f"/runs/{next_id}")
        return render_run(request, run_id, status=409, problem=_error_text(request, error))
    enqueue_run(request, next_id)
    return redirect(f"/runs/{next_id}")


ROUTES = (pin_pair, forbid_pair, clear_override, show_pair_options, choose_guide, run_again)

FLASH_MESSAGES = {
    "pair_pinned": LazyText(N_("Decided. Run again to see what it changes for everyone.")),
    "pair_forbidden": LazyText(
        N_("These two are kept apart. Run again to see what it changes for everyone.")
    ),
    "ruling_undone": LazyText(N_("Taken back. Run again to see what it changes for everyone.")),
}

NAVIGATION: tuple[NavigationLink, ...] = ()
