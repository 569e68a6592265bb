"""Cross-site request forgery: every unsafe route of the running app against every kind of forged request."""

from collections.abc import Mapping
from typing import NamedTuple

import pytest
from sqlalchemy import Engine, MetaData

from tests.support.app_client import DOMAIN, AppClient
from tests.support.people_factory import PeopleFactory
from tests.support.route_crawler import (
    SIGNS_OUT,
    UNSAFE_METHODS,
    browser_of_each_role,
    csrf_token_of,
    route_requests,
)

# Tables that every request may write to.
LOGS = {"people_session", "people_access", "people_log_head"}


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """SQLite alone: the check does not depend on the database."""
    return sqlite_engine


class Forgery(NamedTuple):
    """What a forged request contains. The token is symbolic, because each session has its own."""

    token: str  # "", "own" or "foreign", or a text
    headers: Mapping[str, str] = {}
    cookies: Mapping[str, str] = {}


FORGERIES = {
    "no token": Forgery(""),
    "a token of another session": Forgery("foreign"),
    "a cookie planted beside the same token": Forgery(
        "f" * 64, cookies={"csrf_token": "f" * 64, "csrf": "f" * 64}
    ),
    "from another site": Forgery("own", {"sec-fetch-site": "cross-site"}),
    "from a neighbour of the site": Forgery("own", {"sec-fetch-site": "same-site"}),
    "from another origin": Forgery("own", {"origin": "https://evil.example"}),
    "from no origin": Forgery("own", {"origin": "null"}),
}


def dump(engine: Engine) -> dict[str, list[str]]:
    """Every row of every table but LOGS."""
    schema = MetaData()
    with engine.connect() as db:
        schema.reflect(db)
        return {
            name: sorted(map(str, db.execute(table.select())))
            for name, table in schema.tables.items()
            if name not in LOGS
        }


@pytest.mark.parametrize("kind", FORGERIES)
def test_every_forged_request_is_rejected_on_every_route(
    site: AppClient, people: PeopleFactory, kind: str
) -> None:
    forgery = FORGERIES[kind]
    browsers = browser_of_each_role(site, people)
    tokens = {role: csrf_token_of(browser) for role, browser in browsers.items()}
    foreign = csrf_token_of(site.signed_in(people.citizen("Fremmed")))
    for browser in browsers.values():
        for name, value in forgery.cookies.items():
            browser.client.cookies.set(name, value, domain=DOMAIN)
    before = dump(people.engine)
    survivors, count = [], 0
    for route in route_requests(site.app):
        if route.method not in UNSAFE_METHODS or route.is_api:
            continue
        count += 1
        token = {"own": tokens[route.admitted_role()], "foreign": foreign}.get(forgery.token, forgery.token)
        response = browsers[route.admitted_role()].client.request(
            route.method,
            route.path,
            data={"csrf_token": token},
            headers=dict(forgery.headers),
            follow_redirects=False,
        )
        if response.status_code != 403:
            survivors.append(f"{route.method} {route.path}: {response.status_code}")
    assert not survivors, "\n".join(survivors)
    assert count > 50
    assert dump(people.engine) == before


def test_the_same_requests_with_their_own_token_are_accepted(site: AppClient, people: PeopleFactory) -> None:
    """Otherwise the test above would prove nothing."""
    browsers = browser_of_each_role(site, people)
    tokens = {role: csrf_token_of(browser) for role, browser in browsers.items()}
    refused = []
    for route in route_requests(site.app):
        if route.method not in UNSAFE_METHODS or route.is_api or route.path in SIGNS_OUT:
            continue
        response = browsers[route.admitted_role()].client.request(
            route.method,
            route.path,
            data={"csrf_token": tokens[route.admitted_role()]},
            follow_redirects=False,
        )
        if response.status_code in {401, 403}:
            refused.append(f"{route.method} {route.path}: {response.status_code}")
    assert not refused, "\n".join(refused)


def test_a_get_request_changes_nothing_on_any_route(site: AppClient, people: PeopleFactory) -> None:
    browsers = browser_of_each_role(site, people)
    before = dump(people.engine)
    for route in route_requests(site.app):
        browsers[route.admitted_role()].client.get(route.path, follow_redirects=False)
    assert dump(people.engine) == before
