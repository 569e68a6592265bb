"""Who may come to which route: the table `access.txt` is the expectation, the running app the answer.

A new route fails here until it is in the table; a cell that answers otherwise than the table says fails too.
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
    """The table: method, path, who."""
    rows = (
        line.split(maxsplit=2) for line in TABLE.read_text().splitlines() if line and not line.startswith("#")
    )
    return {(method, path): who for method, path, who in rows}


def test_the_table_names_every_route_and_its_rule(site: AppClient) -> None:
    found = {route: rule.name for route, rule in route_policies(site.app).items()}
    lines = "\n".join(
        f"{method:<5}{path:<60}{who}" for (method, path), who in sorted(found.items(), key=lambda r: r[0][1])
    )
    assert found == expected_policies(), f"the app says:\n{lines}"


def test_every_cell_answers_as_the_table_says(site: AppClient, people: PeopleFactory) -> None:
    everyone: dict[str, Browser] = {role.value: site.signed_in(people.add(role)) for role in Role}
    everyone["stranger"] = site.anonymous()
    tokens = {
        who: visitor.get("/was").tree.css_first("[name=csrf_token]").attributes["value"] or ""
        for who, visitor in everyone.items()
    }
    wrong: list[str] = []
    for (method, path), rule in expected_policies().items():
        if path in {
            "/sign-out",
            "/sign-out-everywhere",
            "/sign-in/device",
        }:  # would end the visits of other cells
            continue
        address = "/".join(UNUSED_ID if part.startswith("{") else part for part in path.split("/"))
        for who, visitor in everyone.items():
            answer = visitor.client.request(
                method,
                address,
                data={"csrf_token": tokens[who]} if method == "POST" else None,
                follow_redirects=False,
            )
            if rule.startswith("token "):  # for programs: a person's cookie opens nothing there
                if answer.status_code != 401:
                    wrong.append(f"{method} {path} as {who}: {answer.status_code}, no token was shown")
                continue
            may = rule == "public" or (
                who != "stranger" and (rule in {"signed in", "half signed in"} or who in rule.split(" or "))
            )
            refused = answer.status_code in {401, 403}
            shut = 401 if who == "stranger" else 403
            if (
                refused == may
                or (refused and answer.status_code != shut and rule != "public")
                or answer.status_code >= 500
            ):
                wrong.append(f"{method} {path} as {who}: {answer.status_code}, the table says {rule}")
    assert not wrong, "\n".join(wrong)


def test_a_route_without_a_rule_does_not_start() -> None:
    @get("/open", sync_to_thread=False)
    def unguarded() -> str:
        return "anything"

    with pytest.raises(UnguardedRoute, match="names no access rule"):
        require_route_policies(Litestar([unguarded], openapi_config=None).routes)


def test_the_demos_sign_in_exists_only_in_a_demo(sqlite_engine: Engine, clock: FrozenClock) -> None:
    without = route_policies(build_litestar(read_settings({}), sqlite_engine, clock=clock))
    with_it = route_policies(build_litestar(read_settings({}), sqlite_engine, demo=True, clock=clock))
    assert {path for _, path in with_it.keys() - without.keys()} == {"/demo", "/demo/{key}"}


def test_handlers_are_what_the_matrix_thinks(site: AppClient) -> None:
    assert all(isinstance(handler, HTTPRouteHandler) for handler in route_handlers(site.app.routes))
    assert len(route_policies(site.app)) > 20
