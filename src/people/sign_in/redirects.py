"""Where somebody lands who has just shown who they are: at the second proof, or where they were going."""

from urllib.parse import quote

import msgspec
from litestar import Response

from people.authentication.rules import Waits
from people.sign_in.service import Opened
from people.web.app_state import AppRequest
from people.web.cookies import Answer, begin, hand_over
from people.web.responses import go, show


def arrive(request: AppRequest, opened: Opened, back: str, carried: str) -> Answer:
    """On to the page that was asked for, with what had been typed there, by way of the second proof where it is owed.

    `carried` is what stood in the form that ran out, as it travelled in the page; it is offered and never sent by itself.
    """
    begin(request, opened.token)
    if opened.waits_for is Waits.SET_UP:
        answer: Answer = go(to_second_factor(back))
    elif opened.waits_for is Waits.CODE:
        answer = show(request, "people/second_factor.html", back=back, carried=carried)
    elif carried:
        answer = show(request, "people/send_again.html", back=back, carried=fields(carried), chosen=())
    else:
        answer = go(back)
    return hand_over(request, opened.token, answer)


def to_second_factor(back: str) -> str:
    """The address of the second proof, from where one goes on to `back`."""
    return f"/second-factor?back={quote(back, safe='/')}"


def ask_for_second_factor(request: AppRequest) -> Response[None]:
    """On to the second proof, from a page that opens only after it."""
    return go(to_second_factor(request.url.path))


def fields(carried: str) -> tuple[tuple[str, str], ...]:
    """The fields that travelled along, as names with texts; none when that isn't what it is."""
    try:
        found = msgspec.json.decode(carried, type=dict[str, tuple[str, ...]])
    except (msgspec.DecodeError, msgspec.ValidationError):
        return ()
    return tuple((name, text) for name, texts in found.items() for text in texts)
