"""Rejects forms that were not sent from our own pages (CSRF)."""

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
PAGE_DIGITS_MAX = 9  # keeps the row offset of `?page=` within the integer range of both databases


async def csrf_guard(request: AppRequest) -> None:
    """Reject an unsafe request unless it was sent from our own page in a session that the route admits.

    Parses the posted form and stores it for `people.web.responses.form_data`.
    Raises NotFound, CsrfError, StaleCsrfToken, MalformedForm, ValidationException, SignInRequired, NotAllowed.
    """
    _reject_malformed_url(request)
    if request.method in SAFE_METHODS:
        return
    # API requests carry a bearer token, which no other site's page can send.
    if "api" in request.route_handler.opt:
        await asyncio.to_thread(authorize_route, request)
        await validate_json_body(request)
        return
    is_same_origin = _is_same_origin(request)
    body = await request.body()
    # In a thread: parsing a large upload would block the event loop.
    posted = await asyncio.to_thread(parse_body, request.headers.get("content-type", ""), body)
    request.scope["state"]["form"] = posted
    expected = csrf_token(request)
    # compare_digest, so that the time tells nothing; on bytes, because it refuses text that is not ASCII.
    is_forged = bool(request.cookies.get(app_state(request).session_cookie_name)) and not hmac.compare_digest(
        expected.encode(), posted.text("csrf_token").encode()
    )
    if is_forged and not is_same_origin:
        raise CsrfError("token")
    if not request.route_handler.opt["access"].public:
        await asyncio.to_thread(authorize_route, request)
    if is_forged:
        raise StaleCsrfToken("token")


class CsrfError(Exception):
    """The form was not sent from a page of this site in this session."""


class StaleCsrfToken(CsrfError):
    """The form was sent from a page of this site that was opened before the user signed in again."""


def _is_same_origin(request: AppRequest) -> bool:
    """Whether the browser states that our own page sent the request; old browsers state nothing. Raises CsrfError."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        # Browsers send none for what the user started themselves, such as a bookmark; no page can cause it.
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
    except ValueError:  # not a URL
        return False


def _reject_malformed_url(request: AppRequest) -> None:
    """Raises NotFound for a NUL in the URL or a page number beyond any list: PostgreSQL would fail on both."""
    query: bytes = request.scope["query_string"]
    if "\x00" in request.scope["path"] or b"\x00" in query or b"%00" in query:
        raise NotFound
    if b"page=" in query and any(
        len(page) > PAGE_DIGITS_MAX for page in request.query_params.getall("page", [])
    ):
        raise NotFound
