"""Refusing forms that did not come from our own pages."""

import asyncio
import hmac
from urllib.parse import urlsplit

from foundation.forms import parse_body
from livsmester.http.problem_json import validate_json_body
from people.errors import NotFound
from people.web.app_state import AppRequest, app_state
from people.web.context import authorize_route
from people.web.csrf import csrf_token

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
PAGE_DIGITS_MAX = 9  # of a list's page in an address: its first row is then still a number to both databases


async def csrf_guard(request: AppRequest) -> None:
    """Let a request that changes something through only when it comes from our own page, in the session of somebody
    whom the route admits.

    Reads the posted form on the way; handlers find it with `people.web.responses.posted`.
    Raises NotFound, CsrfError, StaleCsrfToken, MalformedForm, ValidationException, SignInRequired, NotAllowed.
    """
    _reject_malformed_url(request)
    if request.method in SAFE_METHODS:
        return
    if "api" in request.route_handler.opt:  # a program shows a token, which no page of another site can send
        await asyncio.to_thread(authorize_route, request)
        await validate_json_body(request)
        return
    from_here = _is_same_origin(request)
    body = await request.body()
    # In a thread: a large file takes a while, and this loop serves everybody.
    posted = await asyncio.to_thread(parse_body, request.headers.get("content-type", ""), body)
    request.scope["state"]["posted"] = posted
    expected = csrf_token(request)
    is_forged = bool(request.cookies.get(app_state(request).session_cookie_name)) and not hmac.compare_digest(
        expected.encode(), posted.text("csrf_token").encode()
    )
    if is_forged and not from_here:
        raise CsrfError("token")
    if not request.route_handler.opt["access"].public:
        await asyncio.to_thread(authorize_route, request)
    if is_forged:
        raise StaleCsrfToken("token")


class CsrfError(Exception):
    """The form doesn't come from a page of this site that this person opened."""


class StaleCsrfToken(CsrfError):
    """The form comes from a page of this site that was opened before whoever sends it signed in again."""


def _is_same_origin(request: AppRequest) -> bool:
    """Whether the browser says that a page of ours sent this; an old browser says nothing. Raises CsrfError."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            raise CsrfError(f"sec-fetch-site: {site}")
        return site == "same-origin"
    origin = request.headers.get("origin")
    if origin is not None and not _is_own_host(request, origin):
        raise CsrfError("origin")
    return origin is not None


def _is_own_host(request: AppRequest, origin: str) -> bool:
    try:
        return urlsplit(origin).netloc == request.headers.get("host")
    except ValueError:  # no address at all
        return False


def _reject_malformed_url(request: AppRequest) -> None:
    """An address that no page of ours leads to is no page of ours: a NUL in it, or a page number beyond any list."""
    query: bytes = request.scope["query_string"]
    if "\x00" in request.scope["path"] or b"\x00" in query or b"%00" in query:
        raise NotFound
    if b"page=" in query and any(
        len(page) > PAGE_DIGITS_MAX for page in request.query_params.getall("page", [])
    ):
        raise NotFound
