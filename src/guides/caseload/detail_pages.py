"""The coordinator's pages of one citizen and of one guide: request, credentials, pairings, exclusions."""

from litestar import Response, get, post
from litestar.params import FromPath

from foundation.clock import local_date
from foundation.forms import FieldError, ValidationErrors
from foundation.i18n import N_, LazyText
from guides.caseload import service
from guides.caseload.forms import parse_credentials, parse_request
from guides.errors import GuidesError, OpenRequestExists
from guides.labels import STATE_LABELS_FOR_COORDINATOR
from guides.matching.model import Guide, Request
from guides.pool import exclusions
from guides.pool import service as pool_service
from guides.requests import service as requests_service
from guides.spreadsheets.columns import NO_END
from guides.spreadsheets.weekly_times import write_times
from people.access.model import Role
from people.web.app_state import AppRequest
from people.web.context import read_context, write_context
from people.web.responses import NavigationLink, form_data, redirect, render
from people.web.rules import require_role


@get("/citizens/{citizen_id:str}", opt=require_role(Role.COORDINATOR), sync_to_thread=True)
def show_citizen(request: AppRequest, citizen_id: FromPath[str]) -> Response[str]:
    """One citizen."""
    return _citizen_page(request, citizen_id)


def _citizen_page(
    request: AppRequest, citizen_id: str, *, status: int = 200, problem: LazyText | None = None
) -> Response[str]:
    with read_context(request) as context:
        citizen = service.citizen(context, citizen_id)
    return render(
        request,
        "guides/caseload/citizen.html",
        status=status,
        problem=problem,
        citizen=citizen,
        today=local_date(context.now),
        times=_format_times(citizen.request.request if citizen.request else None),
        state_names=STATE_LABELS_FOR_COORDINATOR,
    )


@get("/citizens/{citizen_id:str}/wishes", opt=require_role(Role.COORDINATOR), sync_to_thread=True)
def show_request_form(request: AppRequest, citizen_id: FromPath[str]) -> Response[str]:
    """The form for a citizen's request: a new one, or the open one to change."""
    return _request_form_page(request, citizen_id)


@post(
    "/citizens/{citizen_id:str}/wishes",
    opt=require_role(Role.COORDINATOR),
    sync_to_thread=True,
    status_code=303,
)
def save_request(request: AppRequest, citizen_id: FromPath[str]) -> Response[str] | Response[None]:
    """Save the request. The form's `request` is the id of the one to change, or "" for a new one."""
    form = form_data(request)
    request_id = form.text("request")
    try:
        wishes, own_words = parse_request(form)
        with write_context(request) as context:
            if request_id:
                requests_service.change_request(context, request_id, wishes, own_words)
            else:
                requests_service.request_guide(context, citizen_id, wishes, own_words)
    except ValidationErrors as problem:
        return _request_form_page(request, citizen_id, status=422, errors=problem.errors)
    except OpenRequestExists:
        # The form was sent twice, or somebody else was first: show the open request, of which there is one.
        return redirect(f"/citizens/{citizen_id}")
    except GuidesError as problem:
        return _citizen_page(request, citizen_id, status=409, problem=problem.text)
    return redirect(f"/citizens/{citizen_id}", request, flash="wishes_saved")


def _request_form_page(
    request: AppRequest, citizen_id: str, *, status: int = 200, errors: tuple[FieldError, ...] = ()
) -> Response[str]:
    with read_context(request) as context:
        citizen = service.citizen(context, citizen_id)
    wishes = citizen.request.request if citizen.request else None
    return render(
        request,
        "guides/caseload/edit_request.html",
        status=status,
        errors=errors,
        posted=form_data(request) if errors else None,
        citizen=citizen,
        wishes=wishes,
        times=_format_times(wishes),
    )


@post(
    "/citizens/{citizen_id:str}/urgent",
    opt=require_role(Role.COORDINATOR),
    sync_to_thread=True,
    status_code=303,
)
def set_urgent(request: AppRequest, citizen_id: FromPath[str]) -> Response[str] | Response[None]:
    """Mark the request as urgent or not."""
    form = form_data(request)
    try:
        with write_context(request) as context:
            requests_service.set_urgent(context, form.text("request"), form.text("urgent") == "yes")
    except GuidesError as problem:
        return _citizen_page(request, citizen_id, status=409, problem=problem.text)
    return redirect(f"/citizens/{citizen_id}", request, flash="wishes_saved")


@post(
    "/citizens/{citizen_id:str}/withdraw",
    opt=require_role(Role.COORDINATOR),
    sync_to_thread=True,
    status_code=303,
)
def withdraw_request(request: AppRequest, citizen_id: FromPath[str]) -> Response[str] | Response[None]:
    """Take the citizen out of the queue."""
    try:
        with write_context(request) as context:
            requests_service.withdraw_request(context, form_data(request).text("request"))
    except GuidesError as problem:
        return _citizen_page(request, citizen_id, status=409, problem=problem.text)
    return redirect(f"/citizens/{citizen_id}", request, flash="wish_withdrawn")


@post(
    "/citizens/{citizen_id:str}/allow-again",
    opt=require_role(Role.COORDINATOR),
    sync_to_thread=True,
    status_code=303,
)
def remove_exclusion(request: AppRequest, citizen_id: FromPath[str]) -> Response[None]:
    """Allow a guide who was excluded to be suggested for this citizen again."""
    with write_context(request) as context:
        exclusions.remove_exclusion(context, citizen_id, form_data(request).text("guide"))
    return redirect(f"/citizens/{citizen_id}", request, flash="allowed_again")


@get("/guides/{guide_id:str}", opt=require_role(Role.COORDINATOR), sync_to_thread=True)
def show_guide(request: AppRequest, guide_id: FromPath[str]) -> Response[str]:
    """One guide."""
    return _guide_page(request, guide_id)


@post(
    "/guides/{guide_id:str}/papers", opt=require_role(Role.COORDINATOR), sync_to_thread=True, status_code=303
)
def save_credentials(request: AppRequest, guide_id: FromPath[str]) -> Response[str] | Response[None]:
    """Save until when training and record check are valid."""
    try:
        trained_until, checked_until = parse_credentials(form_data(request))
    except ValidationErrors as problem:
        return _guide_page(request, guide_id, status=422, errors=problem.errors)
    with write_context(request) as context:
        pool_service.set_credentials(context, guide_id, trained_until, checked_until)
    return redirect(f"/guides/{guide_id}", request, flash="papers_noted")


def _guide_page(
    request: AppRequest, guide_id: str, *, status: int = 200, errors: tuple[FieldError, ...] = ()
) -> Response[str]:
    with read_context(request) as context:
        detail = service.guide(context, guide_id)
    return render(
        request,
        "guides/caseload/guide.html",
        status=status,
        errors=errors,
        posted=form_data(request) if errors else None,
        detail=detail,
        guide=detail.record.guide,
        today=local_date(context.now),
        no_end=NO_END,
        times=_format_times(detail.record.guide),
        state_names=STATE_LABELS_FOR_COORDINATOR,
    )


def _format_times(person: Request | Guide | None) -> str:
    return "" if person is None else write_times(person.times).replace(" | ", ", ")


ROUTES = (
    show_citizen,
    show_request_form,
    save_request,
    set_urgent,
    withdraw_request,
    remove_exclusion,
    show_guide,
    save_credentials,
)

FLASH_MESSAGES = {
    "wishes_saved": LazyText(N_("The wish is saved.")),
    "wish_withdrawn": LazyText(N_("The wish is withdrawn. The citizen is no longer in the queue.")),
    "allowed_again": LazyText(N_("These two can be suggested for each other again.")),
    "papers_noted": LazyText(N_("Noted, with your name and today's date.")),
}

NAVIGATION: tuple[NavigationLink, ...] = ()
