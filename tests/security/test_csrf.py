"""Cross-site request forgery: every route that changes something, taken from the running app, against every kind of forgery."""

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

# That somebody was there is no change of theirs.
LOGS = {"people_session", "people_access", "people_log_head"}


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """The door is the same whatever database lies behind it."""
    return sqlite_engine


class Forgery(NamedTuple):
    """What a forged request comes with. The token stands for a word, so that each session has its own."""

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
    """Every row of every table but the logs of who was there."""
    known = MetaData()
    with engine.connect() as db:
        known.reflect(db)
        return {
            name: sorted(map(str, db.execute(table.select())))
            for name, table in known.tables.items()
            if name not in LOGS
        }


@pytest.mark.parametrize("kind", FORGERIES)
def test_no_forged_request_gets_through_any_route(site: AppClient, people: PeopleFactory, kind: str) -> None:
    forgery = FORGERIES[kind]
    everyone = browser_of_each_role(site, people)
    tokens = {role: csrf_token_of(visitor) for role, visitor in everyone.items()}
    foreign = csrf_token_of(site.signed_in(people.citizen("Fremmed")))
    for visitor in everyone.values():
        for name, value in forgery.cookies.items():
            visitor.client.cookies.set(name, value, domain=DOMAIN)
    before = dump(people.engine)
    survivors, count = [], 0
    for knock in route_requests(site.app):
        if knock.method not in UNSAFE_METHODS or knock.is_api:
            continue
        count += 1
        token = {"own": tokens[knock.admitted_role()], "foreign": foreign}.get(forgery.token, forgery.token)
        answer = everyone[knock.admitted_role()].client.request(
            knock.method,
            knock.path,
            data={"csrf_token": token},
            headers=dict(forgery.headers),
            follow_redirects=False,
        )
        if answer.status_code != 403:
            survivors.append(f"{knock.method} {knock.path}: {answer.status_code}")
    assert not survivors, "\n".join(survivors)
    assert count > 50
    assert dump(people.engine) == before


def test_the_same_requests_with_their_own_token_are_let_in(site: AppClient, people: PeopleFactory) -> None:
    """Otherwise the test above would show nothing."""
    everyone = browser_of_each_role(site, people)
    tokens = {role: csrf_token_of(visitor) for role, visitor in everyone.items()}
    refused = []
    for knock in route_requests(site.app):
        if knock.method not in UNSAFE_METHODS or knock.is_api or knock.path in SIGNS_OUT:
            continue
        answer = everyone[knock.admitted_role()].client.request(
            knock.method,
            knock.path,
            data={"csrf_token": tokens[knock.admitted_role()]},
            follow_redirects=False,
        )
        if answer.status_code in {401, 403}:
            refused.append(f"{knock.method} {knock.path}: {answer.status_code}")
    assert not refused, "\n".join(refused)


def test_opening_any_address_changes_nothing(site: AppClient, people: PeopleFactory) -> None:
    everyone = browser_of_each_role(site, people)
    before = dump(people.engine)
    for knock in route_requests(site.app):
        everyone[knock.admitted_role()].client.get(knock.path, follow_redirects=False)
    assert dump(people.engine) == before
