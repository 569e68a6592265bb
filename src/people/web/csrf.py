"""The token that proves a form came from our own page."""

import hashlib
import hmac

from people.web.app_state import AppRequest, app_state


def csrf_token(request: AppRequest) -> str:
    """What every form of this session carries: bound to the session's cookie, of no use with another."""
    begun = request.scope["state"].get("begun")  # the cookie that this very answer sets
    return csrf_token_for(
        begun if begun is not None else request.cookies.get(app_state(request).session_cookie_name, "")
    )


def csrf_token_for(token: str) -> str:
    """The form token of the session with that token."""
    return hmac.new(token.encode(), b"form", hashlib.sha256).hexdigest() if token else ""
