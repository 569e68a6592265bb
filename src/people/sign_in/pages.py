"""Signing in and out, the language, and where one is signed in."""

import msgspec
from litestar import Response, get, post
from litestar.params import FromQuery

from foundation.db import transactions
from foundation.forms import FieldError, FormData, FormReader, ValidationErrors
from foundation.i18n import N_, LazyText
from people.access.model import ANONYMOUS
from people.authentication.rules import SignInMethod
from people.errors import InvalidCredentials, TooManyAttempts
from people.preferences.pages import choose_language
from people.sign_in import service as sign_in_service
from people.sign_in import throttle_service
from people.sign_in.redirects import complete_sign_in, redirect_to_second_factor
from people.sign_in.session_pages import (
    end_session,
    extend_session,
    forget_device,
    show_sessions,
    sign_out,
    sign_out_everywhere,
)
from people.web.app_state import AppRequest, app_state
from people.web.context import RequestContext, read_context, write_context
from people.web.cookies import (
    DEVICE_COOKIE_SECONDS,
    PageResponse,
    client_ip,
    describe_user_agent,
    device_cookie_name,
    safe_redirect_path,
    session_token,
    set_cookie,
)
from people.web.responses import NavigationLink, form_data, render
from people.web.rules import public

SAVED_FORM_LENGTH_MAX = 60_000
NEVER_SAVED_FIELDS = frozenset({"csrf_token", "password", "old_password", "code"})


def ask_to_sign_in(request: AppRequest) -> PageResponse:
    """The sign-in page in place of a page that needs it. What was typed into a form travels along and is offered again."""
    if request.scope["state"].get("waits_for") is not None:
        return redirect_to_second_factor(request)
    typed: FormData = request.scope["state"].get("posted", FormData())
    fields = {name: texts for name, texts in typed.fields.items() if name not in NEVER_SAVED_FIELDS}
    carried = msgspec.json.encode(fields).decode() if fields else ""
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return _page(
        request,
        status=401,
        return_path=path,
        saved_form=carried if len(carried) <= SAVED_FORM_LENGTH_MAX else "",
        expired=True,
    )


def _page(
    request: AppRequest,
    return_path: str,
    saved_form: str = "",
    *,
    status: int = 200,
    errors: tuple[FieldError, ...] = (),
    posted: FormData | None = None,
    expired: bool = False,
) -> Response[str]:
    """Every way in, on one page: this device, MitID and the directory, a password, a letter."""
    return render(
        request,
        "people/sign_in/sign_in.html",
        status=status,
        errors=errors,
        posted=posted,
        back=return_path,
        carried=saved_form,
        expired=expired,
        remembered=_remembered_name(request),
        providers=app_state(request).sign_in_rules.providers,
    )


def _remembered_name(request: AppRequest) -> str:
    """The given name of whom this browser signs in by itself, or ""."""
    known = request.cookies.get(device_cookie_name(request), "")
    if not known:
        return ""
    place = app_state(request)
    with transactions.read_transaction(place.engine) as db:
        return sign_in_service.remembered_name(RequestContext(db, ANONYMOUS, place.clock()), known)


@get("/sign-in", opt=public(), sync_to_thread=True)
def show_sign_in(request: AppRequest, back: FromQuery[str] = "/") -> Response[str]:
    """The sign-in page."""
    return _page(request, safe_redirect_path(back))


@post("/sign-in", opt=public(), sync_to_thread=True, status_code=200)
def sign_in(request: AppRequest) -> Response[str] | Response[None]:
    """Check name and password; then on to the page that was asked for, with what had been typed there."""
    form = form_data(request)
    back, carried = safe_redirect_path(form.text("back")), form.text("carried")
    reader = FormReader(form)
    name = reader.text("name", required=N_("Write your user name."))
    password = form.fields.get("password", ("",))[0]
    if not password:
        reader.add_error("password", N_("Write your password."))
    known = request.cookies.get(device_cookie_name(request), "")
    try:
        reader.raise_if_invalid()
        with write_context(request) as context:
            turn = throttle_service.reserve_attempt_for_name(context, name, client_ip(request), known)
        with read_context(request) as context:
            person_id = sign_in_service.authenticate(context, name, password)
            same_person = sign_in_service.session_belonged_to(context, session_token(request), person_id)
        with write_context(request) as context:
            throttle_service.release(context, turn)
            known = sign_in_service.register_device(context, person_id, describe_user_agent(request), known)
            opened = sign_in_service.start_session(
                context,
                person_id,
                SignInMethod.PASSWORD,
                describe_user_agent(request),
                session_token(request),
                app_state(request).sign_in_rules,
            )
    except TooManyAttempts as problem:
        waiting = _error_page(request, (FieldError("name", problem.text),), back, carried, status=429)
        waiting.headers["Retry-After"] = str(problem.retry_after_seconds)
        return waiting
    except InvalidCredentials:
        with write_context(request) as context:
            sign_in_service.record_refused_username(context, name)
        fault = FieldError("name", LazyText(N_("The user name or the password is not right. Try again.")))
        return _error_page(request, (fault,), back, carried)
    except ValidationErrors as problem:
        return _error_page(request, problem.errors, back, carried)
    # What somebody typed is never shown to the next one at the same computer.
    answer = complete_sign_in(request, opened, back, carried if same_person else "")
    set_cookie(request, answer, device_cookie_name(request), known, DEVICE_COOKIE_SECONDS)
    return answer


def _error_page(
    request: AppRequest, errors: tuple[FieldError, ...], return_path: str, saved_form: str, status: int = 422
) -> Response[str]:
    form = form_data(request)
    safe = FormData({name: texts for name, texts in form.fields.items() if name != "password"})
    return _page(request, return_path, saved_form, status=status, errors=errors, posted=safe)


ROUTES = (
    show_sign_in,
    sign_in,
    sign_out,
    sign_out_everywhere,
    show_sessions,
    end_session,
    forget_device,
    extend_session,
    choose_language,
)

FLASH_MESSAGES = {
    "session_ended": LazyText(N_("You are signed out there.")),
    "device_forgotten": LazyText(N_("That device doesn't remember you any more.")),
    "signed_out": LazyText(N_("You are signed out.")),
}

NAVIGATION: tuple[NavigationLink, ...] = ()
