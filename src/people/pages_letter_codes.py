"""The coordinator's page that helps a citizen in: a code to print or to hand over."""

from litestar import Response, get, post
from litestar.params import FromPath

from foundation.i18n import Text
from people import service_identity, service_letter_codes
from people.letter_codes import VALID_FOR
from people.model import Role
from people.screens import NavigationLink, full_address, show
from people.visits import AppRequest, only, reading, writing


@get("/citizens/{citizen_id:str}/sign-in", opt=only(Role.COORDINATOR), sync_to_thread=True)
def show_ways_in(request: AppRequest, citizen_id: FromPath[str]) -> Response[str]:
    """How a citizen can get in now, and the button for a code."""
    with reading(request) as visit:
        ways = service_letter_codes.ways_in(visit, citizen_id)
    return show(request, "people/ways_in.html", ways=ways, days=VALID_FOR.days)


@post("/citizens/{citizen_id:str}/sign-in", opt=only(Role.COORDINATOR), sync_to_thread=True, status_code=200)
def make_code(request: AppRequest, citizen_id: FromPath[str]) -> Response[str]:
    """A letter with a fresh code, shown this once."""
    with writing(request) as visit:
        citizen = service_identity.person(visit, citizen_id)
        code = service_letter_codes.make_code(visit, citizen_id)
        sender = service_letter_codes.sender(visit)
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
