"""The page on which a coordinator adds a citizen, before going on to the citizen's request."""

from litestar import Response, get, post

from foundation.forms import FieldError, ValidationErrors
from foundation.i18n import LazyText
from foundation.ids import new_id
from guides.caseload import service
from guides.caseload.forms import parse_new_citizen
from people.access.model import Role
from people.directory.model import Area
from people.web.app_state import AppRequest
from people.web.context import read_context, write_context
from people.web.responses import NavigationLink, form_data, redirect, render
from people.web.rules import require_role


@get("/citizens/new", opt=require_role(Role.COORDINATOR), sync_to_thread=True)
def show_new_citizen(request: AppRequest) -> Response[str]:
    """The form for name, area and contact details."""
    return _form_page(request, _read_areas(request), new_id())


@post("/citizens/new", opt=require_role(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def add_citizen(request: AppRequest) -> Response[str] | Response[None]:
    """Add the citizen. The form's key is the person's id, so that a double click adds one."""
    form, areas = form_data(request), _read_areas(request)
    try:
        person = parse_new_citizen(form, [area.id for area in areas])
    except ValidationErrors as problem:
        return _form_page(request, areas, form.text("key"), problem.errors)
    with write_context(request) as context:
        service.add_citizen(context, person)
    return redirect(f"/citizens/{person.id}/wishes")


def _read_areas(request: AppRequest) -> tuple[Area, ...]:
    with read_context(request) as context:
        return service.areas(context)


def _form_page(
    request: AppRequest, areas: tuple[Area, ...], key: str, errors: tuple[FieldError, ...] = ()
) -> Response[str]:
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
