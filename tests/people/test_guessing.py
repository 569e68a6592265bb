"""Whoever guesses waits longer and longer; whoever knows is never shut out for good."""

import json
import threading
from ipaddress import ip_network

import pytest
from sqlalchemy import Engine, select

from foundation.db import transactions
from foundation.db.transactions import reading
from people.access.model import NOBODY
from people.authentication.rules import ACCOUNT_TRIES_FREE, ADDRESS_TRIES_FREE, caller_address, wait_after
from people.errors import TooManyTries
from people.sign_in.throttling import service as throttling_service
from people.tables import rights as rights_tables
from people.web.context import Visit
from tests.conftest import StandingClock
from tests.people_factory import PASSWORD, People
from tests.site import Page, Site, Visitor

NAME = "borgine@example.dk"


def sign_in(visitor: Visitor, password: str = PASSWORD, name: str = NAME) -> Page:
    return visitor.get("/sign-in").press("Log ind", name=name, password=password)


def guess(visitor: Visitor, times: int, name: str = NAME) -> Page:
    for number in range(times):
        page = sign_in(visitor, f"et helt forkert gæt {number}", name)
    return page


def refusals(engine: Engine) -> list[tuple[str, str | None, str]]:
    """Who was not let in as whom: about whom the line is, who acted, and which proof was not right."""
    line = rights_tables.change.c
    chosen = select(line.subject_id, line.actor_id, line.details).where(line.tag == "people:session:refuse")
    with reading(engine) as db:
        rows = db.execute(chosen.order_by(line.sequence)).all()
    return [(row.subject_id, row.actor_id, json.loads(row.details)["proof"]) for row in rows]


def test_the_wait_doubles_from_half_a_minute_to_a_quarter_of_an_hour() -> None:
    seconds = [wait_after(failures, free=5).total_seconds() for failures in range(1, 15)]
    assert seconds == [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900, 900, 900]
    assert wait_after(10_000, free=5).total_seconds() == 900


def test_a_guesser_waits_and_is_told_calmly_how_long(
    site: Site, people: People, clock: StandingClock
) -> None:
    people.citizen(sign_in_name=NAME)
    visitor = site.stranger()
    assert guess(visitor, ACCOUNT_TRIES_FREE).status == 422
    waiting = sign_in(visitor)
    assert waiting.status == 429
    assert "Der er prøvet mange gange. Prøv igen om 1 minut." in waiting.text
    assert waiting.answer.headers["retry-after"] == "30"
    assert waiting.tree.css_first("[name=name]").attributes["value"] == NAME
    clock.forward(seconds=31)
    guess(visitor, 1)
    clock.forward(seconds=61)
    guess(visitor, 1)
    assert "Prøv igen om 2 minutter." in sign_in(visitor).text
    clock.forward(seconds=121)
    assert sign_in(visitor).heading == "Hej Borgine"


def test_an_unknown_name_waits_exactly_as_a_known_one(site: Site, people: People) -> None:
    people.citizen(sign_in_name=NAME)
    for number in range(ACCOUNT_TRIES_FREE + 2):
        known = sign_in(site.stranger(), f"et forkert gæt {number}")
        unknown = sign_in(site.stranger(), f"et forkert gæt {number}", "ingen@example.dk")
        assert known.status == unknown.status
        assert known.text == unknown.text


def test_whoever_was_not_let_in_leaves_a_line(site: Site, people: People) -> None:
    borgine = people.citizen(sign_in_name=NAME)
    guess(site.stranger(), 1)
    guess(site.stranger(), 1, "ingen@example.dk")
    assert refusals(people.engine) == [(borgine.id, None, "password"), ("unknown", None, "password")]


def test_the_right_password_forgets_the_slips_before_it(site: Site, people: People) -> None:
    people.citizen(sign_in_name=NAME)
    for _ in range(3):
        visitor = site.stranger()
        assert guess(visitor, ACCOUNT_TRIES_FREE - 1).status == 422
        assert sign_in(visitor).heading == "Hej Borgine"


def test_nobody_is_kept_out_of_the_browser_they_have_used_before(site: Site, people: People) -> None:
    people.citizen(sign_in_name=NAME)
    own = site.stranger()
    page = sign_in(own)
    page.press("Log ud")
    elsewhere = site.stranger()
    guess(elsewhere, ACCOUNT_TRIES_FREE)
    assert sign_in(elsewhere).status == 429
    assert sign_in(own).heading == "Hej Borgine"


def test_a_known_browser_has_no_more_guesses_than_another_one(site: Site, people: People) -> None:
    people.citizen(sign_in_name=NAME)
    people.citizen("Anden", sign_in_name="anden@example.dk")
    own = site.stranger()
    sign_in(own).press("Log ud")
    guess(own, ACCOUNT_TRIES_FREE)
    assert sign_in(own).status == 429
    assert guess(own, ACCOUNT_TRIES_FREE, "anden@example.dk").status == 422
    assert sign_in(own, name="anden@example.dk").status == 429


def test_signing_out_everywhere_forgets_the_browsers(site: Site, people: People) -> None:
    people.citizen(sign_in_name=NAME)
    own = site.stranger()
    sign_in(own)
    own.get("/my-sign-ins").press("Log ud alle steder")
    guess(site.stranger(), ACCOUNT_TRIES_FREE)
    assert sign_in(own).status == 429


def test_many_names_from_one_address_are_slowed_too(site: Site, people: People, clock: StandingClock) -> None:
    people.citizen(sign_in_name=NAME)
    for number in range(ADDRESS_TRIES_FREE):
        page = sign_in(site.stranger(), "fire grønne bænke", f"navn{number}@example.dk")
        assert page.status == 422
    assert sign_in(site.stranger()).status == 429
    clock.forward(minutes=1)
    assert sign_in(site.stranger()).heading == "Hej Borgine"
    clock.forward(days=1, minutes=1)
    for number in range(ADDRESS_TRIES_FREE - 1):
        sign_in(site.stranger(), "fire grønne bænke", f"navn{number}@example.dk")
    assert sign_in(site.stranger()).heading == "Hej Borgine"


def test_tries_at_the_same_moment_are_counted_like_tries_in_a_row(engine: Engine, people: People) -> None:
    let_through: list[bool] = []

    def attempt() -> None:
        try:
            with transactions.writing(engine) as db:
                visit = Visit(db, NOBODY, people.clock())
                throttling_service.take_turn_for_name(visit, NAME, "192.0.2.1", "")
        except TooManyTries:
            return
        let_through.append(True)

    threads = [threading.Thread(target=attempt) for _ in range(4 * ACCOUNT_TRIES_FREE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(let_through) == ACCOUNT_TRIES_FREE


PROXIES = (ip_network("127.0.0.1"), ip_network("10.1.0.0/16"))


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "address"),
    [
        ("192.0.2.7", "", "192.0.2.7"),
        ("192.0.2.7", "198.51.100.1", "192.0.2.7"),  # not our proxy: its word is not believed
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "203.0.113.66, 198.51.100.1", "198.51.100.1"),  # what the caller wrote first is not believed
        ("127.0.0.1", "198.51.100.1, 10.1.2.3", "198.51.100.1"),
        ("127.0.0.1", "10.1.2.3", "10.1.2.3"),
        ("127.0.0.1", "nonsense", "nonsense"),
        ("::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        ("", "198.51.100.1", ""),
    ],
)  # fmt: skip
def test_the_address_is_the_last_one_that_can_be_believed(
    peer: str, forwarded_for: str, address: str
) -> None:
    assert caller_address(peer, forwarded_for, PROXIES) == address
