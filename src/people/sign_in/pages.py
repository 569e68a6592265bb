"""Signing in and out, the language, and where one is signed in."""

import msgspec
from litestar import Response, get, post
from litestar.params import FromQuery

from foundation.db import transactions
from foundation.forms import FieldFault, FormFaults, FormReader, Posted
from foundation.i18n import N_, Text
from people.access.model import NOBODY
from people.authentication.rules import Way
from people.errors import TooManyTries, WrongSignIn
from people.preferences.pages import choose_language
from people.sign_in import service as sign_in_service
from people.sign_in.redirects import arrive, ask_for_second_factor
from people.sign_in.session_pages import (
    end_session,
    forget_device,
    show_sessions,
    sign_out,
    sign_out_everywhere,
    stay,
)
from people.sign_in.throttling import service as throttling_service
from people.web.app_state import AppRequest, house
from people.web.context import Visit, reading, writing
from people.web.cookies import (
    DEVICE_SECONDS,
    Answer,
    caller,
    device,
    keep,
    known_cookie,
    local_path,
    session_token,
)
from people.web.responses import NavigationLink, posted, show
from people.web.rules import everyone

CARRIED_LENGTH_MAX = 60_000
NEVER_CARRIED = frozenset({"csrf_token", "password", "old_password", "code"})


def ask_to_sign_in(request: AppRequest) -> Answer:
    """The sign-in page in place of a page that needs it. What was typed into a form travels along and is offered again."""
    if request.scope["state"].get("waits_for") is not None:
        return ask_for_second_factor(request)
    typed: Posted = request.scope["state"].get("posted", Posted())
    fields = {name: texts for name, texts in typed.fields.items() if name not in NEVER_CARRIED}
    carried = msgspec.json.encode(fields).decode() if fields else ""
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return _page(
        request,
        status=401,
        back=path,
        carried=carried if len(carried) <= CARRIED_LENGTH_MAX else "",
        expired=True,
    )


def _page(
    request: AppRequest,
    back: str,
    carried: str = "",
    *,
    status: int = 200,
    faults: tuple[FieldFault, ...] = (),
    typed: Posted | None = None,
    expired: bool = False,
) -> Response[str]:
    """Every way in, on one page: this device, MitID and the directory, a password, a letter."""
    return show(
        request,
        "people/sign_in.html",
        status=status,
        faults=faults,
        typed=typed,
        back=back,
        carried=carried,
        expired=expired,
        remembered=_remembered(request),
        providers=house(request).sign_in.providers,
    )


def _remembered(request: AppRequest) -> str:
    """The given name of whom this browser signs in by itself, or ""."""
    known = request.cookies.get(known_cookie(request), "")
    if not known:
        return ""
    place = house(request)
    with transactions.reading(place.engine) as db:
        return sign_in_service.remembered_name(Visit(db, NOBODY, place.clock()), known)


@get("/sign-in", opt=everyone(), sync_to_thread=True)
def show_sign_in(request: AppRequest, back: FromQuery[str] = "/") -> Response[str]:
    """The sign-in page."""
    return _page(request, local_path(back))


@post("/sign-in", opt=everyone(), sync_to_thread=True, status_code=200)
def sign_in(request: AppRequest) -> Response[str] | Response[None]:
    """Check name and password; then on to the page that was asked for, with what had been typed there."""
    form = posted(request)
    back, carried = local_path(form.text("back")), form.text("carried")
    reader = FormReader(form)
    name = reader.text("name", required=N_("Write your user name."))
    password = form.fields.get("password", ("",))[0]
    if not password:
        reader.fault("password", N_("Write your password."))
    known = request.cookies.get(known_cookie(request), "")
    try:
        reader.finish()
        with writing(request) as visit:
            turn = throttling_service.take_turn_for_name(visit, name, caller(request), known)
        with reading(request) as visit:
            person_id = sign_in_service.who_signs_in(visit, name, password)
            same_person = sign_in_service.was_signed_in(visit, session_token(request), person_id)
        with writing(request) as visit:
            throttling_service.was_right(visit, turn)
            known = sign_in_service.know_device(visit, person_id, device(request), known)
            opened = sign_in_service.begin_session(
                visit,
                person_id,
                Way.PASSWORD,
                device(request),
                session_token(request),
                house(request).sign_in,
            )
    except TooManyTries as problem:
        waiting = _refused(request, (FieldFault("name", problem.text),), back, carried, status=429)
        waiting.headers["Retry-After"] = str(problem.seconds)
        return waiting
    except WrongSignIn:
        with writing(request) as visit:
            sign_in_service.note_refused_name(visit, name)
        fault = FieldFault("name", Text(N_("The user name or the password is not right. Try again.")))
        return _refused(request, (fault,), back, carried)
    except FormFaults as problem:
        return _refused(request, problem.faults, back, carried)
    # What somebody typed is never shown to the next one at the same computer.
    answer = arrive(request, opened, back, carried if same_person else "")
    keep(request, answer, known_cookie(request), known, DEVICE_SECONDS)
    return answer


def _refused(
    request: AppRequest, faults: tuple[FieldFault, ...], back: str, carried: str, status: int = 422
) -> Response[str]:
    form = posted(request)
    safe = Posted({name: texts for name, texts in form.fields.items() if name != "password"})
    return _page(request, back, carried, status=status, faults=faults, typed=safe)


ROUTES = (
    show_sign_in,
    sign_in,
    sign_out,
    sign_out_everywhere,
    show_sessions,
    end_session,
    forget_device,
    stay,
    choose_language,
)

NOTICES = {
    "session_ended": Text(N_("You are signed out there.")),
    "device_forgotten": Text(N_("That device doesn't remember you any more.")),
    "signed_out": Text(N_("You are signed out.")),
}

NAVIGATION: tuple[NavigationLink, ...] = ()
