"""The page on which a guide sets their capacity and pause."""

from litestar import Response, get, post

from foundation.clock import local_date
from foundation.forms import FieldError, ValidationErrors
from foundation.i18n import N_, LazyText
from guides.for_guides import service
from guides.for_guides.forms import parse_capacity, parse_pause
from people.access.model import Role
from people.web.app_state import AppRequest, app_state
from people.web.context import read_context, write_context
from people.web.responses import NavigationLink, form_data, redirect, render
from people.web.rules import require_role


@get("/capacity", opt=require_role(Role.GUIDE), sync_to_thread=True)
def show_capacity(request: AppRequest) -> Response[str]:
    """How many pairings I want at a time, and my break."""
    return _capacity_page(request)


@post("/capacity", opt=require_role(Role.GUIDE), sync_to_thread=True, status_code=303)
def change_capacity(request: AppRequest) -> Response[str] | Response[None]:
    """Set how many pairings I want at a time."""
    try:
        capacity = parse_capacity(form_data(request))
    except ValidationErrors as problem:
        return _capacity_page(request, problem.errors)
    with write_context(request) as context:
        service.set_capacity(context, capacity)
    return redirect("/capacity", request, flash="capacity_set")


@post("/capacity/pause", opt=require_role(Role.GUIDE), sync_to_thread=True, status_code=303)
def start_pause(request: AppRequest) -> Response[str] | Response[None]:
    """Take a break."""
    try:
        until = parse_pause(form_data(request), local_date(app_state(request).clock()))
    except ValidationErrors as problem:
        return _capacity_page(request, problem.errors)
    with write_context(request) as context:
        service.set_pause(context, until)
    return redirect("/capacity", request, flash="pause_set")


@post("/capacity/back", opt=require_role(Role.GUIDE), sync_to_thread=True, status_code=303)
def end_pause(request: AppRequest) -> Response[None]:
    """End the break."""
    with write_context(request) as context:
        service.set_pause(context, None)
    return redirect("/capacity", request, flash="pause_ended")


def _capacity_page(request: AppRequest, errors: tuple[FieldError, ...] = ()) -> Response[str]:
    with read_context(request) as context:
        guide = service.my_guide_profile(context).guide
        today = local_date(context.now)
    return render(
        request,
        "guides/for_guides/availability.html",
        status=422 if errors else 200,
        errors=errors,
        posted=form_data(request) if errors else None,
        guide=guide,
        resting=guide.paused_until is not None and guide.paused_until >= today,
    )


ROUTES = (show_capacity, change_capacity, start_pause, end_pause)

FLASH_MESSAGES = {
    "capacity_set": LazyText(N_("Your number is saved. Nobody can give you more.")),
    "pause_set": LazyText(N_("Enjoy your break. You get no new offers until it is over.")),
    "pause_ended": LazyText(N_("Welcome back. You can get offers again.")),
}

NAVIGATION: tuple[NavigationLink, ...] = ()
