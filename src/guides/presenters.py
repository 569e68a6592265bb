"""What the pages of guides say in the visitor's language: reasons as sentences, names of states as choices, addresses."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from foundation.i18n import translations
from guides.matching.reasons import Reason, render
from people.web.app_state import AppRequest
from people.web.responses import language

Teller = Callable[[Reason], str]


def teller(request: AppRequest) -> Teller:
    """Makes sentences of reasons, beginning with a capital letter."""
    gettext = translations(language(request)).gettext

    def tell(reason: Reason) -> str:
        sentence = render(reason, gettext)
        return sentence[:1].upper() + sentence[1:]

    return tell


def teller_of_many(request: AppRequest) -> Callable[[Iterable[Reason]], list[str]]:
    """The same for several reasons at once."""
    tell = teller(request)
    return lambda reasons: [tell(reason) for reason in reasons]


def choices(request: AppRequest, names: Mapping[Any, str]) -> tuple[tuple[str, str], ...]:
    """Values with their names as a field of a form offers them."""
    gettext = translations(language(request)).gettext
    return tuple((str(value), gettext(name)) for value, name in names.items())


def address(path: str, **query: str | int) -> str:
    """The path with what is set of the query: links to the same list, sorted or filtered, can be shared."""
    given = {key: value for key, value in query.items() if value not in {"", 0}}
    return f"{path}?{urlencode(given)}" if given else path


def sort_links(
    path: str, sorts: Iterable[str], chosen: str, **query: str | int
) -> dict[str, tuple[str, str]]:
    """For each order of a list, the address that sorts so and "ascending" or "descending" where it is the chosen one.

    An order is turned round by a minus in front: pressing the chosen one again turns it.
    """
    links: dict[str, tuple[str, str]] = {}
    for sort in sorts:
        turned = f"-{sort}" if chosen == sort else sort
        order = "ascending" if chosen == sort else "descending" if chosen == f"-{sort}" else ""
        links[sort] = (address(path, **query, sort=turned), order)
    return links
