"""The security headers, on every answer that the app can give: pages, files, redirects, refusals, faults."""

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
    """The door is the same whatever database lies behind it."""
    return sqlite_engine


@pytest.fixture
def client(engine: Engine, clock: FrozenClock) -> Iterator[TestClient]:
    """The app behind its outer door, as reached through TLS."""
    with TestClient(make_app_with_middleware(SETTINGS, engine, clock), base_url=ADDRESS) as opened:
        yield opened


@pytest.fixture
def routes(engine: Engine, clock: FrozenClock) -> list[RouteRequest]:
    return list(route_requests(make_app(SETTINGS, engine, clock)))


def sign_in(client: TestClient, people: PeopleFactory, role: Role) -> None:
    """Make the client somebody with that role."""
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
    """What is wrong with the headers of an answer."""
    headers = response.headers
    wrong = [name for name, value in EXACT_HEADERS.items() if headers.get(name) != value]
    policy = {one.strip() for one in headers.get("content-security-policy", "").split(";")}
    wrong += [
        part
        for part in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'")
        if part not in policy
    ]
    wrong += [one for one in policy if "unsafe" in one or "*" in one or "data:" in one]
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
def test_every_route_answers_with_them_whoever_asks_and_however(
    client: TestClient, people: PeopleFactory, routes: list[RouteRequest], who: str
) -> None:
    if who != "a stranger":
        sign_in(client, people, Role(who))
    wrong = {}
    for knock in routes:
        for method in ("GET", "POST", "OPTIONS", "TRACE"):
            answer = client.request(method, knock.path, follow_redirects=False)
            if found := header_errors(answer):
                wrong[f"{method} {knock.path} {answer.status_code}"] = found
    assert not wrong


def test_every_kind_of_refusal_and_fault_answers_with_them(client: TestClient, people: PeopleFactory) -> None:
    seen = {}

    def look(answer: httpx.Response) -> None:
        assert not header_errors(answer), (
            f"{answer.request.method} {answer.request.url} {header_errors(answer)}"
        )
        seen[answer.status_code] = answer

    look(client.get("/"))
    sheet = client.get("/").text.split('rel="stylesheet" href="')[1].split('"')[0]
    look(client.get(sheet))
    look(client.get(sheet.rsplit("/", 1)[0] + "/../../../../etc/passwd"))
    look(client.get("/nowhere"))
    look(client.get("/static/0/app.css"))
    look(client.get("/goals"))
    look(client.post("/", data={}))
    look(client.post("/language", data={"language": "en", "back": "/was"}, follow_redirects=False))
    look(client.post("/sign-in", content=b"x" * (BODY_BYTES_MAX + 1)))
    look(client.post("/sign-in", content=b"{}", headers={"content-type": "application/json"}))
    look(client.get("/api/me"))
    look(client.get("/api/nowhere"))
    sign_in(client, people, Role.CITIZEN)
    look(client.get("/users"))
    look(client.post("/goals", data={}))
    look(client.get("/who-has-seen?page=x"))
    with people.engine.begin() as db:
        db.execute(text("ALTER TABLE plans_goal RENAME TO plans_gone"))
    look(client.get("/goals"))
    with people.engine.begin() as db:
        db.execute(text("PRAGMA ignore_check_constraints = ON"))
        db.execute(text("UPDATE people_role SET role = 'dragon'"))
    look(client.get("/goals"))
    assert {200, 303, 400, 401, 403, 404, 405, 413, 500, 503} <= set(seen)


def test_a_file_is_saved_and_runs_nothing(client: TestClient, people: PeopleFactory) -> None:
    sign_in(client, people, Role.COORDINATOR)
    answer = client.get("/citizens.csv")
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert not header_errors(answer)


def test_who_to_write_to_about_a_weakness(engine: Engine, clock: FrozenClock) -> None:
    path = "/.well-known/security.txt"
    settings = {
        "LIVSMESTER_PUBLIC_URL": ADDRESS,
        "LIVSMESTER_SECURITY_CONTACT": "mailto:sikkerhed@kommune.example",
    }
    with TestClient(make_app_with_middleware(read_settings(settings), engine, clock)) as named:
        lines = named.get(path).text.splitlines()
        assert named.get(path).headers["content-type"] == "text/plain; charset=utf-8"
    assert lines == [
        "Contact: mailto:sikkerhed@kommune.example",
        "Expires: 2026-08-29T00:00:00Z",
        "Preferred-Languages: da, en",
        f"Canonical: {ADDRESS}{path}",
    ]
    settings["LIVSMESTER_SECURITY_EXPIRES"] = "2026-05-01"
    with TestClient(make_app_with_middleware(read_settings(settings), engine, clock)) as dated:
        assert "Expires: 2026-05-01T00:00:00Z" in dated.get(path).text
    with TestClient(make_app_with_middleware(SETTINGS, engine, clock)) as unnamed:
        assert unnamed.get(path).status_code == 404
