"""What a browser brings and what it keeps: cookies, where it is, what it calls itself."""

from litestar import Response
from litestar.datastructures import Cookie

from people.authentication.rules import DEVICE_LENGTH, caller_address
from people.web.app_state import AppRequest, house
from people.web.context import SESSION_LENGTH_MAX
from people.web.responses import frame

DEVICE_SECONDS = int(DEVICE_LENGTH.total_seconds())
SESSION_SECONDS = int(SESSION_LENGTH_MAX.total_seconds())

Answer = Response[str] | Response[None]


def begin(request: AppRequest, token: str) -> None:
    """From here on this visit answers within the session of that token: forms on the page carry what belongs to it."""
    request.scope["state"]["begun"] = token


def hand_over(request: AppRequest, token: str, response: Answer, seconds: int = SESSION_SECONDS) -> Answer:
    """Hand the browser the new session's token with the answer."""
    keep(request, response, house(request).cookie, token, seconds)
    return response


def keep(request: AppRequest, response: Answer, name: str, value: str, seconds: int) -> None:
    """Let the browser keep a secret for so many seconds, out of reach of any script."""
    response.set_cookie(
        Cookie(
            name,
            value=value,
            httponly=True,
            samesite="lax",
            secure=frame(request).secure,
            max_age=seconds,
        )
    )


def session_token(request: AppRequest) -> str:
    """The token in this browser's session cookie, or ""."""
    return request.cookies.get(house(request).cookie, "")


def known_cookie(request: AppRequest) -> str:
    """The name of the cookie by which a browser is known."""
    return f"{house(request).cookie}-known"


def caller(request: AppRequest) -> str:
    """Where the request comes from; a proxy's word counts only when the settings name it."""
    peer = request.client.host if request.client is not None else ""
    forwarded = ",".join(request.headers.getall("x-forwarded-for", []))
    return caller_address(peer, forwarded, house(request).sign_in.trusted_proxies)


def local_path(address: str) -> str:
    """The address when it leads to a page of this site, else the front page: nobody is sent elsewhere."""
    inside = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if inside else "/"


def device(request: AppRequest) -> str:
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
