"""Choosing the language, easy or usual texts, and pictures or none."""

import msgspec
from litestar import Response, post
from litestar.datastructures import Cookie

from foundation.i18n import DEFAULT_LANGUAGE, LANGUAGES, LazyText
from people.directory import service as directory_service
from people.web.app_state import AppRequest
from people.web.context import read_context, write_context
from people.web.cookies import safe_redirect_path
from people.web.reading_preference import COOKIE, COOKIE_SECONDS
from people.web.responses import NavigationLink, form_data, reading_preference, redirect, site_context
from people.web.rules import public, require_sign_in

LANGUAGE_COOKIE_SECONDS = 365 * 24 * 3600


@post("/reading", opt=require_sign_in(), sync_to_thread=True, status_code=303)
def save_reading_preference(request: AppRequest) -> Response[None]:
    """Change one of the two and return to the same page; a cookie stores it for a year."""
    with read_context(request):
        pass  # extends the session
    form = form_data(request)
    preference = reading_preference(request)
    if (words := form.text("words")) in {"easy", "usual"}:
        preference = msgspec.structs.replace(preference, easy=words == "easy")
    if (pictures := form.text("pictures")) in {"shown", "hidden"}:
        preference = msgspec.structs.replace(preference, pictures=pictures == "shown")
    response = redirect(safe_redirect_path(form.text("back")))
    response.set_cookie(
        Cookie(
            COOKIE,
            value=preference.classes,
            httponly=True,
            samesite="lax",
            secure=site_context(request).secure,
            max_age=COOKIE_SECONDS,
        )
    )
    return response


@post("/language", opt=public(), sync_to_thread=True, status_code=303)
def choose_language(request: AppRequest) -> Response[None]:
    """Switch between Danish and English and return to the same page."""
    chosen = form_data(request).text("language")
    language = chosen if chosen in LANGUAGES else DEFAULT_LANGUAGE
    with write_context(request) as context:
        directory_service.set_language(context, language)
    response = redirect(safe_redirect_path(form_data(request).text("back")))
    response.set_cookie(
        Cookie(
            "language",
            value=language,
            samesite="lax",
            secure=site_context(request).secure,
            max_age=LANGUAGE_COOKIE_SECONDS,
        )
    )
    return response


ROUTES = (save_reading_preference,)

FLASH_MESSAGES: dict[str, LazyText] = {}

NAVIGATION: tuple[NavigationLink, ...] = ()
