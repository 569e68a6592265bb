"""Which role may use which route: `route_access.txt` states the expected policies, the running app is compared with it.

A new route fails until it is in the table; so does a route that responds differently from the table.
"""

from pathlib import Path

import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler, get
from sqlalchemy import Engine

from livsmester.app import UnguardedRoute, build_litestar, require_route_policies, route_handlers
from livsmester.settings import read_settings
from people.access.model import Role
from tests.conftest import FrozenClock
from tests.support.app_client import AppClient, Browser
from tests.support.people_factory import PeopleFactory
from tests.support.route_crawler import UNUSED_ID, route_policies

TABLE = Path(__file__).parent / "route_access.txt"


def expected_policies() -> dict[tuple[str, str], str]:
    """(method, path) → policy name, as in the table."""
    rows = (
        line.split(maxsplit=2) for line in TABLE.read_text().splitlines() if line and not line.startswith("#")
    )
    return {(method, path): who for method, path, who in rows}


def test_the_table_lists_every_route_with_its_policy(site: AppClient) -> None:
    policies = {route: policy.name for route, policy in route_policies(site.app).items()}
    lines = "\n".join(
        f"{method:<5}{path:<60}{who}"
        for (method, path), who in sorted(policies.items(), key=lambda r: r[0][1])
    )
    assert policies == expected_policies(), f"the app says:\n{lines}"


def test_every_route_responds_as_the_table_says(site: AppClient, people: PeopleFactory) -> None:
    everyone: dict[str, Browser] = {role.value: site.signed_in(people.add(role)) for role in Role}
    everyone["stranger"] = site.anonymous()
    tokens = {
        who: browser.get("/was").tree.css_first("[name=csrf_token]").attributes["value"] or ""
        for who, browser in everyone.items()
    }
    wrong: list[str] = []
    for (method, path), rule in expected_policies().items():
        if path in {
            "/sign-out",
            "/sign-out-everywhere",
            "/sign-in/device",
        }:  # would end sessions that other cells need
            continue
        address = "/".join(UNUSED_ID if part.startswith("{") else part for part in path.split("/"))
        for who, browser in everyone.items():
            response = browser.client.request(
                method,
                address,
                data={"csrf_token": tokens[who]} if method == "POST" else None,
                follow_redirects=False,
            )
            if rule.startswith("token "):  # API routes accept no session cookie
                if response.status_code != 401:
                    wrong.append(f"{method} {path} as {who}: {response.status_code}, no token was shown")
                continue
            may = rule == "public" or (
                who != "stranger" and (rule in {"signed in", "half signed in"} or who in rule.split(" or "))
            )
            refused = response.status_code in {401, 403}
            shut = 401 if who == "stranger" else 403
            if (
                refused == may
                or (refused and response.status_code != shut and rule != "public")
                or response.status_code >= 500
            ):
                wrong.append(f"{method} {path} as {who}: {response.status_code}, the table says {rule}")
    assert not wrong, "\n".join(wrong)


def test_the_app_does_not_start_with_a_route_without_a_policy() -> None:
    @get("/open", sync_to_thread=False)
    def unguarded() -> str:
        return "anything"

    with pytest.raises(UnguardedRoute, match="has no access policy"):
        require_route_policies(Litestar([unguarded], openapi_config=None).routes)


def test_the_demos_sign_in_exists_only_in_a_demo(sqlite_engine: Engine, clock: FrozenClock) -> None:
    without = route_policies(build_litestar(read_settings({}), sqlite_engine, clock=clock))
    with_it = route_policies(build_litestar(read_settings({}), sqlite_engine, demo=True, clock=clock))
    assert {path for _, path in with_it.keys() - without.keys()} == {"/demo", "/demo/{key}"}


def test_every_route_handler_is_an_http_handler(site: AppClient) -> None:
    assert all(isinstance(handler, HTTPRouteHandler) for handler in route_handlers(site.app.routes))
    assert len(route_policies(site.app)) > 20
