"""The coordinator's page for a citizen who can't sign in: a code to print or to hand over."""

from litestar import Response, get, post
from litestar.params import FromPath

from foundation.i18n import LazyText
from people.access.model import Role
from people.credentials.letter_codes import VALID_FOR
from people.identity import service as identity_service
from people.sign_in import letter_code_service
from people.web.app_state import AppRequest
from people.web.context import read_context, write_context
from people.web.responses import NavigationLink, absolute_url, render
from people.web.rules import require_role


@get("/citizens/{citizen_id:str}/sign-in", opt=require_role(Role.COORDINATOR), sync_to_thread=True)
def show_sign_in_options(request: AppRequest, citizen_id: FromPath[str]) -> Response[str]:
    """How the citizen can sign in now, and the button for a code."""
    with read_context(request) as context:
        options = letter_code_service.sign_in_options(context, citizen_id)
    return render(request, "people/sign_in/citizen_sign_in_help.html", ways=options, days=VALID_FOR.days)


@post(
    "/citizens/{citizen_id:str}/sign-in",
    opt=require_role(Role.COORDINATOR),
    sync_to_thread=True,
    status_code=200,
)
def make_code(request: AppRequest, citizen_id: FromPath[str]) -> Response[str]:
    """A letter with a new code, shown only once."""
    with write_context(request) as context:
        citizen = identity_service.person(context, citizen_id)
        code = letter_code_service.make_code(context, citizen_id)
        sender = letter_code_service.sender(context)
        valid_until = context.now + VALID_FOR
    return render(
        request,
        "print/sign_in_code.html",
        citizen=citizen,
        code=code.formatted,
        until=valid_until,
        sender=sender,
        address=absolute_url(request, "/code").partition("://")[2],
    )


ROUTES = (show_sign_in_options, make_code)

FLASH_MESSAGES: dict[str, LazyText] = {}

NAVIGATION: tuple[NavigationLink, ...] = ()
