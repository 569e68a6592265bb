"""The user's sessions and devices, extending a session, and signing out."""

from litestar import Response, get, post

from foundation.i18n import N_
from foundation.ids import token_hash
from people.access.scopes import TOKEN_OWNER_ROLES
from people.authentication.rules import SignInMethod
from people.sign_in import service as sign_in_service
from people.web.app_state import AppRequest
from people.web.context import read_context, write_context
from people.web.cookies import PageResponse, session_token, set_session_cookie
from people.web.responses import form_data, redirect, render
from people.web.rules import require_sign_in

SIGN_IN_METHOD_NAMES = {
    SignInMethod.PASSWORD: N_("with a password"),
    SignInMethod.INVITATION: N_("with an invitation"),
    SignInMethod.LETTER: N_("with a code from a letter"),
    SignInMethod.DEVICE: N_("remembered device"),
    SignInMethod.OUTSIDE: N_("with MitID or the municipality's sign-in"),
    SignInMethod.DEMO: N_("as a demo"),
}


@post("/sign-out", opt=require_sign_in(), sync_to_thread=True, status_code=303)
def sign_out(request: AppRequest) -> PageResponse:
    """End this session."""
    with write_context(request) as context:
        sign_in_service.sign_out(context, session_token(request))
    return _signed_out(request)


@post("/sign-out-everywhere", opt=require_sign_in(), sync_to_thread=True, status_code=303)
def sign_out_everywhere(request: AppRequest) -> PageResponse:
    """End every session of this person."""
    with write_context(request) as context:
        sign_in_service.sign_out_everywhere(context)
    return _signed_out(request)


def _signed_out(request: AppRequest) -> PageResponse:
    response = redirect("/", request, flash="signed_out")
    # With the attributes that it was set with: browsers ignore the deletion of a `__Host-` cookie otherwise.
    return set_session_cookie(request, "", response, seconds=0)


@get("/my-sign-ins", opt=require_sign_in(), sync_to_thread=True)
def show_sessions(request: AppRequest) -> Response[str]:
    """The user's sessions and remembered devices."""
    with read_context(request) as context:
        sessions, devices = sign_in_service.my_sessions(context), sign_in_service.my_devices(context)
    return render(
        request,
        "people/sign_in/sessions.html",
        sessions=sessions,
        devices=devices,
        this_one=token_hash(session_token(request)),
        way_names=SIGN_IN_METHOD_NAMES,
        may_have_keys=context.actor.has_role(*TOKEN_OWNER_ROLES),
    )


@post("/my-sign-ins/end", opt=require_sign_in(), sync_to_thread=True, status_code=303)
def end_session(request: AppRequest) -> Response[None]:
    """End one of one's own sessions."""
    session_id = form_data(request).text("session")
    with write_context(request) as context:
        sign_in_service.end_my_session(context, session_id)
    return redirect("/my-sign-ins", request, flash="session_ended")


@post("/my-sign-ins/forget", opt=require_sign_in(), sync_to_thread=True, status_code=303)
def forget_device(request: AppRequest) -> Response[None]:
    """Stop a device from signing in by itself."""
    device_id = form_data(request).text("device")
    with write_context(request) as context:
        sign_in_service.forget_my_device(context, device_id)
    return redirect("/my-sign-ins", request, flash="device_forgotten")


@get("/stay", opt=require_sign_in(), sync_to_thread=True)
def extend_session(request: AppRequest) -> Response[str]:
    """A page to open in another tab while filling in a form: reading it extends the session."""
    with read_context(request):
        pass
    return render(request, "people/sign_in/extend_session.html")
