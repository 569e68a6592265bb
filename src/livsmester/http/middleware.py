"""ASGI middleware: security headers on every response and one log line per request."""

import time

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from foundation.ids import new_id
from people.access.model import ANONYMOUS

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; object-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
SECURITY_HEADERS = {
    b"content-security-policy": CONTENT_SECURITY_POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    # Pages show personal data, which must not stay in the cache of a browser or proxy.
    b"cache-control": b"no-store",
}
HSTS_HEADER = (b"strict-transport-security", b"max-age=63072000; includeSubDomains")
# The log names the actor of refused requests only.
LOGGED_STATUSES = frozenset({401, 403, 404, 429})
# A year, and immutable, because the path of every static file contains the version of its content.
STATIC_CACHE_HEADER = (b"cache-control", b"public, max-age=31536000, immutable")

_log = structlog.get_logger()


def with_security_headers(app: ASGIApp, *, secure: bool) -> ASGIApp:
    """Wrap the app: security headers on every response, errors and files included, and one log line per request.

    The line holds the method, the route template, the status and the time; never names, paths with ids, bodies or
    cookies.
    """
    headers = {**SECURITY_HEADERS, HSTS_HEADER[0]: HSTS_HEADER[1]} if secure else SECURITY_HEADERS

    async def middleware(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:  # lifespan events
            await app(scope, receive, send)
            return
        started = time.perf_counter()
        request_id = new_id()
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                response_headers = dict(message["headers"])
                static = scope["path"].startswith("/static/") and status == 200
                message["headers"] = [
                    *(
                        (name, value)
                        for name, value in headers.items()
                        if name not in response_headers and not (static and name == b"cache-control")
                    ),
                    *message["headers"],
                    *([STATIC_CACHE_HEADER] if static else []),
                    (b"x-request-id", request_id.encode()),
                ]
            await send(message)

        try:
            await app(scope, receive, send_with_headers)
        finally:
            actor = scope["state"].get("actor", ANONYMOUS)
            actor_fields = {"who": actor.person_id} if status in LOGGED_STATUSES else {}
            _log.info(
                "request",
                id=request_id,
                method=scope["method"],
                # The template, because the path itself may contain a person's id.
                route=scope.get("path_template") or "-",
                status=status,
                ms=round((time.perf_counter() - started) * 1000, 1),
                **actor_fields,
            )

    return middleware
