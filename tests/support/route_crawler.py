"""Every route of the running app, for tests that knock at all of them: with ids of nobody, as somebody whom each admits."""

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
SIGNS_OUT = {"/sign-out", "/sign-out-everywhere"}  # would end the visits that the others need


class RouteRequest(NamedTuple):
    """One method of one address."""

    method: str
    path: str
    policy: RoutePolicy

    @property
    def is_api(self) -> bool:
        """Whether a token opens it, and not a cookie."""
        return is_api_path(self.path)

    def admitted_role(self) -> Role:
        """Somebody whom the route admits."""
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
    """Somebody of each role, signed in."""
    return {role: site.signed_in(people.add(role)) for role in Role}


def csrf_token_of(browser: Browser) -> str:
    """The form token of a visitor's session."""
    return browser.get("/was").tree.css_first("[name=csrf_token]").attributes["value"] or ""


def route_policies(app: Litestar) -> dict[tuple[str, str], RoutePolicy]:
    """Method and path template → the rule of the route."""
    return {
        (method, path.replace(":str}", "}").replace(":int}", "}")): handler.opt["access"]
        for handler in route_handlers(app.routes)
        if "static" not in (handler.name or "")
        for path in handler.paths
        for method in handler.http_methods
        if not path.startswith("/{file_path") and method in {"GET", "POST"}
    }
