"""The security headers are on every response: pages, files, redirects, refusals, errors."""

from collections.abc import Iterator

import httpx
import pytest
from litestar.testing import TestClient
from sqlalchemy import Engine, text

from foundation.db import transactions
from foundation.forms import BODY_BYTES_MAX
from livsmester.settings import read_settings
from people.access.model import ANONYMOUS, Role
from people.authentication.rules import SignInMethod
from people.sign_in import service as sign_in_service
from people.web.context import RequestContext
from tests.conftest import FrozenClock
from tests.support.app_client import make_app, make_app_with_middleware
from tests.support.people_factory import KEYS, PeopleFactory
from tests.support.route_crawler import RouteRequest, route_requests

SETTINGS = read_settings({"LIVSMESTER_PUBLIC_URL": "https://livsmester.example"})
ADDRESS = "https://livsmester.example"
COOKIE = "__Host-livsmester"
EXACT_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "strict-transport-security": "max-age=63072000; includeSubDomains",
}


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """SQLite alone: the middleware does not depend on the database."""
    return sqlite_engine


@pytest.fixture
def client(engine: Engine, clock: FrozenClock) -> Iterator[TestClient]:
    """The app with its middleware, served over TLS."""
    with TestClient(make_app_with_middleware(SETTINGS, engine, clock), base_url=ADDRESS) as client:
        yield client


@pytest.fixture
def routes(engine: Engine, clock: FrozenClock) -> list[RouteRequest]:
    return list(route_requests(make_app(SETTINGS, engine, clock)))


def sign_in(client: TestClient, people: PeopleFactory, role: Role) -> None:
    """Sign the client in as a person with that role."""
    person = people.add(role)
    with transactions.write_transaction(people.engine) as db:
        token = sign_in_service.open_session(
            RequestContext(db, ANONYMOUS, people.clock(), keys=KEYS),
            person.id,
            "Test",
            method=SignInMethod.PASSWORD,
        )
    client.cookies = httpx.Cookies({COOKIE: token})


def header_errors(response: httpx.Response) -> list[str]:
    """The missing or wrong headers of a response."""
    headers = response.headers
    wrong = [name for name, value in EXACT_HEADERS.items() if headers.get(name) != value]
    policy = {directive.strip() for directive in headers.get("content-security-policy", "").split(";")}
    wrong += [
        part
        for part in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'")
        if part not in policy
    ]
    wrong += [
        directive for directive in policy if "unsafe" in directive or "*" in directive or "data:" in directive
    ]
    if "geolocation=()" not in headers.get("permissions-policy", ""):
        wrong.append("permissions-policy")
    cached = headers.get("cache-control", "")
    static = response.request.url.path.startswith("/static/") and response.status_code == 200
    wrong += (
        []
        if cached == ("public, max-age=31536000, immutable" if static else "no-store")
        else [f"cache {cached}"]
    )
    wrong += [name for name in ("server", "x-powered-by", "access-control-allow-origin") if name in headers]
    if any(headers.get_list(name)[1:] for name in EXACT_HEADERS):
        wrong.append("a header twice")
    return wrong


@pytest.mark.parametrize("who", ["a stranger", *Role])
def test_every_route_has_them_for_every_role_and_method(
    client: TestClient, people: PeopleFactory, routes: list[RouteRequest], who: str
) -> None:
    if who != "a stranger":
        sign_in(client, people, Role(who))
    wrong = {}
    for route in routes:
        for method in ("GET", "POST", "OPTIONS", "TRACE"):
            response = client.request(method, route.path, follow_redirects=False)
            if errors := header_errors(response):
                wrong[f"{method} {route.path} {response.status_code}"] = errors
    assert not wrong


def test_every_kind_of_error_response_has_them(client: TestClient, people: PeopleFactory) -> None:
    seen = {}

    def check(response: httpx.Response) -> None:
        assert not header_errors(response), (
            f"{response.request.method} {response.request.url} {header_errors(response)}"
        )
        seen[response.status_code] = response

    check(client.get("/"))
    stylesheet = client.get("/").text.split('rel="stylesheet" href="')[1].split('"')[0]
    check(client.get(stylesheet))
    check(client.get(stylesheet.rsplit("/", 1)[0] + "/../../../../etc/passwd"))
    check(client.get("/nowhere"))
    check(client.get("/static/0/app.css"))
    check(client.get("/goals"))
    check(client.post("/", data={}))
    check(client.post("/language", data={"language": "en", "back": "/was"}, follow_redirects=False))
    check(client.post("/sign-in", content=b"x" * (BODY_BYTES_MAX + 1)))
    check(client.post("/sign-in", content=b"{}", headers={"content-type": "application/json"}))
    check(client.get("/api/me"))
    check(client.get("/api/nowhere"))
    sign_in(client, people, Role.CITIZEN)
    check(client.get("/users"))
    check(client.post("/goals", data={}))
    check(client.get("/who-has-seen?page=x"))
    with people.engine.begin() as db:
        db.execute(text("ALTER TABLE plans_goal RENAME TO plans_gone"))
    check(client.get("/goals"))
    with people.engine.begin() as db:
        db.execute(text("PRAGMA ignore_check_constraints = ON"))
        db.execute(text("UPDATE people_role SET role = 'dragon'"))
    check(client.get("/goals"))
    assert {200, 303, 400, 401, 403, 404, 405, 413, 500, 503} <= set(seen)


def test_a_file_is_saved_and_runs_nothing(client: TestClient, people: PeopleFactory) -> None:
    sign_in(client, people, Role.COORDINATOR)
    response = client.get("/citizens.csv")
    assert response.headers["content-disposition"].startswith("attachment;")
    assert not header_errors(response)


def test_security_txt(engine: Engine, clock: FrozenClock) -> None:
    path = "/.well-known/security.txt"
    settings = {
        "LIVSMESTER_PUBLIC_URL": ADDRESS,
        "LIVSMESTER_SECURITY_CONTACT": "mailto:sikkerhed@kommune.example",
    }
    with TestClient(make_app_with_middleware(read_settings(settings), engine, clock)) as client:
        lines = client.get(path).text.splitlines()
        assert client.get(path).headers["content-type"] == "text/plain; charset=utf-8"
    assert lines == [
        "Contact: mailto:sikkerhed@kommune.example",
        "Expires: 2026-08-29T00:00:00Z",
        "Preferred-Languages: da, en",
        f"Canonical: {ADDRESS}{path}",
    ]
    settings["LIVSMESTER_SECURITY_EXPIRES"] = "2026-05-01"
    with TestClient(make_app_with_middleware(read_settings(settings), engine, clock)) as client:
        assert "Expires: 2026-05-01T00:00:00Z" in client.get(path).text
    with TestClient(make_app_with_middleware(SETTINGS, engine, clock)) as client:
        assert client.get(path).status_code == 404
