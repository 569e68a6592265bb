"""One citizen or one guide as the coordinator sees them: wishes, papers, pairings, and what can be put right."""

from litestar import Response, get, post
from litestar.params import FromPath

from foundation.clock import local_date
from foundation.forms import FieldFault, FormFaults
from foundation.i18n import N_, Text
from guides.caseload import service
from guides.caseload.forms import read_papers, read_wishes
from guides.errors import AlreadyAsked, GuidesError
from guides.labels import TO_COORDINATOR
from guides.matching.model import Request
from guides.pool import exclusions
from guides.pool import service as pool_service
from guides.requests import service as requests_service
from guides.spreadsheets.columns import NO_END
from guides.spreadsheets.weekly_times import write_times
from people.access.model import Role
from people.web.app_state import AppRequest
from people.web.context import reading, writing
from people.web.responses import NavigationLink, go, posted, show
from people.web.rules import only


@get("/citizens/{citizen_id:str}", opt=only(Role.COORDINATOR), sync_to_thread=True)
def show_citizen(request: AppRequest, citizen_id: FromPath[str]) -> Response[str]:
    """One citizen."""
    return _citizen(request, citizen_id)


def _citizen(
    request: AppRequest, citizen_id: str, *, status: int = 200, problem: Text | None = None
) -> Response[str]:
    with reading(request) as visit:
        found = service.citizen(visit, citizen_id)
    return show(
        request,
        "guides/coordinator/citizen.html",
        status=status,
        problem=problem,
        found=found,
        today=local_date(visit.now),
        times=_times(found.request.request if found.request else None),
        state_names=TO_COORDINATOR,
    )


@get("/citizens/{citizen_id:str}/wishes", opt=only(Role.COORDINATOR), sync_to_thread=True)
def show_wishes(request: AppRequest, citizen_id: FromPath[str]) -> Response[str]:
    """The form for what a citizen wishes: a new wish, or the open one put right."""
    return _wishes(request, citizen_id)


@post("/citizens/{citizen_id:str}/wishes", opt=only(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def save_wishes(request: AppRequest, citizen_id: FromPath[str]) -> Response[str] | Response[None]:
    """Save the wish. The form says which wish it changes; "" is a new one, of which there is one at a time."""
    try:
        with writing(request) as visit:
            form = posted(request)
            wishes, own_words = read_wishes(form)
            if form.text("request"):
                requests_service.change_request(visit, form.text("request"), wishes, own_words)
            else:
                requests_service.request_guide(visit, citizen_id, wishes, own_words)
    except FormFaults as problem:
        return _wishes(request, citizen_id, status=422, faults=problem.faults)
    except AlreadyAsked:
        # The same form pressed twice, or somebody else was first: the open wish is shown, nothing is asked twice.
        return go(f"/citizens/{citizen_id}")
    except GuidesError as problem:
        return _citizen(request, citizen_id, status=409, problem=problem.text)
    return go(f"/citizens/{citizen_id}", request, notice="wishes_saved")


def _wishes(
    request: AppRequest, citizen_id: str, *, status: int = 200, faults: tuple[FieldFault, ...] = ()
) -> Response[str]:
    with reading(request) as visit:
        found = service.citizen(visit, citizen_id)
    return show(
        request,
        "guides/coordinator/wishes.html",
        status=status,
        faults=faults,
        typed=posted(request) if faults else None,
        found=found,
        kept=found.request.request if found.request else None,
        times=_times(found.request.request if found.request else None),
    )


@post("/citizens/{citizen_id:str}/urgent", opt=only(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def set_urgent(request: AppRequest, citizen_id: FromPath[str]) -> Response[str] | Response[None]:
    """Say whether the wish is urgent."""
    try:
        with writing(request) as visit:
            form = posted(request)
            requests_service.set_urgent(visit, form.text("request"), form.text("urgent") == "yes")
    except GuidesError as problem:
        return _citizen(request, citizen_id, status=409, problem=problem.text)
    return go(f"/citizens/{citizen_id}", request, notice="wishes_saved")


@post("/citizens/{citizen_id:str}/withdraw", opt=only(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def withdraw_wish(request: AppRequest, citizen_id: FromPath[str]) -> Response[str] | Response[None]:
    """Take the citizen out of the queue."""
    try:
        with writing(request) as visit:
            requests_service.withdraw_request(visit, posted(request).text("request"))
    except GuidesError as problem:
        return _citizen(request, citizen_id, status=409, problem=problem.text)
    return go(f"/citizens/{citizen_id}", request, notice="wish_withdrawn")


@post(
    "/citizens/{citizen_id:str}/allow-again", opt=only(Role.COORDINATOR), sync_to_thread=True, status_code=303
)
def allow_again(request: AppRequest, citizen_id: FromPath[str]) -> Response[None]:
    """Take back that a guide was ruled out for this citizen."""
    with writing(request) as visit:
        exclusions.allow_again(visit, citizen_id, posted(request).text("guide"))
    return go(f"/citizens/{citizen_id}", request, notice="allowed_again")


@get("/guides/{guide_id:str}", opt=only(Role.COORDINATOR), sync_to_thread=True)
def show_guide(request: AppRequest, guide_id: FromPath[str]) -> Response[str]:
    """One guide."""
    return _guide(request, guide_id)


@post("/guides/{guide_id:str}/papers", opt=only(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def note_papers(request: AppRequest, guide_id: FromPath[str]) -> Response[str] | Response[None]:
    """Note until when training and record check are valid."""
    try:
        with writing(request) as visit:
            trained, checked = read_papers(posted(request))
            pool_service.set_papers(visit, guide_id, trained, checked)
    except FormFaults as problem:
        return _guide(request, guide_id, status=422, faults=problem.faults)
    return go(f"/guides/{guide_id}", request, notice="papers_noted")


def _guide(
    request: AppRequest, guide_id: str, *, status: int = 200, faults: tuple[FieldFault, ...] = ()
) -> Response[str]:
    with reading(request) as visit:
        found = service.guide(visit, guide_id)
    return show(
        request,
        "guides/coordinator/guide.html",
        status=status,
        faults=faults,
        typed=posted(request) if faults else None,
        found=found,
        guide=found.kept.guide,
        today=local_date(visit.now),
        no_end=NO_END,
        times=write_times(found.kept.guide.times).replace(" | ", ", "),
        state_names=TO_COORDINATOR,
    )


def _times(wishes: Request | None) -> str:
    return "" if wishes is None else write_times(wishes.times).replace(" | ", ", ")


ROUTES = (
    show_citizen,
    show_wishes,
    save_wishes,
    set_urgent,
    withdraw_wish,
    allow_again,
    show_guide,
    note_papers,
)

NOTICES = {
    "wishes_saved": Text(N_("The wish is saved.")),
    "wish_withdrawn": Text(N_("The wish is withdrawn. The citizen is no longer in the queue.")),
    "allowed_again": Text(N_("These two can be suggested for each other again.")),
    "papers_noted": Text(N_("Noted, with your name and today's date.")),
}

NAVIGATION: tuple[NavigationLink, ...] = ()
