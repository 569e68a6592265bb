"""Sign-in as a person of the demo, without a password. Registered only when the server runs with --demo."""

from litestar import Response, get, post
from litestar.params import FromPath

from foundation.i18n import N_, LazyText
from livsmester.demo.personas import PERSONAS, find_persona
from people.authentication.rules import SignInMethod
from people.errors import NotFound
from people.sign_in import service as sign_in_service
from people.web.app_state import AppRequest
from people.web.context import read_context, write_context
from people.web.cookies import PageResponse, describe_user_agent, session_token, set_session_cookie
from people.web.responses import NavigationLink, redirect, render
from people.web.rules import public


@get("/demo", opt=public(), sync_to_thread=True)
def show_personas(request: AppRequest) -> Response[str]:
    """The people whom a visitor can try the demo as."""
    with read_context(request) as context:
        people = tuple((key, role, find_persona(context.db, key)) for key, role in PERSONAS.items())
    return render(request, "livsmester/demo/personas.html", people=people)


@get("/demo/{key:str}", opt=public(), sync_to_thread=True)
def show_persona(request: AppRequest, key: FromPath[str]) -> Response[str]:
    """A person of the demo, with the button to sign in."""
    if key not in PERSONAS:
        raise NotFound
    with read_context(request) as context:
        person = find_persona(context.db, key)
    return render(request, "livsmester/demo/persona.html", key=key, role=PERSONAS[key], person=person)


@post("/demo/{key:str}", opt=public(), sync_to_thread=True, status_code=303)
def sign_in_as_persona(request: AppRequest, key: FromPath[str]) -> PageResponse:
    """Sign in as that person."""
    if key not in PERSONAS:
        raise NotFound
    with write_context(request) as context:
        person = find_persona(context.db, key)
        token = sign_in_service.open_session(
            context, person.id, describe_user_agent(request), session_token(request), method=SignInMethod.DEMO
        )
    return set_session_cookie(request, token, redirect("/", request, flash="demo"))


ROUTES = (show_personas, show_persona, sign_in_as_persona)

FLASH_MESSAGES = {"demo": LazyText(N_("You are trying the demo. All people in it are made up."))}

NAVIGATION: tuple[NavigationLink, ...] = ()
