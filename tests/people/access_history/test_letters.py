"""The monthly letter about who has read: the citizen subscribes, it is created once a month, a coordinator
posts it.
"""

import threading
from datetime import UTC, date, datetime

import msgspec
import pytest
from sqlalchemy import Engine, func, select

from foundation.db.transactions import read_transaction, write_transaction
from people.access.model import RelationKind, Role
from people.access_history import letter_service, letter_store
from people.access_history.letters import month_after, month_start, parse_month, reporting_month
from people.directory.model import Person
from people.tables.rights import change
from tests.conftest import FrozenClock
from tests.support.app_client import AppClient, Browser
from tests.support.pdf_reader import tagged_text
from tests.support.people_factory import PeopleFactory


@pytest.fixture
def karen(people: PeopleFactory) -> Person:
    people.area("nord")
    return people.add(Role.COORDINATOR, "Karen", role_area="nord")


@pytest.fixture
def borgine(people: PeopleFactory, karen: Person) -> Person:
    return people.citizen(area="nord", helper=karen)


def read_citizen(site: AppClient, people: PeopleFactory, citizen: Person) -> None:
    worker = people.add(Role.SUPPORT_WORKER, "Støttine")
    people.start_relation(RelationKind.SUPPORT_WORKER, worker, citizen)
    site.signed_in(worker).get(f"/citizens/{citizen.id}/goals")


def subscribe(site: AppClient, citizen: Person) -> Browser:
    visitor = site.signed_in(citizen)
    visitor.get("/who-has-seen").submit("Send mig brevet")
    return visitor


def count(engine: Engine, tag: str) -> int:
    with read_transaction(engine) as db:
        return db.execute(select(func.count()).where(change.c.tag == tag)).scalar_one()


@pytest.mark.parametrize(
    ("now", "month"),
    [
        (datetime(2026, 11, 25, 12, tzinfo=UTC), date(2026, 10, 1)),
        (datetime(2026, 1, 1, 12, tzinfo=UTC), date(2025, 12, 1)),
        (datetime(2026, 10, 31, 22, 59, tzinfo=UTC), date(2026, 9, 1)),
        (datetime(2026, 10, 31, 23, 0, tzinfo=UTC), date(2026, 10, 1)),
    ],
)
def test_a_letter_tells_of_the_last_month_that_is_over_in_copenhagen(now: datetime, month: date) -> None:
    assert reporting_month(now) == month
    assert month_start(month_after(month)) <= now


def test_an_address_names_a_month_or_nothing() -> None:
    assert parse_month("2026-11") == date(2026, 11, 1)
    for text in ("", "2026-13", "2026-1", "november", "2026-11-01"):
        assert parse_month(text) is None


def test_a_citizen_switches_the_letter_on_and_off(site: AppClient, engine: Engine, borgine: Person) -> None:
    visitor = subscribe(site, borgine)
    assert "Du får et brev først i hver måned." in visitor.get("/who-has-seen").text
    page = visitor.get("/who-has-seen").submit("Stop brevet")
    assert "Du får ikke flere breve." in page.text
    assert "Send mig brevet" in page.all("button")
    assert (count(engine, "people:letter:want"), count(engine, "people:letter:stop")) == (1, 1)


def test_a_letter_is_made_once_when_the_month_is_over(
    site: AppClient, engine: Engine, borgine: Person, clock: FrozenClock
) -> None:
    subscribe(site, borgine)
    assert letter_service.create_due(engine, clock()) == 0, "the month in which it was asked for is not over"
    clock.advance(days=31)
    assert letter_service.create_due(engine, clock()) == 1
    assert letter_service.create_due(engine, clock()) == 0
    assert count(engine, "people:letter:make") == 1


def test_two_workers_at_once_make_one_letter(
    site: AppClient, engine: Engine, borgine: Person, clock: FrozenClock
) -> None:
    subscribe(site, borgine)
    clock.advance(days=31)
    start, counts = threading.Barrier(2), []

    def work() -> None:
        start.wait()
        counts.append(letter_service.create_due(engine, clock()))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == [0, 1]
    assert count(engine, "people:letter:make") == 1


def test_whoever_does_not_want_it_gets_none(
    site: AppClient, engine: Engine, borgine: Person, clock: FrozenClock
) -> None:
    subscribe(site, borgine).get("/who-has-seen").submit("Stop brevet")
    clock.advance(days=31)
    assert letter_service.create_due(engine, clock()) == 0


def test_the_citizen_reads_the_letter_and_the_coordinator_posts_the_same(
    site: AppClient, people: PeopleFactory, engine: Engine, borgine: Person, karen: Person, clock: FrozenClock
) -> None:
    mine = subscribe(site, borgine)
    read_citizen(site, people, borgine)
    clock.advance(days=31)
    letter_service.create_due(engine, clock())
    mine, desk = site.signed_in(borgine), site.signed_in(karen)
    link = next(a for a in mine.get("/who-has-seen").tree.css("a") if "Brev for" in a.text())
    own = tagged_text(mine.client.get(link.attributes["href"] or "").content)
    assert "En støtteperson så dine mål og dit navn" in own
    assert "Til Borgine Prøvesen" in own
    assert "Du så" not in own
    assert "Du kan ringe til Karen på 00 00 00 01." in own
    page = desk.get("/letters")
    assert page.all("tbody th") == ["Borgine Prøvesen"]
    paper = next(iter(page.tree.css("tbody a"))).attributes["href"] or ""
    assert tagged_text(desk.client.get(paper).content) == own
    assert "For at sende dig dit brev" in mine.get("/who-has-seen").text
    page = page.submit("Det er sendt")
    assert "Ingen breve skal sendes" in page.text
    with read_transaction(engine) as db:
        tag = change.c.tag == "people:letter:post"
        row = db.execute(select(change).where(tag)).one()
    assert (row.actor_id, row.subject_id) == (karen.id, borgine.id)
    assert msgspec.json.decode(row.details) == {"month": f"{reporting_month(clock()):%Y-%m}"}


def test_a_letter_that_was_stopped_is_posted_no_more(
    site: AppClient, engine: Engine, borgine: Person, karen: Person, clock: FrozenClock
) -> None:
    subscribe(site, borgine)
    clock.advance(days=31)
    letter_service.create_due(engine, clock())
    site.signed_in(borgine).get("/who-has-seen").submit("Stop brevet")
    assert "Ingen breve skal sendes" in site.signed_in(karen).get("/letters").text


def test_a_letter_is_none_of_another_areas_business(
    site: AppClient, people: PeopleFactory, engine: Engine, borgine: Person, clock: FrozenClock
) -> None:
    people.area("syd")
    month = reporting_month(clock())
    with write_transaction(engine) as db:
        letter_store.subscribe(db, borgine.id, clock())
        letter_store.create(db, borgine.id, month, clock())
    other = site.signed_in(people.add(Role.COORDINATOR, "Sofus", role_area="syd"))
    assert "Ingen breve skal sendes" in other.get("/letters").text
    address = f"/citizens/{borgine.id}/seen-letter.pdf?month={month:%Y-%m}"
    assert other.client.get(address).status_code == 404
    own = site.signed_in(people.add(Role.COORDINATOR, "Nanna", role_area="nord"))
    assert own.client.get(address).status_code == 200
    assert own.client.get(f"/citizens/{borgine.id}/seen-letter.pdf?month=2020-01").status_code == 404
