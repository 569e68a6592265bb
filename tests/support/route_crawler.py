"""Every route of the running app, for tests that request all of them with ids that do not exist."""

from collections.abc import Iterator
from typing import NamedTuple

from litestar import Litestar

from livsmester.app import is_api_path, route_handlers
from people.access.model import Role
from people.web.rules import RoutePolicy
from tests.support.app_client import AppClient, Browser
from tests.support.people_factory import PeopleFactory

UNUSED_ID = "0" * 20
UNSAFE_METHODS = ("POST", "PUT", "PATCH", "DELETE")
SIGNS_OUT = {"/sign-out", "/sign-out-everywhere"}  # would end the sessions that other requests need


class RouteRequest(NamedTuple):
    """A method and path of a route."""

    method: str
    path: str
    policy: RoutePolicy

    @property
    def is_api(self) -> bool:
        """Whether it takes an API token instead of a session cookie."""
        return is_api_path(self.path)

    def admitted_role(self) -> Role:
        """A role that the route admits."""
        return min(self.policy.roles, default=Role.CITIZEN)


def route_requests(app: Litestar) -> Iterator[RouteRequest]:
    """Every route but the static files."""
    for handler in route_handlers(app.routes):
        if "static" in (handler.name or ""):
            continue
        for path in sorted(handler.paths):
            parts = (UNUSED_ID if part.startswith("{") else part for part in path.split("/"))
            for method in sorted(handler.http_methods - {"OPTIONS", "HEAD"}):
                yield RouteRequest(method, "/".join(parts), handler.opt["access"])


def browser_of_each_role(site: AppClient, people: PeopleFactory) -> dict[Role, Browser]:
    """Role → a browser signed in as a person with that role."""
    return {role: site.signed_in(people.add(role)) for role in Role}


def csrf_token_of(browser: Browser) -> str:
    """The CSRF token of the browser's session."""
    return browser.get("/was").tree.css_first("[name=csrf_token]").attributes["value"] or ""


def route_policies(app: Litestar) -> dict[tuple[str, str], RoutePolicy]:
    """(method, path template) → the route's access policy."""
    return {
        (method, path.replace(":str}", "}").replace(":int}", "}")): handler.opt["access"]
        for handler in route_handlers(app.routes)
        if "static" not in (handler.name or "")
        for path in handler.paths
        for method in handler.http_methods
        if not path.startswith("/{file_path") and method in {"GET", "POST"}
    }
