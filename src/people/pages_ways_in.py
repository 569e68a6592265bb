"""Everything that the browser reaches around signing in, gathered for the app."""

from itertools import chain

from foundation.i18n import Text
from people import (
    pages_invitations,
    pages_letter_codes,
    pages_outside,
    pages_second_factor,
    pages_sign_in,
    pages_way_in,
)
from people.screens import NavigationLink

_PAGES = (
    pages_sign_in,
    pages_second_factor,
    pages_outside,
    pages_way_in,
    pages_letter_codes,
    pages_invitations,
)

ROUTES = tuple(chain.from_iterable(pages.ROUTES for pages in _PAGES))

NOTICES: dict[str, Text] = {name: text for pages in _PAGES for name, text in pages.NOTICES.items()}

NAVIGATION: tuple[NavigationLink, ...] = ()
