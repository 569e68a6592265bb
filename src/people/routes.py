"""Everything that the browser reaches around signing in, gathered for the app."""

from itertools import chain

from foundation.i18n import LazyText
from people.oidc import pages as oidc_pages
from people.sign_in import invitation_pages, letter_code_admin_pages, letter_code_pages, second_factor_pages
from people.sign_in import pages as sign_in_pages
from people.web.responses import NavigationLink

_PAGES = (
    sign_in_pages,
    second_factor_pages,
    oidc_pages,
    letter_code_pages,
    letter_code_admin_pages,
    invitation_pages,
)

ROUTES = tuple(chain.from_iterable(pages.ROUTES for pages in _PAGES))

FLASH_MESSAGES: dict[str, LazyText] = {
    name: text for pages in _PAGES for name, text in pages.FLASH_MESSAGES.items()
}

NAVIGATION: tuple[NavigationLink, ...] = ()
