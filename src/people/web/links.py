"""URLs with parameters, and links that sort a table."""

from collections.abc import Iterable
from urllib.parse import urlencode


def build_url(path: str, **query: str | int) -> str:
    """The path with those query parameters that are set: links to the same list, sorted or filtered, can be
    shared.
    """
    parameters = {key: value for key, value in query.items() if value not in {"", 0}}
    return f"{path}?{urlencode(parameters)}" if parameters else path


def sort_links(
    path: str, sorts: Iterable[str], current: str, **query: str | int
) -> dict[str, tuple[str, str]]:
    """For each sort key, the URL that sorts by it, and "ascending" or "descending" where it is the current
    one.

    A minus in front reverses the order: following the link of the current key reverses it.
    """
    links: dict[str, tuple[str, str]] = {}
    for sort in sorts:
        next_sort = f"-{sort}" if current == sort else sort
        order = "ascending" if current == sort else "descending" if current == f"-{sort}" else ""
        links[sort] = (build_url(path, **query, sort=next_sort), order)
    return links
