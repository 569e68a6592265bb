"""Where a user goes after a sign-in: to the second factor, or to the requested page."""

from urllib.parse import quote

import msgspec
from litestar import Response

from people.authentication.rules import PendingStep
from people.sign_in.service import StartedSession
from people.web.app_state import AppRequest
from people.web.cookies import PageResponse, bind_session, set_session_cookie
from people.web.responses import redirect, render


def complete_sign_in(
    request: AppRequest, session: StartedSession, return_path: str, saved_form: str
) -> PageResponse:
    """Go on to the requested page, with the saved form, or first to the second factor where it is pending.

    `saved_form` is what `decode_saved_form` reads: the form whose session had expired. It is offered again,
    never posted automatically.
    """
    # Before rendering: the forms of this response need the CSRF token of the new session.
    bind_session(request, session.token)
    if session.pending_step is PendingStep.SET_UP:
        response: PageResponse = redirect(second_factor_url(return_path))
    elif session.pending_step is PendingStep.CODE:
        response = render(request, "people/sign_in/second_factor.html", back=return_path, carried=saved_form)
    elif saved_form:
        response = render(
            request,
            "people/sign_in/resubmit_form.html",
            back=return_path,
            carried=decode_saved_form(saved_form),
            chosen=(),
        )
    else:
        response = redirect(return_path)
    return set_session_cookie(request, session.token, response)


def second_factor_url(return_path: str) -> str:
    """The URL of the second-factor page, which goes on to `return_path`."""
    return f"/second-factor?back={quote(return_path, safe='/')}"


def redirect_to_second_factor(request: AppRequest) -> Response[None]:
    """Redirect to the second factor, from a page that needs it."""
    return redirect(second_factor_url(request.url.path))


def decode_saved_form(saved_form: str) -> tuple[tuple[str, str], ...]:
    """The fields of a saved form, as names with texts; empty if it is malformed."""
    try:
        fields = msgspec.json.decode(saved_form, type=dict[str, tuple[str, ...]])
    # It comes back from the browser, so it can be anything.
    except (msgspec.DecodeError, msgspec.ValidationError):
        return ()
    return tuple((name, text) for name, texts in fields.items() for text in texts)
