"""The monthly letter of who has looked: switched on by the citizen, made once a month, posted by a coordinator."""

import threading
from datetime import UTC, date, datetime

import msgspec
import pytest
from sqlalchemy import Engine, func, select

from foundation.db.transactions import reading, writing
from people.access.model import RelationKind, Role
from people.access_history import letter_service, letter_store
from people.access_history.letters import begins, month_after, month_told, read_month
from people.directory.model import Person
from people.tables.rights import change
from tests.conftest import StandingClock
from tests.pdf import words
from tests.people_factory import People
from tests.site import Site, Visitor


@pytest.fixture
def karen(people: People) -> Person:
    people.area("nord")
    return people.add(Role.COORDINATOR, "Karen", role_area="nord")


@pytest.fixture
def borgine(people: People, karen: Person) -> Person:
    return people.citizen(area="nord", helper=karen)


def look_at(site: Site, people: People, citizen: Person) -> None:
    worker = people.add(Role.SUPPORT_WORKER, "Støttine")
    people.relate(RelationKind.SUPPORT_WORKER, worker, citizen)
    site.visitor(worker).get(f"/citizens/{citizen.id}/goals")


def switch_on(site: Site, citizen: Person) -> Visitor:
    visitor = site.visitor(citizen)
    visitor.get("/who-has-seen").press("Send mig brevet")
    return visitor


def count(engine: Engine, tag: str) -> int:
    with reading(engine) as db:
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
    assert month_told(now) == month
    assert begins(month_after(month)) <= now


def test_an_address_names_a_month_or_nothing() -> None:
    assert read_month("2026-11") == date(2026, 11, 1)
    for typed in ("", "2026-13", "2026-1", "november", "2026-11-01"):
        assert read_month(typed) is None


def test_a_citizen_switches_the_letter_on_and_off(site: Site, engine: Engine, borgine: Person) -> None:
    visitor = switch_on(site, borgine)
    assert "Du får et brev først i hver måned." in visitor.get("/who-has-seen").text
    page = visitor.get("/who-has-seen").press("Stop brevet")
    assert "Du får ikke flere breve." in page.text
    assert "Send mig brevet" in page.all("button")
    assert (count(engine, "people:letter:want"), count(engine, "people:letter:stop")) == (1, 1)


def test_a_letter_is_made_once_when_the_month_is_over(
    site: Site, engine: Engine, borgine: Person, clock: StandingClock
) -> None:
    switch_on(site, borgine)
    assert letter_service.make_due(engine, clock()) == 0, "the month in which it was asked for is not over"
    clock.forward(days=31)
    assert letter_service.make_due(engine, clock()) == 1
    assert letter_service.make_due(engine, clock()) == 0
    assert count(engine, "people:letter:make") == 1


def test_two_workers_at_once_make_one_letter(
    site: Site, engine: Engine, borgine: Person, clock: StandingClock
) -> None:
    switch_on(site, borgine)
    clock.forward(days=31)
    start, made = threading.Barrier(2), []

    def work() -> None:
        start.wait()
        made.append(letter_service.make_due(engine, clock()))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [0, 1]
    assert count(engine, "people:letter:make") == 1


def test_whoever_does_not_want_it_gets_none(
    site: Site, engine: Engine, borgine: Person, clock: StandingClock
) -> None:
    switch_on(site, borgine).get("/who-has-seen").press("Stop brevet")
    clock.forward(days=31)
    assert letter_service.make_due(engine, clock()) == 0


def test_the_citizen_reads_the_letter_and_the_coordinator_posts_the_same(
    site: Site, people: People, engine: Engine, borgine: Person, karen: Person, clock: StandingClock
) -> None:
    mine = switch_on(site, borgine)
    look_at(site, people, borgine)
    clock.forward(days=31)
    letter_service.make_due(engine, clock())
    mine, desk = site.visitor(borgine), site.visitor(karen)
    link = next(one for one in mine.get("/who-has-seen").tree.css("a") if "Brev for" in one.text())
    own = words(mine.client.get(link.attributes["href"] or "").content)
    assert "En støtteperson så dine mål og dit navn" in own
    assert "Til Borgine Prøvesen" in own
    assert "Du så" not in own
    assert "Du kan ringe til Karen på 00 00 00 01." in own
    page = desk.get("/letters")
    assert page.all("tbody th") == ["Borgine Prøvesen"]
    paper = next(one for one in page.tree.css("tbody a")).attributes["href"] or ""
    assert words(desk.client.get(paper).content) == own
    assert "For at sende dig dit brev" in mine.get("/who-has-seen").text
    page = page.press("Det er sendt")
    assert "Ingen breve skal sendes" in page.text
    with reading(engine) as db:
        tag = change.c.tag == "people:letter:post"
        row = db.execute(select(change).where(tag)).one()
    assert (row.actor_id, row.subject_id) == (karen.id, borgine.id)
    assert msgspec.json.decode(row.details) == {"month": f"{month_told(clock()):%Y-%m}"}


def test_a_letter_that_was_stopped_is_posted_no_more(
    site: Site, engine: Engine, borgine: Person, karen: Person, clock: StandingClock
) -> None:
    switch_on(site, borgine)
    clock.forward(days=31)
    letter_service.make_due(engine, clock())
    site.visitor(borgine).get("/who-has-seen").press("Stop brevet")
    assert "Ingen breve skal sendes" in site.visitor(karen).get("/letters").text


def test_a_letter_is_none_of_another_areas_business(
    site: Site, people: People, engine: Engine, borgine: Person, clock: StandingClock
) -> None:
    people.area("syd")
    month = month_told(clock())
    with writing(engine) as db:
        letter_store.want(db, borgine.id, clock())
        letter_store.make(db, borgine.id, month, clock())
    other = site.visitor(people.add(Role.COORDINATOR, "Sofus", role_area="syd"))
    assert "Ingen breve skal sendes" in other.get("/letters").text
    address = f"/citizens/{borgine.id}/seen-letter.pdf?month={month:%Y-%m}"
    assert other.client.get(address).status_code == 404
    own = site.visitor(people.add(Role.COORDINATOR, "Nanna", role_area="nord"))
    assert own.client.get(address).status_code == 200
    assert own.client.get(f"/citizens/{borgine.id}/seen-letter.pdf?month=2020-01").status_code == 404
