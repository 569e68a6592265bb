"""Addresses with parameters, and links that sort a table."""

from collections.abc import Iterable
from urllib.parse import urlencode


def build_url(path: str, **query: str | int) -> str:
    """The path with what is set of the query: links to the same list, sorted or filtered, can be shared."""
    given = {key: value for key, value in query.items() if value not in {"", 0}}
    return f"{path}?{urlencode(given)}" if given else path


def sort_links(
    path: str, sorts: Iterable[str], current: str, **query: str | int
) -> dict[str, tuple[str, str]]:
    """For each order of a list, the address that sorts so and "ascending" or "descending" where it is the chosen one.

    An order is turned round by a minus in front: pressing the chosen one again turns it.
    """
    links: dict[str, tuple[str, str]] = {}
    for sort in sorts:
        turned = f"-{sort}" if current == sort else sort
        order = "ascending" if current == sort else "descending" if current == f"-{sort}" else ""
        links[sort] = (build_url(path, **query, sort=turned), order)
    return links
