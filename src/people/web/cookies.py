"""What a browser brings and what it keeps: cookies, where it is, what it calls itself."""

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
    """From here on this visit answers within the session of that token: forms on the page carry what belongs to it."""
    request.scope["state"]["begun"] = token


def set_session_cookie(
    request: AppRequest, token: str, response: PageResponse, seconds: int = SESSION_COOKIE_SECONDS
) -> PageResponse:
    """Hand the browser the new session's token with the answer."""
    set_cookie(request, response, app_state(request).session_cookie_name, token, seconds)
    return response


def set_cookie(request: AppRequest, response: PageResponse, name: str, value: str, seconds: int) -> None:
    """Let the browser keep a secret for so many seconds, out of reach of any script."""
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
    """The name of the cookie by which a browser is known."""
    return f"{app_state(request).session_cookie_name}-known"


def client_ip(request: AppRequest) -> str:
    """Where the request comes from; a proxy's word counts only when the settings name it."""
    peer = request.client.host if request.client is not None else ""
    forwarded = ",".join(request.headers.getall("x-forwarded-for", []))
    return client_address(peer, forwarded, app_state(request).sign_in_rules.trusted_proxies)


def safe_redirect_path(path: str) -> str:
    """The address when it leads to a page of this site, else the front page: nobody is sent elsewhere."""
    inside = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if inside else "/"


def describe_user_agent(request: AppRequest) -> str:
    """The browser and system in two words, so that a person knows their own sign-ins apart: `Firefox · Android`."""
    agent = request.headers.get("user-agent", "")
    browser = next((name for mark, name in _BROWSERS if mark in agent), "?")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "?")
    return f"{browser} · {system}"


_BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)
