"""Legal holds: an administrator sets and lifts them, the citizen reads why, nothing about them is erased."""

from datetime import UTC, date, datetime

import msgspec
import pytest
from sqlalchemy import Engine, text

from foundation.db import transactions
from livsmester.erasure.service import plan_erasure
from people.access.model import Role
from people.directory.model import Person
from people.retention import hold_store
from people.retention.model import Retention
from tests.conftest import FrozenClock
from tests.support.app_client import AppClient, Browser, Page
from tests.support.people_factory import PeopleFactory

WHY = "En klagesag kører."


@pytest.fixture
def asta(people: PeopleFactory) -> Person:
    return people.citizen("Asta", surname="Aldrigfødt", file_id="B-17")


@pytest.fixture
def administrator(site: AppClient, people: PeopleFactory) -> Browser:
    return site.signed_in(people.add(Role.ADMINISTRATOR))


def add_hold(browser: Browser, called: str, **more: str) -> Page:
    return browser.get("/holds/new").submit("Stop sletning", called=called, why=WHY, **more)


def tags(engine: Engine, person: Person) -> list[str]:
    with transactions.read_transaction(engine) as db:
        tags = text("SELECT tag FROM people_change WHERE subject_id = :id ORDER BY sequence")
        return list(db.execute(tags, {"id": person.id}).scalars())


def test_a_hold_stops_the_erasing_and_lifting_it_lets_go(
    administrator: Browser, asta: Person, engine: Engine, clock: FrozenClock
) -> None:
    assert add_hold(administrator, "Asta Aldrigfødt").heading == "Opbevaring og sletning"
    later = datetime(2029, 1, 1, tzinfo=UTC)
    with transactions.read_transaction(engine) as db:
        due = plan_erasure(db, Retention(), later).due
    assert due.held_person_ids == (asta.id,)
    assert asta.id not in due.people
    page = administrator.get("/retention")
    assert WHY in page.text
    assert "Aldrigfødt" not in page.text
    assert page.submit("Hæv").status == 200
    with transactions.read_transaction(engine) as db:
        assert asta.id in plan_erasure(db, Retention(), later).due.people
    assert tags(engine, asta)[-2:] == ["people:hold:set", "people:hold:lift"]


def test_the_citizen_reads_why(administrator: Browser, asta: Person, site: AppClient) -> None:
    add_hold(administrator, "B-17")
    mine = site.signed_in(asta)
    assert WHY in mine.get("/my-data").text
    holds = msgspec.json.decode(mine.client.get("/my-data.json").content)["held"]["holds"]
    assert [(hold["why"], hold["lifted_at"]) for hold in holds] == [(WHY, None)]


@pytest.mark.parametrize(
    ("called", "why", "until", "field"),
    [
        ("Asta", WHY, "", "called"),
        ("Prøve Dobbelt", WHY, "", "called"),
        ("B-17", " ", "", "why"),
        ("B-17", WHY, "1-3-2026", "until"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_held(
    administrator: Browser, asta: Person, people: PeopleFactory, called: str, why: str, until: str, field: str
) -> None:
    for _ in range(2):
        people.citizen("Prøve", surname="Dobbelt")
    page = administrator.get("/holds/new").submit("Stop sletning", called=called, why=why, until=until)
    assert page.status == 422
    assert page.title.startswith("Fejl: ")
    assert page.tree.css_first(f"a[href='#field-{field}']")
    assert "Der er ingen sletningsstop." in administrator.get("/retention").text


def test_the_same_form_twice_is_one_hold(administrator: Browser, asta: Person, engine: Engine) -> None:
    form = administrator.get("/holds/new")
    for _ in range(2):
        form.submit("Stop sletning", called=asta.id, why=WHY)
    assert tags(engine, asta).count("people:hold:set") == 1


def test_a_hold_that_is_nobodys_is_not_lifted(administrator: Browser) -> None:
    token = administrator.get("/retention").tree.css_first("[name=csrf_token]").attributes["value"] or ""
    assert administrator.post("/holds/nothing/lift", {"csrf_token": [token]}).status == 404


def test_a_hold_ends_after_its_last_day(
    administrator: Browser, asta: Person, engine: Engine, clock: FrozenClock
) -> None:
    add_hold(administrator, asta.id, until="2028-06-01")
    with transactions.read_transaction(engine) as db:
        for day, held_ids in ((date(2028, 6, 1), {asta.id}), (date(2028, 6, 2), set())):
            assert hold_store.held_person_ids(db, day) == held_ids
