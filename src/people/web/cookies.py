"""Cookies, the client's address and its user agent."""

from litestar import Response
from litestar.datastructures import Cookie

from people.authentication.rules import DEVICE_LIFETIME, client_address
from people.web.app_state import AppRequest, app_state
from people.web.context import SESSION_LENGTH_MAX
from people.web.responses import site_context

DEVICE_COOKIE_SECONDS = int(DEVICE_LIFETIME.total_seconds())
SESSION_COOKIE_SECONDS = int(SESSION_LENGTH_MAX.total_seconds())

PageResponse = Response[str] | Response[None]


def bind_session(request: AppRequest, token: str) -> None:
    """Render the rest of this response within the session of that token: its forms get that session's CSRF
    token.
    """
    request.scope["state"]["session_token"] = token


def set_session_cookie(
    request: AppRequest, token: str, response: PageResponse, seconds: int = SESSION_COOKIE_SECONDS
) -> PageResponse:
    """Set the session cookie of the new session on the response."""
    set_cookie(request, response, app_state(request).session_cookie_name, token, seconds)
    return response


def set_cookie(request: AppRequest, response: PageResponse, name: str, value: str, seconds: int) -> None:
    """Set a cookie for that many seconds, which no script can read."""
    response.set_cookie(
        Cookie(
            name,
            value=value,
            httponly=True,
            samesite="lax",
            secure=site_context(request).secure,
            max_age=seconds,
        )
    )


def session_token(request: AppRequest) -> str:
    """The token in this browser's session cookie, or ""."""
    return request.cookies.get(app_state(request).session_cookie_name, "")


def device_cookie_name(request: AppRequest) -> str:
    """The name of the cookie that identifies a known browser."""
    return f"{app_state(request).session_cookie_name}-known"


def client_ip(request: AppRequest) -> str:
    """The address of the client; a proxy's header is believed only from the proxies in the settings."""
    peer = request.client.host if request.client is not None else ""
    # The header can occur several times; in their order, because the last untrusted address counts.
    forwarded = ",".join(request.headers.getall("x-forwarded-for", []))
    return client_address(peer, forwarded, app_state(request).sign_in_rules.trusted_proxies)


def safe_redirect_path(path: str) -> str:
    """The path if it leads to a page of this site, else "/": prevents open redirects."""
    # Browsers take `//` and `/\` at the start for another host.
    is_local = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if is_local else "/"


def describe_user_agent(request: AppRequest) -> str:
    """Browser and system in two words, so that a person can tell their sessions apart: `Firefox · Android`."""
    agent = request.headers.get("user-agent", "")
    browser = next((name for marker, name in _BROWSERS if marker in agent), "?")
    system = next((name for marker, name in _SYSTEMS if marker in agent), "?")
    return f"{browser} · {system}"


# The order matters: Edge also calls itself Chrome, and Chrome calls itself Safari.
_BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)
