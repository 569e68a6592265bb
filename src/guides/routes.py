"""The routes, flash messages and navigation of this package, collected for the app."""

from itertools import chain
from types import ModuleType

from foundation.i18n import LazyText
from guides.board import pages as board_pages
from guides.caseload import detail_pages, list_pages, new_citizen_pages
from guides.for_citizens import pages as for_citizens_pages
from guides.for_guides import availability_pages
from guides.for_guides import pages as for_guides_pages
from guides.imports import pages as imports_pages
from guides.pairings import pages as pairings_pages
from guides.requests import pages as requests_pages
from guides.runs import override_pages
from guides.runs import pages as runs_pages
from guides.runs.reports import pages as reports_pages
from people.web.responses import NavigationLink

# In the order of the navigation.
PAGE_MODULES: tuple[ModuleType, ...] = (
    for_citizens_pages,
    requests_pages,
    for_guides_pages,
    availability_pages,
    board_pages,
    list_pages,
    new_citizen_pages,
    detail_pages,
    runs_pages,
    override_pages,
    reports_pages,
    pairings_pages,
    imports_pages,
)

ROUTES = tuple(chain.from_iterable(module.ROUTES for module in PAGE_MODULES))
FLASH_MESSAGES: dict[str, LazyText] = {
    name: text for module in PAGE_MODULES for name, text in module.FLASH_MESSAGES.items()
}
NAVIGATION: tuple[NavigationLink, ...] = tuple(
    chain.from_iterable(module.NAVIGATION for module in PAGE_MODULES)
)
