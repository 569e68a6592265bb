"""What every request passes on its way in and every answer on its way out."""

import asyncio
import hmac
import time
from urllib.parse import urlsplit

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from foundation.forms import parse_body
from foundation.ids import new_id
from livsmester.http.problem_json import check_body
from people.access.model import NOBODY
from people.errors import NotFound
from people.web.app_state import AppRequest, house
from people.web.context import knock
from people.web.csrf import csrf_token

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
PAGE_DIGITS_MAX = 9  # of a list's page in an address: its first row is then still a number to both databases

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; object-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    b"content-security-policy": CONTENT_SECURITY_POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    b"cache-control": b"no-store",
}
TLS_HEADER = (b"strict-transport-security", b"max-age=63072000; includeSubDomains")
REFUSED = frozenset({401, 403, 404, 429})  # the server's log says who was refused; of others it names nobody
STATIC_CACHE = (b"cache-control", b"public, max-age=31536000, immutable")

_log = structlog.get_logger()


class ForgedRequest(Exception):
    """The form doesn't come from a page of this site that this person opened."""


class OldForm(ForgedRequest):
    """The form comes from a page of this site that was opened before whoever sends it signed in again."""


async def check_form(request: AppRequest) -> None:
    """Let a request that changes something through only when it comes from our own page, in the session of somebody
    whom the route admits.

    Reads the posted form on the way; handlers find it with `people.web.responses.posted`.
    Raises NotFound, ForgedRequest, OldForm, UnreadableForm, ValidationException, SignInNeeded, NotAllowed.
    """
    _check_address(request)
    if request.method in SAFE_METHODS:
        return
    if "api" in request.route_handler.opt:  # a program shows a token, which no page of another site can send
        await asyncio.to_thread(knock, request)
        await check_body(request)
        return
    from_here = _comes_from_here(request)
    body = await request.body()
    # In a thread: a large file takes a while, and this loop serves everybody.
    posted = await asyncio.to_thread(parse_body, request.headers.get("content-type", ""), body)
    request.scope["state"]["posted"] = posted
    expected = csrf_token(request)
    is_forged = bool(request.cookies.get(house(request).cookie)) and not hmac.compare_digest(
        expected.encode(), posted.text("csrf_token").encode()
    )
    if is_forged and not from_here:
        raise ForgedRequest("token")
    if not request.route_handler.opt["access"].public:
        await asyncio.to_thread(knock, request)
    if is_forged:
        raise OldForm("token")


def _comes_from_here(request: AppRequest) -> bool:
    """Whether the browser says that a page of ours sent this; an old browser says nothing. Raises ForgedRequest."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            raise ForgedRequest(f"sec-fetch-site: {site}")
        return site == "same-origin"
    origin = request.headers.get("origin")
    if origin is not None and not _is_own(request, origin):
        raise ForgedRequest("origin")
    return origin is not None


def _is_own(request: AppRequest, origin: str) -> bool:
    try:
        return urlsplit(origin).netloc == request.headers.get("host")
    except ValueError:  # no address at all
        return False


def _check_address(request: AppRequest) -> None:
    """An address that no page of ours leads to is no page of ours: a NUL in it, or a page number beyond any list."""
    query: bytes = request.scope["query_string"]
    if "\x00" in request.scope["path"] or b"\x00" in query or b"%00" in query:
        raise NotFound
    if b"page=" in query and any(
        len(page) > PAGE_DIGITS_MAX for page in request.query_params.getall("page", [])
    ):
        raise NotFound


def guarded(app: ASGIApp, *, secure: bool) -> ASGIApp:
    """The app with security headers on every answer, errors and files included, and one log line per request.

    The line holds the method, the route's template, the status and the time; never names, addresses with ids in
    them, bodies or cookies.
    """
    headers = {**HEADERS, TLS_HEADER[0]: TLS_HEADER[1]} if secure else HEADERS

    async def door(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:  # the server's start and end
            await app(scope, receive, send)
            return
        began = time.perf_counter()
        request_id = new_id()
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                given = dict(message["headers"])
                static = scope["path"].startswith("/static/") and status == 200
                message["headers"] = [
                    *(
                        (name, value)
                        for name, value in headers.items()
                        if name not in given and not (static and name == b"cache-control")
                    ),
                    *message["headers"],
                    *([STATIC_CACHE] if static else []),
                    (b"x-request-id", request_id.encode()),
                ]
            await send(message)

        try:
            await app(scope, receive, send_with_headers)
        finally:
            actor = scope["state"].get("actor", NOBODY)
            refused = {"who": actor.person_id} if status in REFUSED else {}
            _log.info(
                "request",
                id=request_id,
                method=scope["method"],
                route=scope.get("path_template") or "-",
                status=status,
                ms=round((time.perf_counter() - began) * 1000, 1),
                **refused,
            )

    return door
