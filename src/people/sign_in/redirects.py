"""Where somebody lands who has just shown who they are: at the second proof, or where they were going."""

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
    """On to the page that was asked for, with what had been typed there, by way of the second proof where it is owed.

    `carried` is what stood in the form that ran out, as it travelled in the page; it is offered and never sent by itself.
    """
    bind_session(request, session.token)
    if session.pending_step is PendingStep.SET_UP:
        answer: PageResponse = redirect(second_factor_url(return_path))
    elif session.pending_step is PendingStep.CODE:
        answer = render(request, "people/sign_in/second_factor.html", back=return_path, carried=saved_form)
    elif saved_form:
        answer = render(
            request,
            "people/sign_in/resubmit_form.html",
            back=return_path,
            carried=decode_saved_form(saved_form),
            chosen=(),
        )
    else:
        answer = redirect(return_path)
    return set_session_cookie(request, session.token, answer)


def second_factor_url(return_path: str) -> str:
    """The address of the second proof, from where one goes on to `back`."""
    return f"/second-factor?back={quote(return_path, safe='/')}"


def redirect_to_second_factor(request: AppRequest) -> Response[None]:
    """On to the second proof, from a page that opens only after it."""
    return redirect(second_factor_url(request.url.path))


def decode_saved_form(saved_form: str) -> tuple[tuple[str, str], ...]:
    """The fields that travelled along, as names with texts; none when that isn't what it is."""
    try:
        found = msgspec.json.decode(saved_form, type=dict[str, tuple[str, ...]])
    except (msgspec.DecodeError, msgspec.ValidationError):
        return ()
    return tuple((name, text) for name, texts in found.items() for text in texts)
