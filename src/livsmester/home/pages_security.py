"""Where to report a weakness, for those who look for `security.txt` (RFC 9116)."""

from datetime import timedelta

from litestar import Response, get

from foundation.i18n import Text
from livsmester.settings import Settings
from people.errors import NotFound
from people.web.app_state import AppRequest, house
from people.web.responses import NavigationLink
from people.web.rules import everyone

SECURITY_TXT = "/.well-known/security.txt"
HOLDS = timedelta(days=180)  # RFC 9116, 2.5.5: less than a year ahead


@get(SECURITY_TXT, opt=everyone(), sync_to_thread=False)
def show_security_txt(request: AppRequest) -> Response[str]:
    """Whom to write to, and until when that is known to be right; nothing where the municipality has named nobody."""
    settings: Settings = request.app.state.settings
    if not settings.security_contact:
        raise NotFound
    expires = settings.security_expires or (house(request).clock() + HOLDS).date()
    lines = [
        f"Contact: {settings.security_contact}",
        f"Expires: {expires}T00:00:00Z",
        "Preferred-Languages: da, en",
    ]
    if settings.public_url:
        lines.append(f"Canonical: {settings.public_url}{SECURITY_TXT}")
    return Response("\n".join(lines) + "\n", media_type="text/plain")


ROUTES = (show_security_txt,)

NOTICES: dict[str, Text] = {}

NAVIGATION: tuple[NavigationLink, ...] = ()
