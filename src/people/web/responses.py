"""Responses: pages with the layout that all share, redirects with a flash message; and the posted form."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import MediaType, Response
from litestar.datastructures import Cookie

from foundation.forms import FieldError, FormData
from foundation.html.templates import Environments
from foundation.i18n import LazyText
from people.access.model import ANONYMOUS, Actor, Role
from people.web.app_state import AppRequest, app_state
from people.web.context import request_language
from people.web.csrf import csrf_token
from people.web.reading_preference import COOKIE as READING_COOKIE
from people.web.reading_preference import ReadingPreference, parse_reading_preference

FLASH_COOKIE = "notice"


class NavigationLink(msgspec.Struct, frozen=True):
    """A link of the navigation, for users with one of the roles."""

    url: str
    text: str  # English, marked for translation
    roles: frozenset[Role]


class NavItem(msgspec.Struct, frozen=True):
    """A link of the navigation on one page."""

    url: str
    text: str
    current: bool


class SiteContext(msgspec.Struct, frozen=True):
    """What the app gives every page: templates, navigation, the municipality's name, whether this is a demo."""

    environments: Environments
    navigation: tuple[NavigationLink, ...]
    flash_messages: dict[str, LazyText]  # shown once on the page after a redirect, by name
    municipality: str
    demo: bool
    public_url: str  # the URL that people use, beginning with https://; "" for a local installation
    unusual_reads_threshold: int = 40  # how many citizens within an hour are reported to a leader
    staff_names: bool = False  # whether citizens see the names of staff who read, not only role and unit

    @property
    def secure(self) -> bool:
        """Whether cookies are sent over TLS only."""
        return bool(self.public_url)


def site_context(request: AppRequest) -> SiteContext:
    """What every page of this app shares."""
    site: SiteContext = request.app.state.site_context
    return site


def form_data(request: AppRequest) -> FormData:
    """The posted form, parsed and checked against CSRF before the handler runs."""
    form: FormData = request.scope["state"]["form"]
    return form


def absolute_url(request: AppRequest, path: str) -> str:
    """The absolute URL of a path, under the public URL whatever host a proxy in front sends."""
    return f"{site_context(request).public_url or str(request.base_url).rstrip('/')}{path}"


def language(request: AppRequest) -> str:
    """The language of the response."""
    code: str = request.scope["state"].get("language") or request_language(request, None)
    return code


def reading_preference(request: AppRequest) -> ReadingPreference:
    """How the user prefers to read."""
    return parse_reading_preference(request.cookies.get(READING_COOKIE, ""))


def render(
    request: AppRequest,
    template: str,
    *,
    status: int = 200,
    errors: Sequence[FieldError] = (),
    posted: FormData | None = None,
    **values: Any,
) -> Response[str]:
    """The page as a response. `errors` and `posted` are the errors of a form and its entered values."""
    state = request.scope["state"]
    actor: Actor = state.get("actor", ANONYMOUS)
    site = site_context(request)
    expires_at: datetime | None = state.get("session_expires_at")
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    flash = site.flash_messages.get(request.cookies.get(FLASH_COOKIE, ""))
    html = (
        site.environments[language(request)]
        .get_template(template)
        .render(
            visitor=actor,
            signed_in_until=expires_at,
            seconds_left=0
            if expires_at is None
            else int((expires_at - app_state(request).clock()).total_seconds()),
            csrf_token=csrf_token(request),
            form_key=secrets.token_urlsafe(12),
            path=path,
            nav=tuple(
                NavItem(link.url, link.text, current=_is_current(request.url.path, link.url))
                for link in site.navigation
                if actor.has_role(*link.roles)
            ),
            demo=site.demo,
            municipality=site.municipality,
            reading=reading_preference(request),
            flash=flash,
            errors=tuple(errors),
            posted=posted or FormData(),
            **values,
        )
    )
    response = Response(html, media_type=MediaType.HTML, status_code=status)
    if flash is not None:
        response.delete_cookie(FLASH_COOKIE)
    return response


def _is_current(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(f"{url}/"))


def redirect(url: str, request: AppRequest | None = None, flash: str = "") -> Response[None]:
    """Redirect after a POST (303), with a flash message that the next page shows once."""
    response: Response[None] = Response(
        None, status_code=303, headers={"Location": quote(url, safe="/?=&#%")}
    )
    if flash and request is not None:
        response.set_cookie(
            Cookie(
                FLASH_COOKIE,
                value=flash,
                httponly=True,
                samesite="lax",
                secure=site_context(request).secure,
                max_age=60,
            )
        )
    return response
