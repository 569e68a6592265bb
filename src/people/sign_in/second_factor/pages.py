"""The second proof: giving the code of the app, setting the app up, recovery codes."""

from collections.abc import Iterator
from contextlib import contextmanager

from litestar import Response, get, post
from litestar.params import FromQuery

from foundation.forms import FieldFault, FormFaults, FormReader
from foundation.i18n import N_, Text
from people.authentication.rules import Waits
from people.errors import TooManyTries, WrongCode
from people.sign_in import account_store
from people.sign_in import service as sign_in_service
from people.sign_in.redirects import arrive
from people.sign_in.second_factor import service
from people.sign_in.second_factor.totp import app_address, picture
from people.sign_in.service import Opened
from people.sign_in.throttling import service as throttling_service
from people.web.app_state import AppRequest
from people.web.context import Visit, reading, writing
from people.web.cookies import Answer, begin, hand_over, local_path, session_token
from people.web.responses import NavigationLink, frame, go, posted, show
from people.web.rules import half_signed_in, signed_in

WRONG = N_("That code is not right. Write the one that the app shows now.")
WRONG_RECOVERY = N_("That code is not right, or it was used before. Each one works once.")


@get("/second-factor", opt=half_signed_in(), sync_to_thread=True)
def show_second_factor(request: AppRequest, back: FromQuery[str] = "/") -> Response[str]:
    """What is owed: the code of the app, or setting it up; for those who owe nothing, how it stands."""
    return _page(request, local_path(back), "")


def _page(
    request: AppRequest, back: str, carried: str, faults: tuple[FieldFault, ...] = (), status: int = 200
) -> Response[str]:
    with reading(request) as visit:
        owed, standing = visit.waits_for, service.standing(visit)
        pending = (
            owed is not Waits.CODE and standing.kept is not None and standing.kept.pending_sealed is not None
        )
        secret = service.pending_secret(visit) if pending else ""
        address = _address(request, visit, secret) if pending else ""
    if owed is Waits.CODE:
        return show(
            request, "people/second_factor.html", status=status, faults=faults, back=back, carried=carried
        )
    if pending:
        spaced = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
        return show(
            request,
            "people/second_factor_set_up.html",
            status=status,
            faults=faults,
            back=back,
            secret=spaced,
            address=address,
            owed=owed is not None,
        )
    return show(
        request, "people/second_factor_standing.html", status=status, faults=faults, standing=standing
    )


def _address(request: AppRequest, visit: Visit, secret: str) -> str:
    name = account_store.sign_in_name(visit.db, visit.person_id) or visit.actor.given_name
    return app_address(secret, name, f"Livsmester {frame(request).municipality}".strip())


@get("/second-factor/picture.svg", opt=half_signed_in(), sync_to_thread=True)
def show_picture(request: AppRequest) -> Response[str]:
    """The picture that an app reads to be set up."""
    with reading(request) as visit:
        address = _address(request, visit, service.pending_secret(visit))
    return Response(picture(address), media_type="image/svg+xml")


@post("/second-factor", opt=half_signed_in(), sync_to_thread=True, status_code=200)
def give_code(request: AppRequest) -> Answer:
    """The code of the app, or a recovery code; then on to where the sign-in was going."""
    form = posted(request)
    back, carried = local_path(form.text("back")), form.text("carried")
    with reading(request) as visit:
        if visit.waits_for is not Waits.CODE:
            return go("/second-factor")
    try:
        with _proved(request) as visit:
            token = sign_in_service.finish_session(visit, session_token(request))
    except FormFaults as problem:
        return _page(request, back, carried, problem.faults, status=422)
    return arrive(request, Opened(token), back, carried)


@post("/second-factor/set-up", opt=signed_in(), sync_to_thread=True, status_code=200)
def set_up(request: AppRequest) -> Answer:
    """Begin to set an app up, or make fresh recovery codes; whoever has an app in use proves it first."""
    wants_codes = posted(request).text("what") == "codes"
    try:
        with reading(request) as visit:
            in_use = service.standing(visit).in_use
        if not in_use:
            with writing(request) as visit:
                service.start(visit, visit.person_id)
            return go("/second-factor")
        with _proved(request) as visit:
            if wants_codes:
                codes = service.renew_recovery_codes(visit)
            else:
                service.start(visit, visit.person_id)
    except FormFaults as problem:
        return _page(request, "/", "", problem.faults, status=422)
    return _show_codes(request, codes, "/") if wants_codes else go("/second-factor")


@post("/second-factor/confirm", opt=half_signed_in(), sync_to_thread=True, status_code=200)
def confirm(request: AppRequest) -> Answer:
    """The first code of the new app: from now on it counts. Shows the recovery codes, this once."""
    back = local_path(posted(request).text("back"))
    reader = FormReader(posted(request))
    code = reader.text("code", required=N_("Write the 6 digits from the app."))
    try:
        reader.finish()
        with writing(request) as visit:
            codes = service.confirm(visit, code)
            token = sign_in_service.finish_session(visit, session_token(request))
    except FormFaults as problem:
        return _page(request, back, "", problem.faults, status=422)
    except WrongCode:
        return _page(request, back, "", (FieldFault("code", Text(WRONG)),), status=422)
    begin(request, token)
    return hand_over(request, token, _show_codes(request, codes, back))


def _show_codes(request: AppRequest, codes: tuple[str, ...], back: str) -> Response[str]:
    return show(request, "people/recovery_codes.html", codes=codes, back=back)


@contextmanager
def _proved(request: AppRequest) -> Iterator[Visit]:
    """A visit that changes something after the posted code was right; what it changes and the code's use are one.

    Raises FormFaults for a missing or wrong code, and when there were too many tries.
    """
    form = posted(request)
    field = "recovery" if form.text("recovery") else "code"
    reader = FormReader(form)
    code = reader.text(field, required=N_("Write the 6 digits from the app."))
    reader.finish()
    try:
        with writing(request) as visit:
            turn = throttling_service.take_turn(visit, f"{field}:{visit.person_id}")
        with writing(request) as visit:
            if field == "code":
                service.check_code(visit, code)
            else:
                service.check_recovery_code(visit, code)
            throttling_service.was_right(visit, turn)
            yield visit
    except TooManyTries as problem:
        raise FormFaults((FieldFault(field, problem.text),)) from problem
    except WrongCode as problem:
        with writing(request) as visit:
            sign_in_service.note_refused(visit, visit.person_id, field)
        wrong = WRONG if field == "code" else WRONG_RECOVERY
        raise FormFaults((FieldFault(field, Text(wrong)),)) from problem


ROUTES = (show_second_factor, show_picture, give_code, set_up, confirm)

NOTICES: dict[str, Text] = {}

NAVIGATION: tuple[NavigationLink, ...] = ()
