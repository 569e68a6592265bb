"""Two citizens with a word of their own in everything that is held about them; everyone walks everywhere and finds no word
of a citizen who is none of theirs, and everyone who finds one has left a line in that citizen's access log."""

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
    """Who may see what is decided in Python; the queries are tested on both databases elsewhere."""
    return sqlite_engine


@pytest.fixture
def citizens(people: PeopleFactory) -> dict[str, CitizenFixture]:
    """One in the north whose pairing runs and one in the south whose guide has just been asked."""
    return make_two_citizens(people)


def reachable_pages(browser: Browser, routes: list[str], ids: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Every page, file and refusal that the visitor gets: by links, and by every record's id in every route."""
    waiting = ["/", *(route for route in routes if "{" not in route)]
    for route in routes:
        parts = [part for part in route.split("/") if part.startswith("{")]
        if len(parts) == 1:
            waiting += [route.replace(parts[0], one) for one in ids]
        elif parts:
            waiting += [route.replace(parts[0], one).replace(parts[1], two) for one in ids for two in ids]
    waiting += [f"{path}?view=waiting" for path in waiting if path.startswith("/runs/")]
    waiting += [f"/money?budget={one}" for one in ids] + [f"/grants/new?citizen={one}" for one in ids]
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
        answer = browser.client.get(path, follow_redirects=True)
        assert answer.status_code < 500, path
        yield path, answer.content.decode("utf-8", "replace")
        if "html" in answer.headers.get("content-type", "") and answer.status_code == 200:
            for node in LexborHTMLParser(answer.text).css("a[href]"):
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
def test_nobody_finds_a_word_of_a_citizen_who_is_none_of_theirs(
    site: AppClient,
    citizens: dict[str, CitizenFixture],
    routes: list[str],
    who: str,
    mine: str,
    theirs: str,
) -> None:
    visitor = site.signed_in(getattr(citizens[mine], who))
    foreign = citizens[theirs].marker
    found = {
        path: text[max(0, text.index(foreign) - 80) : text.index(foreign) + 40]
        for path, text in reachable_pages(visitor, routes, citizens[theirs].ids)
        if foreign in text and not (who == "coordinator" and path.startswith(("/guides", "/import")))
    }
    assert not found, found


@pytest.mark.parametrize("who", ["citizen", "guide", "supporter", "coordinator", "officer"])
def test_whoever_finds_a_word_has_left_a_line_in_the_citizens_log(
    site: AppClient, citizens: dict[str, CitizenFixture], routes: list[str], who: str
) -> None:
    home = citizens["nord"]
    visitor = site.signed_in(getattr(home, who))
    found, unlogged, before = 0, [], _access_line_count(site, home.citizen)
    for path, text in reachable_pages(visitor, routes, home.ids):
        now = _access_line_count(site, home.citizen)
        # The guide's own words are the same ones, and the front page greets whoever is signed in.
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
def test_a_guide_sees_what_helps_to_meet_and_nothing_else(
    site: AppClient,
    citizens: dict[str, CitizenFixture],
    routes: list[str],
    area: str,
    hidden: tuple[str, ...],
) -> None:
    home = citizens[area]
    texts = dict(reachable_pages(site.signed_in(home.guide), routes, home.ids))
    assert any(f"{home.marker}hjælp" in text for text in texts.values())
    shown = {
        path: [word for word in hidden if f"{home.marker}{word}" in text] for path, text in texts.items()
    }
    assert not {path: words for path, words in shown.items() if words}


def test_what_a_relation_opened_is_shut_when_it_ends(
    site: AppClient, people: PeopleFactory, citizens: dict[str, CitizenFixture], routes: list[str]
) -> None:
    home = citizens["nord"]
    with people.acting_as(home.citizen) as context:
        for_citizens_service.request_new_guide(context, home.records["pairing"])
    people.end_relation(RelationKind.SUPPORT_WORKER, home.supporter, home.citizen)
    for person in (home.guide, home.supporter):
        texts = dict(reachable_pages(site.signed_in(person), routes, home.ids))
        assert not [path for path, text in texts.items() if home.marker in text]


def test_a_leader_and_an_administrator_find_nothing(
    site: AppClient, people: PeopleFactory, citizens: dict[str, CitizenFixture], routes: list[str]
) -> None:
    home = citizens["nord"]
    for role in (Role.LEADER, Role.ADMINISTRATOR):
        texts = dict(reachable_pages(site.signed_in(people.add(role)), routes, home.ids))
        assert not [path for path, text in texts.items() if home.marker in text]


def test_a_record_of_somebody_else_answers_like_one_that_never_was(
    site: AppClient, citizens: dict[str, CitizenFixture], routes: list[str]
) -> None:
    never = new_id()
    wrong = []
    for who in ("citizen", "guide", "supporter", "coordinator", "officer"):
        visitor = site.signed_in(getattr(citizens["nord"], who))
        for route in routes:
            holes = [part for part in route.split("/") if part.startswith("{")]
            if len(holes) != 1:
                continue
            blank = visitor.client.get(route.replace(holes[0], never))
            theirs = citizens["syd"].records
            for one in (one for name, one in theirs.items() if name not in {"run", "fund"}):  # of everybody
                answer = visitor.client.get(route.replace(holes[0], one))
                if (answer.status_code, _text_without(answer.text, one)) != (
                    blank.status_code,
                    _text_without(blank.text, never),
                ):
                    wrong.append(f"{who}: {route} {answer.status_code} {blank.status_code}")
    assert not wrong


def _text_without(html: str, record_id: str) -> str:
    main = LexborHTMLParser(html).css_first("main")
    return "" if main is None else main.text().replace(record_id, "")
