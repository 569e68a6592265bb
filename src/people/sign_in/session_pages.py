"""Where I am signed in, staying signed in, and signing out."""

from litestar import Response, get, post

from foundation.i18n import N_
from foundation.ids import token_hash
from people.access.scopes import OWNERS
from people.authentication.rules import Way
from people.sign_in import service as sign_in_service
from people.web.app_state import AppRequest
from people.web.context import reading, writing
from people.web.cookies import Answer, hand_over, session_token
from people.web.responses import go, posted, show
from people.web.rules import signed_in

WAY_NAMES = {
    Way.PASSWORD: N_("with a password"),
    Way.INVITATION: N_("with an invitation"),
    Way.LETTER: N_("with a code from a letter"),
    Way.DEVICE: N_("remembered device"),
    Way.OUTSIDE: N_("with MitID or the municipality's sign-in"),
    Way.DEMO: N_("as a demo"),
}


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
