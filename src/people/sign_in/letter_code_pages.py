"""Signing in without a password: by a code from a letter or a remembered browser; and choosing how to sign in
next time.
"""

from urllib.parse import quote

from litestar import Response, get, post

from foundation.forms import FieldError, FormReader, ValidationErrors
from foundation.i18n import N_, LazyText
from people.access.model import Role
from people.authentication.rules import SignInMethod
from people.credentials.letter_codes import LetterCode, parse_code
from people.errors import InvalidCode, InvalidCredentials, TooManyAttempts, UsernameTaken, WeakPassword
from people.sign_in import letter_code_service, throttle_service
from people.sign_in import service as sign_in_service
from people.sign_in.redirects import complete_sign_in
from people.web.app_state import AppRequest, app_state
from people.web.context import read_context, write_context
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
from people.web.responses import NavigationLink, form_data, redirect, render, site_context
from people.web.rules import public, require_role, require_sign_in

WRONG_CODE_TEXT = N_(
    "That code is not right, or it is too old. Look at the letter again, or call your coordinator."
)


@get("/code", opt=public(), sync_to_thread=True)
def show_letter_code_form(request: AppRequest) -> Response[str]:
    """The form for the code from the letter."""
    with read_context(request):
        return render(request, "people/sign_in/letter_code.html")


@post("/code", opt=public(), sync_to_thread=True, status_code=200)
def submit_letter_code(request: AppRequest) -> PageResponse:
    """Sign in with the code, then go on to choosing how to sign in next time."""
    reader = FormReader(form_data(request))
    entered = reader.text("code", required=N_("Write the code from the letter."))
    try:
        reader.raise_if_invalid()
        with write_context(request) as context:
            attempt = throttle_service.reserve_attempt_for_address(context, client_ip(request))
        code = parse_code(entered)
        session = _redeem(request, code, attempt) if code is not None else None
    except ValidationErrors as error:
        return render(
            request,
            "people/sign_in/letter_code.html",
            status=422,
            errors=error.errors,
            posted=form_data(request),
        )
    except TooManyAttempts as error:
        return _error_page(request, error.text, status=429)
    except InvalidCode:
        session = None
    if session is None:
        return _error_page(request, LazyText(WRONG_CODE_TEXT))
    return complete_sign_in(request, session, "/my-way-in", saved_form="")


def _redeem(
    request: AppRequest, code: LetterCode, attempt: throttle_service.Attempt
) -> sign_in_service.StartedSession | None:
    with write_context(request) as context:
        stored = letter_code_service.consume_attempt(context, code)
    # Outside a transaction, because hashing takes long.
    if not letter_code_service.verify(stored, code) or stored is None:
        with write_context(request) as context:
            sign_in_service.record_refused(context, stored.person_id if stored else None, "letter")
        return None
    with write_context(request) as context:
        person_id = letter_code_service.redeem(context, code, stored)
        throttle_service.release(context, attempt)
        return sign_in_service.start_session(
            context,
            person_id,
            SignInMethod.LETTER,
            describe_user_agent(request),
            session_token(request),
            app_state(request).sign_in_rules,
        )


def _error_page(request: AppRequest, text: LazyText, status: int = 422) -> Response[str]:
    errors = (FieldError("code", text),)
    return render(
        request, "people/sign_in/letter_code.html", status=status, errors=errors, posted=form_data(request)
    )


@post("/sign-in/device", opt=public(), sync_to_thread=True, status_code=303)
def sign_in_with_device(request: AppRequest) -> PageResponse:
    """Sign in with a remembered browser."""
    device_token = request.cookies.get(device_cookie_name(request), "")
    return_path = safe_redirect_path(form_data(request).text("back"))
    try:
        with write_context(request) as context:
            person_id = sign_in_service.authenticate_device(context, device_token)
            same_person = sign_in_service.session_belonged_to(context, session_token(request), person_id)
            session = sign_in_service.start_session(
                context,
                person_id,
                SignInMethod.DEVICE,
                describe_user_agent(request),
                session_token(request),
                app_state(request).sign_in_rules,
            )
            sign_in_service.register_device(context, person_id, describe_user_agent(request), device_token)
    except InvalidCredentials:
        return redirect(f"/sign-in?back={quote(return_path, safe='/')}")
    # A saved form is never shown to another person at the same computer.
    response = complete_sign_in(
        request, session, return_path, form_data(request).text("carried") if same_person else ""
    )
    set_cookie(request, response, device_cookie_name(request), device_token, DEVICE_COOKIE_SECONDS)
    return response


@get("/my-way-in", opt=require_sign_in(), sync_to_thread=True)
def show_sign_in_choice(request: AppRequest) -> Response[str]:
    """How to sign in next time."""
    return _sign_in_choice_page(request)


def _sign_in_choice_page(
    request: AppRequest, errors: tuple[FieldError, ...] = (), status: int = 200
) -> Response[str]:
    with read_context(request) as context:
        name, has_password = sign_in_service.my_account(context)
        by_letter = sign_in_service.session_method(context, session_token(request)) is SignInMethod.LETTER
        may_be_remembered = letter_code_service.may_be_remembered(context)
    return render(
        request,
        "people/sign_in/my_sign_in_method.html",
        status=status,
        errors=errors,
        posted=form_data(request) if errors else None,
        name=name,
        ask_for_old=has_password and not by_letter,
        may_be_remembered=may_be_remembered,
    )


@post("/my-way-in/remember", opt=require_role(Role.CITIZEN), sync_to_thread=True, status_code=303)
def remember_device(request: AppRequest) -> PageResponse:
    """Let this browser sign in without a password from now on."""
    with write_context(request) as context:
        device_token = request.cookies.get(device_cookie_name(request), "")
        device_token = letter_code_service.remember_device(
            context, describe_user_agent(request), device_token
        )
    response = redirect("/", request, flash="remembered")
    set_cookie(request, response, device_cookie_name(request), device_token, DEVICE_COOKIE_SECONDS)
    return response


@post("/my-way-in/password", opt=require_sign_in(), sync_to_thread=True, status_code=200)
def choose_password(request: AppRequest) -> PageResponse:
    """Set one's own user name and password; the person's other sessions end."""
    form = form_data(request)
    reader = FormReader(form)
    name = reader.text("name", required=N_("Write your e-mail address or another user name."), length_max=254)
    password = form.fields.get("password", ("",))[0]
    if not password:
        reader.add_error("password", N_("Write a password."))
    try:
        reader.raise_if_invalid()
        with write_context(request) as context:
            # Committed before the old password is checked, as on the sign-in page.
            attempt = throttle_service.reserve_attempt(context, f"old_password:{context.person_id}")
        with write_context(request) as context:
            method = sign_in_service.session_method(context, session_token(request))
            letter_code_service.choose_password(
                context,
                name,
                password,
                form.fields.get("old_password", ("",))[0],
                site_context(request).municipality,
                signed_in_by_letter=method is SignInMethod.LETTER,
            )
            throttle_service.release(context, attempt)
            # Before the new session is opened, which would end with the others.
            sign_in_service.revoke_sessions(context, context.person_id)
            token = sign_in_service.open_session(
                context,
                context.person_id,
                describe_user_agent(request),
                session_token(request),
                method=method or SignInMethod.PASSWORD,
            )
    except ValidationErrors as error:
        return _sign_in_choice_page(request, error.errors, 422)
    except TooManyAttempts as error:
        return _sign_in_choice_page(request, (FieldError("old_password", error.text),), 429)
    except InvalidCredentials:
        with write_context(request) as context:
            sign_in_service.record_refused(context, context.person_id, "old_password")
        wrong = LazyText(N_("That is not the password that you have now."))
        return _sign_in_choice_page(request, (FieldError("old_password", wrong),), 422)
    except UsernameTaken:
        taken = LazyText(N_("Somebody else uses that user name. Choose another one."))
        return _sign_in_choice_page(request, (FieldError("name", taken),), 422)
    except WeakPassword as error:
        return _sign_in_choice_page(request, (FieldError("password", error.text),), 422)
    return complete_sign_in(request, sign_in_service.StartedSession(token), "/", saved_form="")


ROUTES = (
    show_letter_code_form,
    submit_letter_code,
    sign_in_with_device,
    show_sign_in_choice,
    remember_device,
    choose_password,
)

FLASH_MESSAGES = {"remembered": LazyText(N_("This device remembers you. Next time you press one button."))}

NAVIGATION: tuple[NavigationLink, ...] = ()
