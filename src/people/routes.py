"""All pages of `people`, for the app."""

from itertools import chain

from foundation.i18n import LazyText
from people.access_history import letter_pages
from people.access_history import pages as access_history_pages
from people.api_tokens import pages as api_tokens_pages
from people.consent import pages as consent_pages
from people.emergency_access import pages as emergency_access_pages
from people.identity import pages as identity_pages
from people.oidc import pages as oidc_pages
from people.preferences import pages as preferences_pages
from people.retention import hold_pages
from people.sign_in import invitation_pages, letter_code_admin_pages, letter_code_pages, second_factor_pages
from people.sign_in import pages as sign_in_pages
from people.user_admin import pages as user_admin_pages
from people.user_admin import role_pages
from people.web.responses import NavigationLink

_PAGES = (
    sign_in_pages,
    second_factor_pages,
    oidc_pages,
    letter_code_pages,
    letter_code_admin_pages,
    invitation_pages,
    preferences_pages,
    access_history_pages,
    letter_pages,
    user_admin_pages,
    role_pages,
    identity_pages,
    consent_pages,
    emergency_access_pages,
    hold_pages,
    api_tokens_pages,
)

ROUTES = tuple(chain.from_iterable(pages.ROUTES for pages in _PAGES))

FLASH_MESSAGES: dict[str, LazyText] = {
    name: text for pages in _PAGES for name, text in pages.FLASH_MESSAGES.items()
}

NAVIGATION: tuple[NavigationLink, ...] = tuple(chain.from_iterable(pages.NAVIGATION for pages in _PAGES))
