"""Choosing how to read: easy words or the usual ones, with pictures or without."""

import msgspec
from litestar import Response, post
from litestar.datastructures import Cookie

from foundation.i18n import Text
from people.web.context import AppRequest, reading, signed_in
from people.web.cookies import local_path
from people.web.reading_preference import COOKIE, COOKIE_SECONDS
from people.web.responses import NavigationLink, frame, go, posted, reading_choice


@post("/reading", opt=signed_in(), sync_to_thread=True, status_code=303)
def choose_reading(request: AppRequest) -> Response[None]:
    """Change one of the two and come back to the same page; the browser remembers it for a year."""
    with reading(request):
        form = posted(request)
    chosen = reading_choice(request)
    if (words := form.text("words")) in {"easy", "usual"}:
        chosen = msgspec.structs.replace(chosen, easy=words == "easy")
    if (pictures := form.text("pictures")) in {"shown", "hidden"}:
        chosen = msgspec.structs.replace(chosen, pictures=pictures == "shown")
    response = go(local_path(form.text("back")))
    response.set_cookie(
        Cookie(
            COOKIE,
            value=chosen.classes,
            httponly=True,
            samesite="lax",
            secure=frame(request).secure,
            max_age=COOKIE_SECONDS,
        )
    )
    return response


ROUTES = (choose_reading,)

NOTICES: dict[str, Text] = {}

NAVIGATION: tuple[NavigationLink, ...] = ()
