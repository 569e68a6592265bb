"""A citizen whom nobody has written down yet: who it is, then on to the wish."""

from litestar import Response, get, post

from foundation.forms import FieldError, ValidationErrors
from foundation.i18n import LazyText
from foundation.ids import new_id
from guides.caseload import service
from guides.caseload.forms import parse_new_citizen
from people.access.model import Role
from people.web.app_state import AppRequest
from people.web.context import read_context, write_context
from people.web.responses import NavigationLink, form_data, redirect, render
from people.web.rules import require_role


@get("/citizens/new", opt=require_role(Role.COORDINATOR), sync_to_thread=True)
def show_new_citizen(request: AppRequest) -> Response[str]:
    """The form for who it is."""
    return _form_page(request, new_id())


@post("/citizens/new", opt=require_role(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def add_citizen(request: AppRequest) -> Response[str] | Response[None]:
    """Write the citizen down. The form's key is the person's id, so that a double press adds one."""
    try:
        with write_context(request) as context:
            areas = [area.id for area in service.areas(context)]
            person = parse_new_citizen(form_data(request), areas)
            service.add_citizen(context, person)
    except ValidationErrors as problem:
        return _form_page(request, form_data(request).text("key"), errors=problem.errors)
    return redirect(f"/citizens/{person.id}/wishes")


def _form_page(request: AppRequest, key: str, *, errors: tuple[FieldError, ...] = ()) -> Response[str]:
    with read_context(request) as context:
        areas = service.areas(context)
    return render(
        request,
        "guides/caseload/new_citizen.html",
        status=422 if errors else 200,
        errors=errors,
        posted=form_data(request) if errors else None,
        key=key,
        area_choices=tuple((area.id, area.name) for area in areas),
    )


ROUTES = (show_new_citizen, add_citizen)

FLASH_MESSAGES: dict[str, LazyText] = {}

NAVIGATION: tuple[NavigationLink, ...] = ()
