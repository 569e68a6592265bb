"""A citizen whom nobody has written down yet: who it is, then on to the wish."""

from litestar import Response, get, post

from foundation.forms import FieldFault, FormFaults
from foundation.i18n import Text
from foundation.ids import new_id
from guides.caseload import service
from guides.caseload.forms import read_new_citizen
from people.access.model import Role
from people.web.app_state import AppRequest
from people.web.context import reading, writing
from people.web.responses import NavigationLink, go, posted, show
from people.web.rules import only


@get("/citizens/new", opt=only(Role.COORDINATOR), sync_to_thread=True)
def show_new_citizen(request: AppRequest) -> Response[str]:
    """The form for who it is."""
    return _form(request, new_id())


@post("/citizens/new", opt=only(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def add_citizen(request: AppRequest) -> Response[str] | Response[None]:
    """Write the citizen down. The form's key is the person's id, so that a double press adds one."""
    try:
        with writing(request) as visit:
            areas = [area.id for area in service.areas(visit)]
            person = read_new_citizen(posted(request), areas)
            service.add_citizen(visit, person)
    except FormFaults as problem:
        return _form(request, posted(request).text("key"), faults=problem.faults)
    return go(f"/citizens/{person.id}/wishes")


def _form(request: AppRequest, key: str, *, faults: tuple[FieldFault, ...] = ()) -> Response[str]:
    with reading(request) as visit:
        areas = service.areas(visit)
    return show(
        request,
        "guides/coordinator/new_citizen.html",
        status=422 if faults else 200,
        faults=faults,
        typed=posted(request) if faults else None,
        key=key,
        area_choices=tuple((area.id, area.name) for area in areas),
    )


ROUTES = (show_new_citizen, add_citizen)

NOTICES: dict[str, Text] = {}

NAVIGATION: tuple[NavigationLink, ...] = ()
