"""Signing in and out, invitations, the language, and where one is signed in."""

import msgspec
from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath, FromQuery

from foundation.forms import FieldFault, FormFaults, FormReader, Posted
from foundation.language import DEFAULT, LANGUAGES, N_, Text
from people import service, service_accounts, service_sign_in
from people.errors import InvitationSpent, NameTaken, NotFound, WeakPassword, WrongSignIn
from people.screens import NavigationLink, frame, go, posted, show, token_for
from people.visits import SESSION_LENGTH_MAX, AppRequest, everyone, house, reading, signed_in, writing

CARRIED_LENGTH_MAX = 60_000
SESSION_SECONDS = int(SESSION_LENGTH_MAX.total_seconds())
LANGUAGE_COOKIE_SECONDS = 365 * 24 * 3600


Answer = Response[str] | Response[None]


def ask_to_sign_in(request: AppRequest) -> Response[str]:
    """The sign-in page in place of a page that needs it. What was typed into a form travels along and is offered again."""
    typed: Posted = request.scope["state"].get("posted", Posted())
    fields = {name: texts for name, texts in typed.fields.items() if name not in {"csrf_token", "password"}}
    carried = msgspec.json.encode(fields).decode() if fields else ""
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return show(
        request,
        "people/sign_in.html",
        status=401,
        back=path,
        carried=carried if len(carried) <= CARRIED_LENGTH_MAX else "",
        expired=True,
    )


@get("/sign-in", opt=everyone(), sync_to_thread=True)
def show_sign_in(request: AppRequest, back: FromQuery[str] = "/") -> Response[str]:
    """The sign-in page."""
    return show(request, "people/sign_in.html", back=local_path(back), carried="", expired=False)


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
    try:
        reader.finish()
        with reading(request) as visit:
            person_id = service_sign_in.who_signs_in(visit, name, password)
            same_person = service_sign_in.was_signed_in(visit, session_token(request), person_id)
        with writing(request) as visit:
            token = service_sign_in.open_session(visit, person_id, device(request), session_token(request))
    except WrongSignIn:
        fault = FieldFault("name", Text(N_("The user name or the password is not right. Try again.")))
        return _refused(request, (fault,), back, carried)
    except FormFaults as problem:
        return _refused(request, problem.faults, back, carried)
    if carried and same_person:  # what somebody typed is never shown to the next one at the same computer
        return begin(request, token, _send_again(request, token, back, carried))
    return begin(request, token, go(back))


def _refused(request: AppRequest, faults: tuple[FieldFault, ...], back: str, carried: str) -> Response[str]:
    form = posted(request)
    safe = Posted({name: texts for name, texts in form.fields.items() if name != "password"})
    return show(
        request,
        "people/sign_in.html",
        status=422,
        faults=faults,
        typed=safe,
        back=back,
        carried=carried,
        expired=False,
    )


def _send_again(request: AppRequest, token: str, back: str, carried: str) -> Response[str]:
    return show(
        request,
        "people/send_again.html",
        back=back,
        carried=_fields(carried),
        new_csrf_token=token_for(token),
    )


def _fields(carried: str) -> tuple[tuple[str, str], ...]:
    try:
        fields = msgspec.json.decode(carried, type=dict[str, tuple[str, ...]])
    except (msgspec.DecodeError, msgspec.ValidationError):
        return ()
    return tuple((name, text) for name, texts in fields.items() for text in texts)


def begin(request: AppRequest, token: str, response: Answer, seconds: int = SESSION_SECONDS) -> Answer:
    """Hand the browser the new session's token with the answer."""
    response.set_cookie(
        Cookie(
            house(request).cookie,
            value=token,
            httponly=True,
            samesite="lax",
            secure=frame(request).secure,
            max_age=seconds,
        )
    )
    return response


@post("/sign-out", opt=signed_in(), sync_to_thread=True, status_code=303)
def sign_out(request: AppRequest) -> Answer:
    """End this session."""
    with writing(request) as visit:
        service_sign_in.sign_out(visit, session_token(request))
    return _end(request)


@post("/sign-out-everywhere", opt=signed_in(), sync_to_thread=True, status_code=303)
def sign_out_everywhere(request: AppRequest) -> Answer:
    """End every session of this person."""
    with writing(request) as visit:
        service_sign_in.sign_out_everywhere(visit)
    return _end(request)


def _end(request: AppRequest) -> Answer:
    response = go("/", request, notice="signed_out")
    # With the attributes that it was set with: browsers keep a cookie that is bound to the host otherwise.
    return begin(request, "", response, seconds=0)


@get("/my-sign-ins", opt=signed_in(), sync_to_thread=True)
def show_sessions(request: AppRequest) -> Response[str]:
    """Where this person is signed in."""
    with reading(request) as visit:
        sessions = service_sign_in.my_sessions(visit)
    return show(request, "people/sessions.html", sessions=sessions)


@post("/language", opt=everyone(), sync_to_thread=True, status_code=303)
def choose_language(request: AppRequest) -> Response[None]:
    """Switch between Danish and English and come back to the same page."""
    chosen = posted(request).text("language")
    language = chosen if chosen in LANGUAGES else DEFAULT
    with writing(request) as visit:
        service.set_language(visit, language)
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


@get("/invitations/{token:str}", opt=everyone(), sync_to_thread=True)
def show_invitation(request: AppRequest, token: FromPath[str]) -> Response[str]:
    """The page where an invited person chooses a user name and a password."""
    with reading(request) as visit:
        try:
            person = service_accounts.open_invitation(visit, token)
        except InvitationSpent as problem:
            raise NotFound from problem
    return show(request, "people/invitation.html", given_name=person.given_name)


@post("/invitations/{token:str}", opt=everyone(), sync_to_thread=True, status_code=303)
def accept_invitation(request: AppRequest, token: FromPath[str]) -> Response[str] | Response[None]:
    """Make the account and sign in."""
    form = posted(request)
    reader = FormReader(form)
    name = reader.text("name", required=N_("Write your e-mail address or another user name."), longest=254)
    password = form.fields.get("password", ("",))[0]
    given_name = ""
    try:
        if not password:
            reader.fault("password", N_("Write a password."))
        with writing(request) as visit:
            given_name = service_accounts.open_invitation(visit, token).given_name
            reader.finish()
            session = service_accounts.accept_invitation(
                visit,
                token,
                name,
                password,
                device(request),
                session_token(request),
                frame(request).municipality,
            )
    except InvitationSpent as problem:
        raise NotFound from problem
    except NameTaken:
        fault = FieldFault("name", Text(N_("Somebody else uses that user name. Choose another one.")))
        return show(
            request, "people/invitation.html", status=422, faults=(fault,), typed=form, given_name=given_name
        )
    except WeakPassword as problem:
        fault = FieldFault("password", problem.text)
        return show(
            request, "people/invitation.html", status=422, faults=(fault,), typed=form, given_name=given_name
        )
    except FormFaults as problem:
        return show(
            request,
            "people/invitation.html",
            status=422,
            faults=problem.faults,
            typed=form,
            given_name=given_name,
        )
    return begin(request, session, go("/", request, notice="welcome"))


def session_token(request: AppRequest) -> str:
    """The token in this browser's session cookie, or ""."""
    return request.cookies.get(house(request).cookie, "")


def local_path(address: str) -> str:
    """The address when it leads to a page of this site, else the front page: nobody is sent elsewhere."""
    inside = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if inside else "/"


def device(request: AppRequest) -> str:
    """The browser and system in two words, so that a person knows their own sign-ins apart: `Firefox · Android`."""
    agent = request.headers.get("user-agent", "")
    browser = next((name for mark, name in _BROWSERS if mark in agent), "?")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "?")
    return f"{browser} · {system}"


_BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)

ROUTES = (
    show_sign_in,
    sign_in,
    sign_out,
    sign_out_everywhere,
    show_sessions,
    choose_language,
    show_invitation,
    accept_invitation,
)

NOTICES = {
    "signed_out": Text(N_("You are signed out.")),
    "welcome": Text(N_("Welcome. You are signed in now.")),
}

NAVIGATION: tuple[NavigationLink, ...] = ()
