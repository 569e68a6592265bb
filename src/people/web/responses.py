"""From a visit to an answer: pages with the frame that every page shares, redirects, what was posted."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import MediaType, Response
from litestar.datastructures import Cookie

from foundation.forms import FieldFault, Posted
from foundation.html.templates import Screens
from foundation.i18n import Text
from people.access.model import NOBODY, Actor, Role
from people.web.app_state import AppRequest, house
from people.web.context import request_language
from people.web.csrf import csrf_token
from people.web.reading_preference import COOKIE as READING_COOKIE
from people.web.reading_preference import ReadingChoice, from_classes

NOTICE_COOKIE = "notice"


class NavigationLink(msgspec.Struct, frozen=True):
    """A place in the navigation for those who hold one of the roles."""

    address: str
    text: str  # English, marked for translation
    roles: frozenset[Role]


class Place(msgspec.Struct, frozen=True):
    """A link of the navigation as one page shows it."""

    address: str
    text: str
    current: bool


class Frame(msgspec.Struct, frozen=True):
    """What the app gives every page: templates, navigation, the municipality's name, whether this is a demo."""

    screens: Screens
    navigation: tuple[NavigationLink, ...]
    notices: dict[str, Text]  # what a page says once after something was done, by short name
    municipality: str
    demo: bool
    public_url: str  # the address that people type, beginning with https://; "" on one machine alone
    many_reads: int = 40  # how many citizens within an hour a leader is told of
    staff_names: bool = False  # whether citizens read the names of staff who looked, not only role and unit

    @property
    def secure(self) -> bool:
        """Whether cookies are sent through TLS only."""
        return bool(self.public_url)


def frame(request: AppRequest) -> Frame:
    """What the app gave every page."""
    found: Frame = request.app.state.frame
    return found


def posted(request: AppRequest) -> Posted:
    """The form that was posted, read and checked against forgery before the handler began."""
    found: Posted = request.scope["state"]["posted"]
    return found


def full_address(request: AppRequest, path: str) -> str:
    """A path as an address to hand on: under the one that people type, whatever a proxy in front makes of it."""
    return f"{frame(request).public_url or str(request.base_url).rstrip('/')}{path}"


def language(request: AppRequest) -> str:
    """The language that this visit is answered in."""
    found: str = request.scope["state"].get("language") or request_language(request, None)
    return found


def reading_choice(request: AppRequest) -> ReadingChoice:
    """How the visitor likes to read."""
    return from_classes(request.cookies.get(READING_COOKIE, ""))


def show(
    request: AppRequest,
    template: str,
    *,
    status: int = 200,
    faults: Sequence[FieldFault] = (),
    typed: Posted | None = None,
    **values: Any,
) -> Response[str]:
    """The page as an answer. `faults` and `typed` are what was wrong with a form and what stood in it."""
    state = request.scope["state"]
    actor: Actor = state.get("actor", NOBODY)
    site = frame(request)
    until: datetime | None = state.get("until")  # when this sign-in runs out, if nothing is done
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    notice = site.notices.get(request.cookies.get(NOTICE_COOKIE, ""))
    html = (
        site.screens[language(request)]
        .get_template(template)
        .render(
            visitor=actor,
            signed_in_until=until,
            seconds_left=0 if until is None else int((until - house(request).clock()).total_seconds()),
            csrf_token=csrf_token(request),
            form_key=secrets.token_urlsafe(12),
            path=path,
            nav=tuple(
                Place(link.address, link.text, current=_within(request.url.path, link.address))
                for link in site.navigation
                if actor.has(*link.roles)
            ),
            demo=site.demo,
            municipality=site.municipality,
            reading=reading_choice(request),
            notice=notice,
            faults=tuple(faults),
            posted=typed or Posted(),
            **values,
        )
    )
    response = Response(html, media_type=MediaType.HTML, status_code=status)
    if notice is not None:
        response.delete_cookie(NOTICE_COOKIE)
    return response


def _within(path: str, address: str) -> bool:
    return path == address or (address != "/" and path.startswith(f"{address}/"))


def go(address: str, request: AppRequest | None = None, notice: str = "") -> Response[None]:
    """Send the browser on after something was done (303), with a notice that the next page shows once."""
    response: Response[None] = Response(
        None, status_code=303, headers={"Location": quote(address, safe="/?=&#%")}
    )
    if notice and request is not None:
        response.set_cookie(
            Cookie(
                NOTICE_COOKIE,
                value=notice,
                httponly=True,
                samesite="lax",
                secure=frame(request).secure,
                max_age=60,
            )
        )
    return response
