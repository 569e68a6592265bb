"""Everything that the browser reaches around signing in, gathered for the app."""

from itertools import chain

from foundation.i18n import Text
from people.oidc import pages as oidc_pages
from people.sign_in import invitation_pages
from people.sign_in import pages as sign_in_pages
from people.sign_in.letter_codes import admin_pages as letter_codes_admin_pages
from people.sign_in.letter_codes import pages as letter_codes_pages
from people.sign_in.second_factor import pages as second_factor_pages
from people.web.responses import NavigationLink

_PAGES = (
    sign_in_pages,
    second_factor_pages,
    oidc_pages,
    letter_codes_pages,
    letter_codes_admin_pages,
    invitation_pages,
)

ROUTES = tuple(chain.from_iterable(pages.ROUTES for pages in _PAGES))

NOTICES: dict[str, Text] = {name: text for pages in _PAGES for name, text in pages.NOTICES.items()}

NAVIGATION: tuple[NavigationLink, ...] = ()
