"""Guessing takes longer and longer; the person with the right password is never locked out for good."""

import threading
from ipaddress import ip_network

import pytest
from sqlalchemy import Engine

from foundation.db import transactions
from people.access.model import ANONYMOUS
from people.authentication.rules import (
    ACCOUNT_FREE_ATTEMPTS,
    ADDRESS_FREE_ATTEMPTS,
    client_address,
    wait_after_failures,
)
from people.errors import TooManyAttempts
from people.sign_in import throttle_service
from people.web.context import RequestContext
from tests.conftest import FrozenClock
from tests.support.app_client import AppClient, Browser, Page
from tests.support.change_log import sign_in_refusals
from tests.support.people_factory import PASSWORD, PeopleFactory

NAME = "borgine@example.dk"


def sign_in(browser: Browser, password: str = PASSWORD, name: str = NAME) -> Page:
    return browser.get("/sign-in").submit("Log ind", name=name, password=password)


def guess_passwords(browser: Browser, times: int, name: str = NAME) -> Page:
    for number in range(times):
        page = sign_in(browser, f"et helt forkert gæt {number}", name)
    return page


def test_the_wait_doubles_from_half_a_minute_to_a_quarter_of_an_hour() -> None:
    seconds = [wait_after_failures(failures, free_attempts=5).total_seconds() for failures in range(1, 15)]
    assert seconds == [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900, 900, 900]
    assert wait_after_failures(10_000, free_attempts=5).total_seconds() == 900


def test_a_guesser_waits_and_is_told_calmly_how_long(
    site: AppClient, people: PeopleFactory, clock: FrozenClock
) -> None:
    people.citizen(sign_in_name=NAME)
    visitor = site.anonymous()
    assert guess_passwords(visitor, ACCOUNT_FREE_ATTEMPTS).status == 422
    waiting = sign_in(visitor)
    assert waiting.status == 429
    assert "Der er prøvet mange gange. Prøv igen om 1 minut." in waiting.text
    assert waiting.response.headers["retry-after"] == "30"
    assert waiting.tree.css_first("[name=name]").attributes["value"] == NAME
    clock.advance(seconds=31)
    guess_passwords(visitor, 1)
    clock.advance(seconds=61)
    guess_passwords(visitor, 1)
    assert "Prøv igen om 2 minutter." in sign_in(visitor).text
    clock.advance(seconds=121)
    assert sign_in(visitor).heading == "Hej Borgine"


def test_an_unknown_name_waits_exactly_as_a_known_one(site: AppClient, people: PeopleFactory) -> None:
    people.citizen(sign_in_name=NAME)
    for number in range(ACCOUNT_FREE_ATTEMPTS + 2):
        known = sign_in(site.anonymous(), f"et forkert gæt {number}")
        unknown = sign_in(site.anonymous(), f"et forkert gæt {number}", "ingen@example.dk")
        assert known.status == unknown.status
        assert known.text == unknown.text


def test_whoever_was_not_let_in_leaves_a_line(site: AppClient, people: PeopleFactory) -> None:
    borgine = people.citizen(sign_in_name=NAME)
    guess_passwords(site.anonymous(), 1)
    guess_passwords(site.anonymous(), 1, "ingen@example.dk")
    assert sign_in_refusals(people.engine) == [(borgine.id, None, "password"), ("unknown", None, "password")]


def test_the_right_password_forgets_the_slips_before_it(site: AppClient, people: PeopleFactory) -> None:
    people.citizen(sign_in_name=NAME)
    for _ in range(3):
        visitor = site.anonymous()
        assert guess_passwords(visitor, ACCOUNT_FREE_ATTEMPTS - 1).status == 422
        assert sign_in(visitor).heading == "Hej Borgine"


def test_nobody_is_kept_out_of_the_browser_they_have_used_before(
    site: AppClient, people: PeopleFactory
) -> None:
    people.citizen(sign_in_name=NAME)
    own = site.anonymous()
    page = sign_in(own)
    page.submit("Log ud")
    elsewhere = site.anonymous()
    guess_passwords(elsewhere, ACCOUNT_FREE_ATTEMPTS)
    assert sign_in(elsewhere).status == 429
    assert sign_in(own).heading == "Hej Borgine"


def test_a_known_browser_has_no_more_guesses_than_another_one(site: AppClient, people: PeopleFactory) -> None:
    people.citizen(sign_in_name=NAME)
    people.citizen("Anden", sign_in_name="anden@example.dk")
    own = site.anonymous()
    sign_in(own).submit("Log ud")
    guess_passwords(own, ACCOUNT_FREE_ATTEMPTS)
    assert sign_in(own).status == 429
    assert guess_passwords(own, ACCOUNT_FREE_ATTEMPTS, "anden@example.dk").status == 422
    assert sign_in(own, name="anden@example.dk").status == 429


def test_signing_out_everywhere_forgets_the_browsers(site: AppClient, people: PeopleFactory) -> None:
    people.citizen(sign_in_name=NAME)
    own = site.anonymous()
    sign_in(own)
    own.get("/my-sign-ins").submit("Log ud alle steder")
    guess_passwords(site.anonymous(), ACCOUNT_FREE_ATTEMPTS)
    assert sign_in(own).status == 429


def test_many_names_from_one_address_are_slowed_too(
    site: AppClient, people: PeopleFactory, clock: FrozenClock
) -> None:
    people.citizen(sign_in_name=NAME)
    for number in range(ADDRESS_FREE_ATTEMPTS):
        page = sign_in(site.anonymous(), "fire grønne bænke", f"navn{number}@example.dk")
        assert page.status == 422
    assert sign_in(site.anonymous()).status == 429
    clock.advance(minutes=1)
    assert sign_in(site.anonymous()).heading == "Hej Borgine"
    clock.advance(days=1, minutes=1)
    for number in range(ADDRESS_FREE_ATTEMPTS - 1):
        sign_in(site.anonymous(), "fire grønne bænke", f"navn{number}@example.dk")
    assert sign_in(site.anonymous()).heading == "Hej Borgine"


def test_tries_at_the_same_moment_are_counted_like_tries_in_a_row(
    engine: Engine, people: PeopleFactory
) -> None:
    let_through: list[bool] = []

    def attempt() -> None:
        try:
            with transactions.write_transaction(engine) as db:
                context = RequestContext(db, ANONYMOUS, people.clock())
                throttle_service.reserve_attempt_for_name(context, NAME, "192.0.2.1", "")
        except TooManyAttempts:
            return
        let_through.append(True)

    threads = [threading.Thread(target=attempt) for _ in range(4 * ACCOUNT_FREE_ATTEMPTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(let_through) == ACCOUNT_FREE_ATTEMPTS


PROXIES = (ip_network("127.0.0.1"), ip_network("10.1.0.0/16"))


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "address"),
    [
        ("192.0.2.7", "", "192.0.2.7"),
        ("192.0.2.7", "198.51.100.1", "192.0.2.7"),  # not our proxy: its word is not believed
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "203.0.113.66, 198.51.100.1", "198.51.100.1"),  # what the client wrote first is not believed
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
    assert client_address(peer, forwarded_for, PROXIES) == address
