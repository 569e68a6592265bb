"""Signing in as somebody of the demo municipality, with one press. Exists only where the server runs as a demo."""

from litestar import Response, get, post
from litestar.params import FromPath

from foundation.i18n import N_, Text
from livsmester.demo.personas import DEMO_PEOPLE, demo_person
from people.authentication.rules import Way
from people.errors import NotFound
from people.sign_in import service as sign_in_service
from people.web.app_state import AppRequest
from people.web.context import reading, writing
from people.web.cookies import Answer, device, hand_over, session_token
from people.web.responses import NavigationLink, go, show
from people.web.rules import everyone


@get("/demo", opt=everyone(), sync_to_thread=True)
def show_demo(request: AppRequest) -> Response[str]:
    """The people of the demo to try."""
    with reading(request) as visit:
        people = tuple((key, role, demo_person(visit.db, key)) for key, role in DEMO_PEOPLE.items())
    return show(request, "livsmester/demo.html", people=people)


@get("/demo/{key:str}", opt=everyone(), sync_to_thread=True)
def show_demo_person(request: AppRequest, key: FromPath[str]) -> Response[str]:
    """One of them, with the button to sign in."""
    if key not in DEMO_PEOPLE:
        raise NotFound
    with reading(request) as visit:
        person = demo_person(visit.db, key)
    return show(request, "livsmester/demo_person.html", key=key, role=DEMO_PEOPLE[key], person=person)


@post("/demo/{key:str}", opt=everyone(), sync_to_thread=True, status_code=303)
def sign_in_as(request: AppRequest, key: FromPath[str]) -> Answer:
    """Sign in as that person."""
    if key not in DEMO_PEOPLE:
        raise NotFound
    with writing(request) as visit:
        person = demo_person(visit.db, key)
        token = sign_in_service.open_session(
            visit, person.id, device(request), session_token(request), way=Way.DEMO
        )
    return hand_over(request, token, go("/", request, notice="demo"))


ROUTES = (show_demo, show_demo_person, sign_in_as)

NOTICES = {"demo": Text(N_("You are trying the demo. All people in it are made up."))}

NAVIGATION: tuple[NavigationLink, ...] = ()
