"""The coordinator's page that helps a citizen in: a code to print or to hand over."""

from litestar import Response, get, post
from litestar.params import FromPath

from foundation.i18n import Text
from people.access.model import Role
from people.identity import service as identity_service
from people.sign_in.letter_codes import service
from people.sign_in.letter_codes.codes import VALID_FOR
from people.web.app_state import AppRequest
from people.web.context import reading, writing
from people.web.responses import NavigationLink, full_address, show
from people.web.rules import only


@get("/citizens/{citizen_id:str}/sign-in", opt=only(Role.COORDINATOR), sync_to_thread=True)
def show_ways_in(request: AppRequest, citizen_id: FromPath[str]) -> Response[str]:
    """How a citizen can get in now, and the button for a code."""
    with reading(request) as visit:
        ways = service.ways_in(visit, citizen_id)
    return show(request, "people/ways_in.html", ways=ways, days=VALID_FOR.days)


@post("/citizens/{citizen_id:str}/sign-in", opt=only(Role.COORDINATOR), sync_to_thread=True, status_code=200)
def make_code(request: AppRequest, citizen_id: FromPath[str]) -> Response[str]:
    """A letter with a fresh code, shown this once."""
    with writing(request) as visit:
        citizen = identity_service.person(visit, citizen_id)
        code = service.make_code(visit, citizen_id)
        sender = service.sender(visit)
        until = visit.now + VALID_FOR
    return show(
        request,
        "print/sign_in_code.html",
        citizen=citizen,
        code=code.printed,
        until=until,
        sender=sender,
        address=full_address(request, "/code").partition("://")[2],
    )


ROUTES = (show_ways_in, make_code)

NOTICES: dict[str, Text] = {}

NAVIGATION: tuple[NavigationLink, ...] = ()
