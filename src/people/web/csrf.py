"""The CSRF token of a session."""

import hashlib
import hmac

from people.web.app_state import AppRequest, app_state


def csrf_token(request: AppRequest) -> str:
    """The token in every form of this session: derived from the session's token, invalid in any other
    session.
    """
    new_token = request.scope["state"].get("session_token")  # of the session cookie that this response sets
    return csrf_token_for(
        new_token
        if new_token is not None
        else request.cookies.get(app_state(request).session_cookie_name, "")
    )


def csrf_token_for(token: str) -> str:
    """The CSRF token of the session with that token; "" without a session."""
    return hmac.new(token.encode(), b"form", hashlib.sha256).hexdigest() if token else ""
