"""A guide's own number and break."""

from litestar import Response, get, post

from foundation.clock import local_date
from foundation.forms import FieldFault, FormFaults
from foundation.i18n import N_, Text
from guides.for_guides import service
from guides.for_guides.forms import read_capacity, read_pause
from people.access.model import Role
from people.web.app_state import AppRequest
from people.web.context import reading, writing
from people.web.responses import NavigationLink, go, posted, show
from people.web.rules import only


@get("/capacity", opt=only(Role.GUIDE), sync_to_thread=True)
def show_capacity(request: AppRequest) -> Response[str]:
    """How many I want to walk with, and my break."""
    return _capacity(request)


@post("/capacity", opt=only(Role.GUIDE), sync_to_thread=True, status_code=303)
def change_capacity(request: AppRequest) -> Response[str] | Response[None]:
    """Set my number."""
    try:
        capacity = read_capacity(posted(request))
    except FormFaults as problem:
        return _capacity(request, problem.faults)
    with writing(request) as visit:
        service.set_capacity(visit, capacity)
    return go("/capacity", request, notice="capacity_set")


@post("/capacity/pause", opt=only(Role.GUIDE), sync_to_thread=True, status_code=303)
def take_pause(request: AppRequest) -> Response[str] | Response[None]:
    """Take a break."""
    try:
        with writing(request) as visit:
            service.set_pause(visit, read_pause(posted(request), local_date(visit.now)))
    except FormFaults as problem:
        return _capacity(request, problem.faults)
    return go("/capacity", request, notice="pause_set")


@post("/capacity/back", opt=only(Role.GUIDE), sync_to_thread=True, status_code=303)
def end_pause(request: AppRequest) -> Response[None]:
    """Be back from the break."""
    with writing(request) as visit:
        service.set_pause(visit, None)
    return go("/capacity", request, notice="pause_ended")


def _capacity(request: AppRequest, faults: tuple[FieldFault, ...] = ()) -> Response[str]:
    with reading(request) as visit:
        guide = service.my_place(visit).guide
        today = local_date(visit.now)
    return show(
        request,
        "guides/guide/capacity.html",
        status=422 if faults else 200,
        faults=faults,
        typed=posted(request) if faults else None,
        guide=guide,
        resting=guide.paused_until is not None and guide.paused_until >= today,
    )


ROUTES = (show_capacity, change_capacity, take_pause, end_pause)

NOTICES = {
    "capacity_set": Text(N_("Your number is saved. Nobody can give you more.")),
    "pause_set": Text(N_("Enjoy your break. You get no new offers until it is over.")),
    "pause_ended": Text(N_("Welcome back. You can get offers again.")),
}

NAVIGATION: tuple[NavigationLink, ...] = ()
