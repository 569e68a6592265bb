"""Two citizens with marker texts in all their data: nobody unrelated ever receives a marker, and every read is logged."""

from collections.abc import Iterator

import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import Engine

from foundation.db import transactions
from foundation.ids import new_id
from guides.for_citizens import service as for_citizens_service
from people.access.model import RelationKind, Role
from people.access_history import store as access_history_store
from people.directory.model import Person
from tests.support.app_client import AppClient, Browser
from tests.support.people_factory import PeopleFactory
from tests.support.route_crawler import route_policies as all_routes
from tests.support.two_citizens import PAIRING_STATE_OF_AREA, CitizenFixture, make_two_citizens


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """SQLite alone: access is decided in Python, and the queries are tested on both databases elsewhere."""
    return sqlite_engine


@pytest.fixture
def citizens(people: PeopleFactory) -> dict[str, CitizenFixture]:
    """Area → citizen: in the north with a running pairing, in the south with an open offer."""
    return make_two_citizens(people)


def reachable_pages(browser: Browser, routes: list[str], ids: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """(path, body) of every response that a browser can get: by links, and by every record's id in every route."""
    waiting = ["/", *(route for route in routes if "{" not in route)]
    for route in routes:
        parts = [part for part in route.split("/") if part.startswith("{")]
        if len(parts) == 1:
            waiting += [route.replace(parts[0], record_id) for record_id in ids]
        elif parts:
            waiting += [
                route.replace(parts[0], first).replace(parts[1], second) for first in ids for second in ids
            ]
    waiting += [f"{path}?view=waiting" for path in waiting if path.startswith("/runs/")]
    waiting += [f"/money?budget={record_id}" for record_id in ids]
    waiting += [f"/grants/new?citizen={record_id}" for record_id in ids]
    waiting += [
        "/grants/new?text=mærke",
        "/grants?ended=1&text=mærke",
        "/citizens?text=mærke",
        "/pairings?status=running",
    ]
    waiting += [f"/citizens?area={area}" for area in PAIRING_STATE_OF_AREA] + [
        f"/citizens.csv?area={area}" for area in PAIRING_STATE_OF_AREA
    ]
    seen: set[str] = set()
    while waiting:
        path = waiting.pop()
        if path in seen or path.startswith(("/static", "/sign-out")):
            continue
        seen.add(path)
        response = browser.client.get(path, follow_redirects=True)
        assert response.status_code < 500, path
        yield path, response.content.decode("utf-8", "replace")
        if "html" in response.headers.get("content-type", "") and response.status_code == 200:
            for node in LexborHTMLParser(response.text).css("a[href]"):
                href = node.attributes["href"] or ""
                if href.startswith("/"):
                    waiting.append(href.split("#")[0])


@pytest.fixture
def routes(site: AppClient) -> list[str]:
    return [path for method, path in all_routes(site.app) if method == "GET"]


@pytest.mark.parametrize("who", ["citizen", "guide", "supporter", "coordinator", "officer"])
@pytest.mark.parametrize(
    ("mine", "theirs"), [("nord", "syd"), pytest.param("syd", "nord", marks=pytest.mark.long)]
)
def test_nobody_receives_data_of_an_unrelated_citizen(
    site: AppClient,
    citizens: dict[str, CitizenFixture],
    routes: list[str],
    who: str,
    mine: str,
    theirs: str,
) -> None:
    browser = site.signed_in(getattr(citizens[mine], who))
    foreign = citizens[theirs].marker
    leaks = {
        path: text[max(0, text.index(foreign) - 80) : text.index(foreign) + 40]
        for path, text in reachable_pages(browser, routes, citizens[theirs].ids)
        if foreign in text and not (who == "coordinator" and path.startswith(("/guides", "/import")))
    }
    assert not leaks, leaks


@pytest.mark.parametrize("who", ["citizen", "guide", "supporter", "coordinator", "officer"])
def test_every_read_of_a_citizens_data_is_logged(
    site: AppClient, citizens: dict[str, CitizenFixture], routes: list[str], who: str
) -> None:
    home = citizens["nord"]
    browser = site.signed_in(getattr(home, who))
    found, unlogged, before = 0, [], _access_line_count(site, home.citizen)
    for path, text in reachable_pages(browser, routes, home.ids):
        now = _access_line_count(site, home.citizen)
        # The guide's own profile holds the same markers, and the start page greets the user by name.
        of_others = path == "/" or (who == "coordinator" and path.startswith("/guides"))
        if home.marker in text and not of_others:
            found += 1
            unlogged += [path] if now == before else []
        before = now
    assert found > 1
    assert not unlogged


def _access_line_count(site: AppClient, citizen: Person) -> int:
    with transactions.read_transaction(site.engine) as db:
        return access_history_store.access_entries(db, citizen.id, limit=1, offset=0)[1]


NOT_FOR_GUIDES = ("efternavn", "42", "@", "ord", "mål", "drøm", "lov", "køb", "ønske", "ven")


@pytest.mark.parametrize(
    ("area", "hidden"), [("syd", ("fornavn", "erfaring", *NOT_FOR_GUIDES)), ("nord", NOT_FOR_GUIDES)]
)
def test_a_guide_receives_only_what_helps_to_meet(
    site: AppClient,
    citizens: dict[str, CitizenFixture],
    routes: list[str],
    area: str,
    hidden: tuple[str, ...],
) -> None:
    home = citizens[area]
    texts = dict(reachable_pages(site.signed_in(home.guide), routes, home.ids))
    assert any(f"{home.marker}hjælp" in text for text in texts.values())
    leaks = {
        path: [word for word in hidden if f"{home.marker}{word}" in text] for path, text in texts.items()
    }
    assert not {path: words for path, words in leaks.items() if words}


def test_access_ends_with_the_relation(
    site: AppClient, people: PeopleFactory, citizens: dict[str, CitizenFixture], routes: list[str]
) -> None:
    home = citizens["nord"]
    with people.acting_as(home.citizen) as context:
        for_citizens_service.request_new_guide(context, home.records["pairing"])
    people.end_relation(RelationKind.SUPPORT_WORKER, home.supporter, home.citizen)
    for person in (home.guide, home.supporter):
        texts = dict(reachable_pages(site.signed_in(person), routes, home.ids))
        assert not [path for path, text in texts.items() if home.marker in text]


def test_leaders_and_administrators_receive_no_citizen_data(
    site: AppClient, people: PeopleFactory, citizens: dict[str, CitizenFixture], routes: list[str]
) -> None:
    home = citizens["nord"]
    for role in (Role.LEADER, Role.ADMINISTRATOR):
        texts = dict(reachable_pages(site.signed_in(people.add(role)), routes, home.ids))
        assert not [path for path, text in texts.items() if home.marker in text]


def test_another_citizens_record_is_indistinguishable_from_a_missing_one(
    site: AppClient, citizens: dict[str, CitizenFixture], routes: list[str]
) -> None:
    missing_id = new_id()
    wrong = []
    for who in ("citizen", "guide", "supporter", "coordinator", "officer"):
        browser = site.signed_in(getattr(citizens["nord"], who))
        for route in routes:
            params = [part for part in route.split("/") if part.startswith("{")]
            if len(params) != 1:
                continue
            missing = browser.client.get(route.replace(params[0], missing_id))
            theirs = citizens["syd"].records
            for name, record_id in theirs.items():
                if name in {"run", "fund"}:  # shared by all citizens
                    continue
                response = browser.client.get(route.replace(params[0], record_id))
                if (response.status_code, _text_without(response.text, record_id)) != (
                    missing.status_code,
                    _text_without(missing.text, missing_id),
                ):
                    wrong.append(f"{who}: {route} {response.status_code} {missing.status_code}")
    assert not wrong


def _text_without(html: str, record_id: str) -> str:
    main = LexborHTMLParser(html).css_first("main")
    return "" if main is None else main.text().replace(record_id, "")
