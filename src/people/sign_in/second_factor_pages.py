"""The second factor: entering the app's code, setting up the app, recovery codes."""

from collections.abc import Iterator
from contextlib import contextmanager

from litestar import Response, get, post
from litestar.params import FromQuery

from foundation.forms import FieldError, FormReader, ValidationErrors
from foundation.i18n import N_, LazyText
from people.authentication.rules import PendingStep
from people.credentials import account_store
from people.credentials.totp import provisioning_uri, qr_code
from people.errors import InvalidCode, TooManyAttempts
from people.sign_in import second_factor_service, throttle_service
from people.sign_in import service as sign_in_service
from people.sign_in.redirects import complete_sign_in
from people.sign_in.service import StartedSession
from people.web.app_state import AppRequest
from people.web.context import RequestContext, read_context, write_context
from people.web.cookies import (
    PageResponse,
    bind_session,
    safe_redirect_path,
    session_token,
    set_session_cookie,
)
from people.web.responses import NavigationLink, form_data, redirect, render, site_context
from people.web.rules import require_first_factor, require_sign_in

WRONG_CODE_TEXT = N_("That code is not right. Write the one that the app shows now.")
WRONG_RECOVERY_CODE_TEXT = N_("That code is not right, or it was used before. Each one works once.")


@get("/second-factor", opt=require_first_factor(), sync_to_thread=True)
def show_second_factor(request: AppRequest, back: FromQuery[str] = "/") -> Response[str]:
    """The pending step: entering the code or setting up the app; without one, the status."""
    return _page(request, safe_redirect_path(back), "")


def _page(
    request: AppRequest,
    return_path: str,
    saved_form: str,
    errors: tuple[FieldError, ...] = (),
    http_status: int = 200,
) -> Response[str]:
    with read_context(request) as context:
        step, status = context.pending_step, second_factor_service.status(context)
        in_setup = (
            step is not PendingStep.CODE
            and status.stored is not None
            and status.stored.pending_sealed is not None
        )
        secret = second_factor_service.pending_secret(context) if in_setup else ""
        uri = _provisioning_uri(request, context, secret) if in_setup else ""
    if step is PendingStep.CODE:
        return render(
            request,
            "people/sign_in/second_factor.html",
            status=http_status,
            errors=errors,
            back=return_path,
            carried=saved_form,
        )
    if in_setup:
        spaced = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
        return render(
            request,
            "people/sign_in/second_factor_setup.html",
            status=http_status,
            errors=errors,
            back=return_path,
            secret=spaced,
            address=uri,
            owed=step is not None,
        )
    return render(
        request,
        "people/sign_in/second_factor_status.html",
        status=http_status,
        errors=errors,
        standing=status,
    )


def _provisioning_uri(request: AppRequest, context: RequestContext, secret: str) -> str:
    name = account_store.sign_in_name(context.db, context.person_id) or context.actor.given_name
    return provisioning_uri(secret, name, f"Livsmester {site_context(request).municipality}".strip())


@get("/second-factor/picture.svg", opt=require_first_factor(), sync_to_thread=True)
def show_qr_code(request: AppRequest) -> Response[str]:
    """The QR code that sets up an authenticator app."""
    with read_context(request) as context:
        uri = _provisioning_uri(request, context, second_factor_service.pending_secret(context))
    return Response(qr_code(uri), media_type="image/svg+xml")


@post("/second-factor", opt=require_first_factor(), sync_to_thread=True, status_code=200)
def submit_code(request: AppRequest) -> PageResponse:
    """Check the app's code or a recovery code; then go on to the requested page."""
    form = form_data(request)
    return_path, saved_form = safe_redirect_path(form.text("back")), form.text("carried")
    with read_context(request) as context:
        if context.pending_step is not PendingStep.CODE:
            return redirect("/second-factor")
    try:
        with _verified_context(request) as context:
            token = sign_in_service.upgrade_session(context, session_token(request))
    except ValidationErrors as error:
        return _page(request, return_path, saved_form, error.errors, http_status=422)
    return complete_sign_in(request, StartedSession(token), return_path, saved_form)


@post("/second-factor/set-up", opt=require_sign_in(), sync_to_thread=True, status_code=200)
def set_up(request: AppRequest) -> PageResponse:
    """Start setting up an app, or make new recovery codes; a user with an app in use has to enter its code."""
    wants_codes = form_data(request).text("what") == "codes"
    try:
        with read_context(request) as context:
            in_use = second_factor_service.status(context).in_use
        if not in_use:
            with write_context(request) as context:
                second_factor_service.start_setup(context, context.person_id)
            return redirect("/second-factor")
        with _verified_context(request) as context:
            if wants_codes:
                codes = second_factor_service.renew_recovery_codes(context)
            else:
                second_factor_service.start_setup(context, context.person_id)
    except ValidationErrors as error:
        return _page(request, "/", "", error.errors, http_status=422)
    return _show_codes(request, codes, "/") if wants_codes else redirect("/second-factor")


@post("/second-factor/confirm", opt=require_first_factor(), sync_to_thread=True, status_code=200)
def confirm(request: AppRequest) -> PageResponse:
    """Confirm the new app by its first code. Shows the recovery codes, only once."""
    return_path = safe_redirect_path(form_data(request).text("back"))
    reader = FormReader(form_data(request))
    code = reader.text("code", required=N_("Write the 6 digits from the app."))
    try:
        reader.raise_if_invalid()
        with write_context(request) as context:
            codes = second_factor_service.confirm(context, code)
            token = sign_in_service.upgrade_session(context, session_token(request))
    except ValidationErrors as error:
        return _page(request, return_path, "", error.errors, http_status=422)
    except InvalidCode:
        return _page(
            request, return_path, "", (FieldError("code", LazyText(WRONG_CODE_TEXT)),), http_status=422
        )
    bind_session(request, token)
    return set_session_cookie(request, token, _show_codes(request, codes, return_path))


def _show_codes(request: AppRequest, codes: tuple[str, ...], return_path: str) -> Response[str]:
    return render(request, "people/sign_in/recovery_codes.html", codes=codes, back=return_path)


@contextmanager
def _verified_context(request: AppRequest) -> Iterator[RequestContext]:
    """A write context after the posted code was verified; using the code and the change are one transaction.

    Raises ValidationErrors for a missing or wrong code and for too many attempts.
    """
    form = form_data(request)
    field = "recovery" if form.text("recovery") else "code"
    reader = FormReader(form)
    code = reader.text(field, required=N_("Write the 6 digits from the app."))
    reader.raise_if_invalid()
    try:
        with write_context(request) as context:
            # A transaction of its own: a wrong code rolls the next one back and stays counted.
            # The field is part of the key: wrong app codes don't delay recovery codes.
            attempt = throttle_service.reserve_attempt(context, f"{field}:{context.person_id}")
        with write_context(request) as context:
            if field == "code":
                second_factor_service.check_code(context, code)
            else:
                second_factor_service.check_recovery_code(context, code)
            throttle_service.release(context, attempt)
            yield context
    except TooManyAttempts as error:
        raise ValidationErrors((FieldError(field, error.text),)) from error
    except InvalidCode as error:
        with write_context(request) as context:
            # In a new transaction, because the error rolled back the one in which the code was checked.
            sign_in_service.record_refused(context, context.person_id, field)
        wrong = WRONG_CODE_TEXT if field == "code" else WRONG_RECOVERY_CODE_TEXT
        raise ValidationErrors((FieldError(field, LazyText(wrong)),)) from error


ROUTES = (show_second_factor, show_qr_code, submit_code, set_up, confirm)

FLASH_MESSAGES: dict[str, LazyText] = {}

NAVIGATION: tuple[NavigationLink, ...] = ()
