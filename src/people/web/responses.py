"""From a visit to an answer: pages with the frame that every page shares, redirects, what was posted."""

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
    """A place in the navigation for those who hold one of the roles."""

    url: str
    text: str  # English, marked for translation
    roles: frozenset[Role]


class NavItem(msgspec.Struct, frozen=True):
    """A link of the navigation as one page shows it."""

    url: str
    text: str
    current: bool


class SiteContext(msgspec.Struct, frozen=True):
    """What the app gives every page: templates, navigation, the municipality's name, whether this is a demo."""

    environments: Environments
    navigation: tuple[NavigationLink, ...]
    flash_messages: dict[str, LazyText]  # what a page says once after something was done, by short name
    municipality: str
    demo: bool
    public_url: str  # the address that people type, beginning with https://; "" on one machine alone
    unusual_reads_threshold: int = 40  # how many citizens within an hour a leader is told of
    staff_names: bool = False  # whether citizens read the names of staff who looked, not only role and unit

    @property
    def secure(self) -> bool:
        """Whether cookies are sent through TLS only."""
        return bool(self.public_url)


def site_context(request: AppRequest) -> SiteContext:
    """What the app gave every page."""
    found: SiteContext = request.app.state.site_context
    return found


def form_data(request: AppRequest) -> FormData:
    """The form that was posted, read and checked against forgery before the handler began."""
    found: FormData = request.scope["state"]["posted"]
    return found


def absolute_url(request: AppRequest, path: str) -> str:
    """A path as an address to hand on: under the one that people type, whatever a proxy in front makes of it."""
    return f"{site_context(request).public_url or str(request.base_url).rstrip('/')}{path}"


def language(request: AppRequest) -> str:
    """The language that this visit is answered in."""
    found: str = request.scope["state"].get("language") or request_language(request, None)
    return found


def reading_preference(request: AppRequest) -> ReadingPreference:
    """How the visitor likes to read."""
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
    """The page as an answer. `faults` and `typed` are what was wrong with a form and what stood in it."""
    state = request.scope["state"]
    actor: Actor = state.get("actor", ANONYMOUS)
    site = site_context(request)
    until: datetime | None = state.get("until")  # when this sign-in runs out, if nothing is done
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    notice = site.flash_messages.get(request.cookies.get(FLASH_COOKIE, ""))
    html = (
        site.environments[language(request)]
        .get_template(template)
        .render(
            visitor=actor,
            signed_in_until=until,
            seconds_left=0 if until is None else int((until - app_state(request).clock()).total_seconds()),
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
            flash=notice,
            errors=tuple(errors),
            posted=posted or FormData(),
            **values,
        )
    )
    response = Response(html, media_type=MediaType.HTML, status_code=status)
    if notice is not None:
        response.delete_cookie(FLASH_COOKIE)
    return response


def _is_current(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(f"{url}/"))


def redirect(url: str, request: AppRequest | None = None, flash: str = "") -> Response[None]:
    """Send the browser on after something was done (303), with a notice that the next page shows once."""
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
