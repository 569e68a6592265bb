"""Ways in without a password: a code from a letter, a browser that is remembered; and choosing how to come in next time."""

from urllib.parse import quote

from litestar import Response, get, post

from foundation.forms import FieldFault, FormFaults, FormReader
from foundation.i18n import N_, Text
from people.access.model import Role
from people.authentication.rules import Way
from people.errors import NameTaken, TooManyTries, WeakPassword, WrongCode, WrongSignIn
from people.sign_in import service as sign_in_service
from people.sign_in.letter_codes import service
from people.sign_in.letter_codes.codes import LetterCode, read_code
from people.sign_in.redirects import arrive
from people.sign_in.throttling import service as throttling_service
from people.web.app_state import AppRequest, house
from people.web.context import reading, writing
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
from people.web.responses import NavigationLink, frame, go, posted, show
from people.web.rules import everyone, only, signed_in

WRONG = N_("That code is not right, or it is too old. Look at the letter again, or call your coordinator.")


@get("/code", opt=everyone(), sync_to_thread=True)
def show_code(request: AppRequest) -> Response[str]:
    """The page for the code from the letter: nothing else is asked."""
    with reading(request):
        return show(request, "people/code.html")


@post("/code", opt=everyone(), sync_to_thread=True, status_code=200)
def give_code(request: AppRequest) -> Answer:
    """In with the code, and on to choosing how to come in next time."""
    reader = FormReader(posted(request))
    typed = reader.text("code", required=N_("Write the code from the letter."))
    try:
        reader.finish()
        with writing(request) as visit:
            turn = throttling_service.take_turn_for_address(visit, caller(request))
        code = read_code(typed)
        opened = _use(request, code, turn) if code is not None else None
    except FormFaults as problem:
        return show(request, "people/code.html", status=422, faults=problem.faults, typed=posted(request))
    except TooManyTries as problem:
        return _refused(request, problem.text, status=429)
    except WrongCode:
        opened = None
    if opened is None:
        return _refused(request, Text(WRONG))
    return arrive(request, opened, "/my-way-in", carried="")


def _use(
    request: AppRequest, code: LetterCode, turn: throttling_service.Turn
) -> sign_in_service.Opened | None:
    with writing(request) as visit:
        kept = service.take_try(visit, code)
    if not service.is_proved(kept, code) or kept is None:
        with writing(request) as visit:
            sign_in_service.note_refused(visit, kept.person_id if kept else None, "letter")
        return None
    with writing(request) as visit:
        person_id = service.use_code(visit, code, kept)
        throttling_service.was_right(visit, turn)
        return sign_in_service.begin_session(
            visit, person_id, Way.LETTER, device(request), session_token(request), house(request).sign_in
        )


def _refused(request: AppRequest, text: Text, status: int = 422) -> Response[str]:
    faults = (FieldFault("code", text),)
    return show(request, "people/code.html", status=status, faults=faults, typed=posted(request))


@post("/sign-in/device", opt=everyone(), sync_to_thread=True, status_code=303)
def sign_in_with_device(request: AppRequest) -> Answer:
    """In with the browser that is remembered."""
    known = request.cookies.get(known_cookie(request), "")
    back = local_path(posted(request).text("back"))
    try:
        with writing(request) as visit:
            person_id = sign_in_service.whose_remembered(visit, known)
            same_person = sign_in_service.was_signed_in(visit, session_token(request), person_id)
            opened = sign_in_service.begin_session(
                visit, person_id, Way.DEVICE, device(request), session_token(request), house(request).sign_in
            )
            sign_in_service.know_device(visit, person_id, device(request), known)
    except WrongSignIn:
        return go(f"/sign-in?back={quote(back, safe='/')}")
    # What somebody typed is never shown to the next one at the same computer.
    answer = arrive(request, opened, back, posted(request).text("carried") if same_person else "")
    keep(request, answer, known_cookie(request), known, DEVICE_SECONDS)
    return answer


@get("/my-way-in", opt=signed_in(), sync_to_thread=True)
def show_my_way_in(request: AppRequest) -> Response[str]:
    """How to come in next time."""
    return _my_way_in(request)


def _my_way_in(request: AppRequest, faults: tuple[FieldFault, ...] = (), status: int = 200) -> Response[str]:
    with reading(request) as visit:
        name, has_password = sign_in_service.my_account(visit)
        by_letter = sign_in_service.came_by(visit, session_token(request)) is Way.LETTER
        may_be_remembered = service.may_be_remembered(visit)
    return show(
        request,
        "people/my_way_in.html",
        status=status,
        faults=faults,
        typed=posted(request) if faults else None,
        name=name,
        ask_for_old=has_password and not by_letter,
        may_be_remembered=may_be_remembered,
    )


@post("/my-way-in/remember", opt=only(Role.CITIZEN), sync_to_thread=True, status_code=303)
def remember(request: AppRequest) -> Answer:
    """From now on this browser signs in by itself."""
    with writing(request) as visit:
        known = request.cookies.get(known_cookie(request), "")
        known = service.remember_device(visit, device(request), known)
    answer = go("/", request, notice="remembered")
    keep(request, answer, known_cookie(request), known, DEVICE_SECONDS)
    return answer


@post("/my-way-in/password", opt=signed_in(), sync_to_thread=True, status_code=200)
def choose_password(request: AppRequest) -> Answer:
    """A user name and a password of one's own; the person's other sign-ins end."""
    form = posted(request)
    reader = FormReader(form)
    name = reader.text("name", required=N_("Write your e-mail address or another user name."), longest=254)
    password = form.fields.get("password", ("",))[0]
    if not password:
        reader.fault("password", N_("Write a password."))
    try:
        reader.finish()
        with writing(request) as visit:
            turn = throttling_service.take_turn(visit, f"old_password:{visit.person_id}")
        with writing(request) as visit:
            way = sign_in_service.came_by(visit, session_token(request))
            service.choose_password(
                visit,
                name,
                password,
                form.fields.get("old_password", ("",))[0],
                frame(request).municipality,
                came_by_letter=way is Way.LETTER,
            )
            throttling_service.was_right(visit, turn)
            sign_in_service.shut_out(visit, visit.person_id)
            token = sign_in_service.open_session(
                visit, visit.person_id, device(request), session_token(request), way=way or Way.PASSWORD
            )
    except FormFaults as problem:
        return _my_way_in(request, problem.faults, 422)
    except TooManyTries as problem:
        return _my_way_in(request, (FieldFault("old_password", problem.text),), 429)
    except WrongSignIn:
        with writing(request) as visit:
            sign_in_service.note_refused(visit, visit.person_id, "old_password")
        wrong = Text(N_("That is not the password that you have now."))
        return _my_way_in(request, (FieldFault("old_password", wrong),), 422)
    except NameTaken:
        taken = Text(N_("Somebody else uses that user name. Choose another one."))
        return _my_way_in(request, (FieldFault("name", taken),), 422)
    except WeakPassword as problem:
        return _my_way_in(request, (FieldFault("password", problem.text),), 422)
    return arrive(request, sign_in_service.Opened(token), "/", carried="")


ROUTES = (show_code, give_code, sign_in_with_device, show_my_way_in, remember, choose_password)

NOTICES = {"remembered": Text(N_("This device remembers you. Next time you press one button."))}

NAVIGATION: tuple[NavigationLink, ...] = ()
