"""Every route of the running app, for tests that knock at all of them: with ids of nobody, as somebody whom each admits."""

from collections.abc import Iterator
from typing import NamedTuple

from litestar import Litestar

from livsmester.app import is_for_programs, route_handlers
from people.access.model import Role
from people.web.rules import Rule
from tests.people_factory import People
from tests.site import Site, Visitor

NOBODYS_ID = "0" * 20
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
ENDINGS = {"/sign-out", "/sign-out-everywhere"}  # would end the visits that the others need


class Knock(NamedTuple):
    """One method of one address."""

    method: str
    path: str
    rule: Rule

    @property
    def for_programs(self) -> bool:
        """Whether a token opens it, and not a cookie."""
        return is_for_programs(self.path)

    def role(self) -> Role:
        """Somebody whom the route admits."""
        return min(self.rule.roles, default=Role.CITIZEN)


def knocks(app: Litestar) -> Iterator[Knock]:
    """Every route but the static files."""
    for handler in route_handlers(app.routes):
        if "static" in (handler.name or ""):
            continue
        for path in sorted(handler.paths):
            parts = (NOBODYS_ID if part.startswith("{") else part for part in path.split("/"))
            for method in sorted(handler.http_methods - {"OPTIONS", "HEAD"}):
                yield Knock(method, "/".join(parts), handler.opt["access"])


def everybody(site: Site, people: People) -> dict[Role, Visitor]:
    """Somebody of each role, signed in."""
    return {role: site.visitor(people.add(role)) for role in Role}


def token_of(visitor: Visitor) -> str:
    """The form token of a visitor's session."""
    return visitor.get("/was").tree.css_first("[name=csrf_token]").attributes["value"] or ""
