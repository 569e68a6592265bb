"""Choosing how to read: easy words or the usual ones, with pictures or without."""

import msgspec
from litestar import Response, post
from litestar.datastructures import Cookie

from foundation.i18n import DEFAULT, LANGUAGES, Text
from people.directory import service as directory_service
from people.web.app_state import AppRequest
from people.web.context import reading, writing
from people.web.cookies import local_path
from people.web.reading_preference import COOKIE, COOKIE_SECONDS
from people.web.responses import NavigationLink, frame, go, posted, reading_choice
from people.web.rules import everyone, signed_in

LANGUAGE_COOKIE_SECONDS = 365 * 24 * 3600


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


@post("/language", opt=everyone(), sync_to_thread=True, status_code=303)
def choose_language(request: AppRequest) -> Response[None]:
    """Switch between Danish and English and come back to the same page."""
    chosen = posted(request).text("language")
    language = chosen if chosen in LANGUAGES else DEFAULT
    with writing(request) as visit:
        directory_service.set_language(visit, language)
    response = go(local_path(posted(request).text("back")))
    response.set_cookie(
        Cookie(
            "language",
            value=language,
            samesite="lax",
            secure=frame(request).secure,
            max_age=LANGUAGE_COOKIE_SECONDS,
        )
    )
    return response


ROUTES = (choose_reading,)

NOTICES: dict[str, Text] = {}

NAVIGATION: tuple[NavigationLink, ...] = ()
