"""Signing in and out, the language, and where one is signed in."""

import msgspec
from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromQuery

from foundation.db import transactions
from foundation.forms import FieldFault, FormFaults, FormReader, Posted
from foundation.i18n import DEFAULT, LANGUAGES, N_, Text
from foundation.ids import token_hash
from people.access.model import NOBODY
from people.access.scopes import OWNERS
from people.authentication.rules import Way
from people.directory import service as directory_service
from people.errors import TooManyTries, WrongSignIn
from people.sign_in import service as sign_in_service
from people.sign_in.redirects import arrive, ask_for_second_factor
from people.sign_in.throttling import service as throttling_service
from people.web.context import AppRequest, Visit, everyone, house, reading, signed_in, writing
from people.web.cookies import (
    DEVICE_SECONDS,
    Answer,
    caller,
    device,
    hand_over,
    keep,
    known_cookie,
    local_path,
    session_token,
)
from people.web.responses import NavigationLink, frame, go, posted, show

CARRIED_LENGTH_MAX = 60_000
NEVER_CARRIED = frozenset({"csrf_token", "password", "old_password", "code"})
WAY_NAMES = {
    Way.PASSWORD: N_("with a password"),
    Way.INVITATION: N_("with an invitation"),
    Way.LETTER: N_("with a code from a letter"),
    Way.DEVICE: N_("remembered device"),
    Way.OUTSIDE: N_("with MitID or the municipality's sign-in"),
    Way.DEMO: N_("as a demo"),
}
LANGUAGE_COOKIE_SECONDS = 365 * 24 * 3600


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


@post("/sign-out", opt=signed_in(), sync_to_thread=True, status_code=303)
def sign_out(request: AppRequest) -> Answer:
    """End this session."""
    with writing(request) as visit:
        sign_in_service.sign_out(visit, session_token(request))
    return _end(request)


@post("/sign-out-everywhere", opt=signed_in(), sync_to_thread=True, status_code=303)
def sign_out_everywhere(request: AppRequest) -> Answer:
    """End every session of this person."""
    with writing(request) as visit:
        sign_in_service.sign_out_everywhere(visit)
    return _end(request)


def _end(request: AppRequest) -> Answer:
    response = go("/", request, notice="signed_out")
    # With the attributes that it was set with: browsers keep a cookie that is bound to the host otherwise.
    return hand_over(request, "", response, seconds=0)


@get("/my-sign-ins", opt=signed_in(), sync_to_thread=True)
def show_sessions(request: AppRequest) -> Response[str]:
    """Where this person is signed in."""
    with reading(request) as visit:
        sessions, devices = sign_in_service.my_sessions(visit), sign_in_service.my_devices(visit)
    return show(
        request,
        "people/sessions.html",
        sessions=sessions,
        devices=devices,
        this_one=token_hash(session_token(request)),
        way_names=WAY_NAMES,
        may_have_keys=visit.actor.has(*OWNERS),
    )


@post("/my-sign-ins/end", opt=signed_in(), sync_to_thread=True, status_code=303)
def end_session(request: AppRequest) -> Response[None]:
    """End one of one's own sign-ins."""
    with writing(request) as visit:
        sign_in_service.end_my_session(visit, posted(request).text("session"))
    return go("/my-sign-ins", request, notice="session_ended")


@post("/my-sign-ins/forget", opt=signed_in(), sync_to_thread=True, status_code=303)
def forget_device(request: AppRequest) -> Response[None]:
    """No longer let a device sign in by itself."""
    with writing(request) as visit:
        sign_in_service.forget_my_device(visit, posted(request).text("device"))
    return go("/my-sign-ins", request, notice="device_forgotten")


@get("/stay", opt=signed_in(), sync_to_thread=True)
def stay(request: AppRequest) -> Response[str]:
    """A page to open beside the one that is being written: the sign-in lasts longer."""
    with reading(request):
        pass
    return show(request, "people/stay.html")


@post("/language", opt=everyone(), sync_to_thread=True, status_code=303)
def choose_language(request: AppRequest) -> Response[None]:
    """Switch between Danish and English and come back to the same page."""
    chosen = posted(request).text("language")
    language = chosen if chosen in LANGUAGES else DEFAULT
    with writing(request) as visit:
        directory_service.set_language(visit, language)
    response = go(local_path(posted(request).text("back")))
    response.set_cookie(
        Cookie(
            "language",
            value=language,
            samesite="lax",
            secure=frame(request).secure,
            max_age=LANGUAGE_COOKIE_SECONDS,
        )
    )
    return response


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
