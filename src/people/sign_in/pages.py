"""The sign-in page."""

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
    """The sign-in page in place of a page that needs it.

    The fields of a posted form are carried along and offered again after the sign-in.
    """
    if request.scope["state"].get("pending_step") is not None:
        return redirect_to_second_factor(request)
    form: FormData = request.scope["state"].get("form", FormData())
    fields = {name: texts for name, texts in form.fields.items() if name not in NEVER_SAVED_FIELDS}
    saved_form = msgspec.json.encode(fields).decode() if fields else ""
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return _page(
        request,
        status=401,
        return_path=path,
        saved_form=saved_form if len(saved_form) <= SAVED_FORM_LENGTH_MAX else "",
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
    """All ways to sign in on one page: this device, identity providers, a password, a letter."""
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
    """The given name of the person whom this browser signs in by itself, or ""."""
    device_token = request.cookies.get(device_cookie_name(request), "")
    if not device_token:
        return ""
    state = app_state(request)
    # Not `read_context`: it would check the policy of the page that has just been refused.
    with transactions.read_transaction(state.engine) as db:
        return sign_in_service.remembered_name(RequestContext(db, ANONYMOUS, state.clock()), device_token)


@get("/sign-in", opt=public(), sync_to_thread=True)
def show_sign_in(request: AppRequest, back: FromQuery[str] = "/") -> Response[str]:
    """The sign-in page."""
    return _page(request, safe_redirect_path(back))


@post("/sign-in", opt=public(), sync_to_thread=True, status_code=200)
def sign_in(request: AppRequest) -> Response[str] | Response[None]:
    """Check name and password; then go on to the requested page, with the saved form."""
    form = form_data(request)
    return_path, saved_form = safe_redirect_path(form.text("back")), form.text("carried")
    reader = FormReader(form)
    name = reader.text("name", required=N_("Write your user name."))
    # Not `form.text`, which strips: spaces around a password belong to it.
    password = form.fields.get("password", ("",))[0]
    if not password:
        reader.add_error("password", N_("Write your password."))
    device_token = request.cookies.get(device_cookie_name(request), "")
    try:
        reader.raise_if_invalid()
        with write_context(request) as context:
            # Committed before the password is checked, so that concurrent attempts count (docs/adr/0009).
            attempt = throttle_service.reserve_attempt_for_name(
                context, name, client_ip(request), device_token
            )
        with read_context(request) as context:
            # In a read transaction: hashing is slow, and on SQLite all other writers would wait for it.
            person_id = sign_in_service.authenticate(context, name, password)
            same_person = sign_in_service.session_belonged_to(context, session_token(request), person_id)
        with write_context(request) as context:
            throttle_service.release(context, attempt)
            device_token = sign_in_service.register_device(
                context, person_id, describe_user_agent(request), device_token
            )
            session = sign_in_service.start_session(
                context,
                person_id,
                SignInMethod.PASSWORD,
                describe_user_agent(request),
                session_token(request),
                app_state(request).sign_in_rules,
            )
    except TooManyAttempts as error:
        throttled = _error_page(
            request, (FieldError("name", error.text),), return_path, saved_form, status=429
        )
        throttled.headers["Retry-After"] = str(error.retry_after_seconds)
        return throttled
    except InvalidCredentials:
        with write_context(request) as context:
            sign_in_service.record_refused_username(context, name)
        wrong = FieldError("name", LazyText(N_("The user name or the password is not right. Try again.")))
        return _error_page(request, (wrong,), return_path, saved_form)
    except ValidationErrors as error:
        return _error_page(request, error.errors, return_path, saved_form)
    # A saved form is never shown to another person at the same computer.
    response = complete_sign_in(request, session, return_path, saved_form if same_person else "")
    set_cookie(request, response, device_cookie_name(request), device_token, DEVICE_COOKIE_SECONDS)
    return response


def _error_page(
    request: AppRequest, errors: tuple[FieldError, ...], return_path: str, saved_form: str, status: int = 422
) -> Response[str]:
    form = form_data(request)
    without_password = FormData({name: texts for name, texts in form.fields.items() if name != "password"})
    return _page(request, return_path, saved_form, status=status, errors=errors, posted=without_password)


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
