"""Ways in without a password: a code from a letter, a browser that is remembered; and choosing how to come in next time."""

from urllib.parse import quote

from litestar import Response, get, post

from foundation.forms import FieldFault, FormFaults, FormReader
from foundation.i18n import N_, Text
from people import service_guessing, service_letter_codes, service_sign_in
from people.arrivals import arrive
from people.browsers import (
    DEVICE_SECONDS,
    Answer,
    caller,
    device,
    keep,
    known_cookie,
    local_path,
    session_token,
)
from people.errors import NameTaken, TooManyTries, WeakPassword, WrongCode, WrongSignIn
from people.letter_codes import LetterCode, read_code
from people.model import Role
from people.screens import NavigationLink, frame, go, posted, show
from people.sign_in_rules import Way
from people.visits import AppRequest, everyone, house, only, reading, signed_in, writing

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
            turn = service_guessing.take_turn_for_address(visit, caller(request))
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


def _use(request: AppRequest, code: LetterCode, turn: service_guessing.Turn) -> service_sign_in.Opened | None:
    with writing(request) as visit:
        kept = service_letter_codes.take_try(visit, code)
    if not service_letter_codes.is_proved(kept, code) or kept is None:
        with writing(request) as visit:
            service_sign_in.note_refused(visit, kept.person_id if kept else None, "letter")
        return None
    with writing(request) as visit:
        person_id = service_letter_codes.use_code(visit, code, kept)
        service_guessing.was_right(visit, turn)
        return service_sign_in.begin_session(
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
            person_id = service_sign_in.whose_remembered(visit, known)
            same_person = service_sign_in.was_signed_in(visit, session_token(request), person_id)
            opened = service_sign_in.begin_session(
                visit, person_id, Way.DEVICE, device(request), session_token(request), house(request).sign_in
            )
            service_sign_in.know_device(visit, person_id, device(request), known)
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
        name, has_password = service_sign_in.my_account(visit)
        by_letter = service_sign_in.came_by(visit, session_token(request)) is Way.LETTER
        may_be_remembered = service_letter_codes.may_be_remembered(visit)
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
        known = service_letter_codes.remember_device(visit, device(request), known)
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
            turn = service_guessing.take_turn(visit, f"old_password:{visit.person_id}")
        with writing(request) as visit:
            way = service_sign_in.came_by(visit, session_token(request))
            service_letter_codes.choose_password(
                visit,
                name,
                password,
                form.fields.get("old_password", ("",))[0],
                frame(request).municipality,
                came_by_letter=way is Way.LETTER,
            )
            service_guessing.was_right(visit, turn)
            service_sign_in.shut_out(visit, visit.person_id)
            token = service_sign_in.open_session(
                visit, visit.person_id, device(request), session_token(request), way=way or Way.PASSWORD
            )
    except FormFaults as problem:
        return _my_way_in(request, problem.faults, 422)
    except TooManyTries as problem:
        return _my_way_in(request, (FieldFault("old_password", problem.text),), 429)
    except WrongSignIn:
        with writing(request) as visit:
            service_sign_in.note_refused(visit, visit.person_id, "old_password")
        wrong = Text(N_("That is not the password that you have now."))
        return _my_way_in(request, (FieldFault("old_password", wrong),), 422)
    except NameTaken:
        taken = Text(N_("Somebody else uses that user name. Choose another one."))
        return _my_way_in(request, (FieldFault("name", taken),), 422)
    except WeakPassword as problem:
        return _my_way_in(request, (FieldFault("password", problem.text),), 422)
    return arrive(request, service_sign_in.Opened(token), "/", carried="")


ROUTES = (show_code, give_code, sign_in_with_device, show_my_way_in, remember, choose_password)

NOTICES = {"remembered": Text(N_("This device remembers you. Next time you press one button."))}

NAVIGATION: tuple[NavigationLink, ...] = ()
