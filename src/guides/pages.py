"""Everything that the browser reaches in this feature, gathered for the app."""

from itertools import chain
from types import ModuleType

from foundation.i18n import Text
from guides import (
    pages_ask,
    pages_board,
    pages_capacity,
    pages_citizen,
    pages_guide,
    pages_import,
    pages_new_citizen,
    pages_pairings,
    pages_people,
    pages_person,
    pages_report,
    pages_rulings,
    pages_runs,
)
from guides.pages_runs import take_up_runs
from people.web.responses import NavigationLink

__all__ = ["NAVIGATION", "NOTICES", "ROUTES", "take_up_runs"]

# In the order of the navigation.
PAGES: tuple[ModuleType, ...] = (
    pages_citizen,
    pages_ask,
    pages_guide,
    pages_capacity,
    pages_board,
    pages_people,
    pages_new_citizen,
    pages_person,
    pages_runs,
    pages_rulings,
    pages_report,
    pages_pairings,
    pages_import,
)

ROUTES = tuple(chain.from_iterable(page.ROUTES for page in PAGES))
NOTICES: dict[str, Text] = {name: text for page in PAGES for name, text in page.NOTICES.items()}
NAVIGATION: tuple[NavigationLink, ...] = tuple(chain.from_iterable(page.NAVIGATION for page in PAGES))
