"""The pages on which an administrator decides a request for erasure."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from foundation.db import transactions
from livsmester.settings import read_settings
from people.access.model import Role
from people.directory.model import ERASED_NAME, Person
from plans import service as plans_service
from plans.model import Goal, GoalState, Theme
from tests.conftest import FrozenClock
from tests.support.app_client import AppClient, Browser, Page, make_app
from tests.support.people_factory import PeopleFactory

WHY = "Målet står i din journal, og den skal vi gemme."


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """SQLite alone: what is erased is tested on both databases in test_requests.py."""
    return sqlite_engine


@pytest.fixture
def site(engine: Engine, clock: FrozenClock, tmp_path: Path) -> Iterator[AppClient]:
    """The app with a tombstone file of its own."""
    environment = {"LIVSMESTER_ERASURE_LIST": str(tmp_path / "erased")}
    with AppClient(make_app(read_settings(environment), engine, clock), engine, clock) as client:
        yield client


@pytest.fixture
def asta(people: PeopleFactory) -> Person:
    """A citizen with one goal and no open records."""
    citizen = people.citizen("Asta", surname="Aldrigfødt", file_id="B-17")
    goal = Goal("goal-1", citizen.id, "Lære at danse", "", Theme.COMMUNITY, GoalState.ACTIVE, people.clock())
    with people.acting_as(citizen) as context:
        plans_service.add_goal(context, goal)
    return citizen


@pytest.fixture
def administrator(site: AppClient, people: PeopleFactory) -> Browser:
    return site.signed_in(people.add(Role.ADMINISTRATOR))


def show_assessment(browser: Browser, called: str = "Asta Aldrigfødt") -> Page:
    return (
        browser.get("/retention")
        .click("Svar en, der beder om at blive slettet")
        .submit("Se, hvad der slettes", called=called)
    )


def name_of(engine: Engine, person: Person) -> str:
    with transactions.read_transaction(engine) as db:
        query = text("SELECT given_name FROM people_person WHERE id = :id")
        return str(db.execute(query, {"id": person.id}).scalar_one())


def test_an_administrator_sees_counts_without_names_and_then_erases(
    administrator: Browser, asta: Person, engine: Engine, site: AppClient
) -> None:
    page = show_assessment(administrator)
    assert page.path == f"/erasures/people/{asta.id}"
    assert "Mål, og det, der er lært af køb" in page.text
    assert not re.search("Asta|Aldrigfødt|danse", page.response.text)
    assert name_of(engine, asta) == "Asta"
    response = page.submit("Slet, og gem svaret")
    assert response.heading == "Vores svar om sletning"
    assert "Dit navn og dit CPR-nummer." in response.text
    assert "Du kan klage til Datatilsynet." in response.text
    assert "Det gemmer vi" not in response.text
    assert name_of(engine, asta) == ERASED_NAME
    assert response.click("Udskriv").heading == response.heading
    pdf = administrator.client.get(f"{response.path}/answer.pdf")
    assert pdf.content.startswith(b"%PDF-")
    assert asta.id in administrator.get("/retention").text


def test_what_the_law_asks_for_is_kept_with_a_reason_that_the_person_reads(
    administrator: Browser, asta: Person, engine: Engine, site: AppClient
) -> None:
    page = show_assessment(administrator, "B-17")
    again = page.submit("Slet, og gem svaret", erase=["contact"])
    assert again.status == 422
    assert again.title.startswith("Fejl: ")
    assert again.tree.css_first("a[href='#field-why']")
    boxes = again.tree.css("[name=erase]")
    assert ["checked" in box.attributes for box in boxes] == [
        box.attributes["value"] == "contact" for box in boxes
    ]
    assert name_of(engine, asta) == "Asta"
    response = again.submit("Slet, og gem svaret", why=WHY)
    assert f"Grunden er: {WHY}" in response.text
    assert "artikel 17" in response.text
    assert name_of(engine, asta) == "Asta"
    browser = site.signed_in(asta)
    assert WHY in browser.get("/my-data").text
    assert "For at svare dig, da du bad os slette noget" in browser.get("/who-has-seen").text


def test_the_same_form_twice_is_one_answer(administrator: Browser, asta: Person, engine: Engine) -> None:
    form = show_assessment(administrator)
    first, second = (form.submit("Slet, og gem svaret") for _ in range(2))
    assert first.path == second.path
    with transactions.read_transaction(engine) as db:
        assert len(db.execute(text("SELECT id FROM people_erasure_answer")).all()) == 1


def test_a_refusal_produces_a_letter(administrator: Browser, asta: Person, site: AppClient) -> None:
    page = show_assessment(administrator).submit("Slet, og gem svaret", erase=[], why=WHY)
    assert "Vi har ikke slettet noget." in page.text
    assert WHY in site.signed_in(asta).get("/my-data").text


def test_what_was_written_after_the_page_was_opened_is_not_erased_unseen(
    administrator: Browser, people: PeopleFactory, site: AppClient, engine: Engine
) -> None:
    bo = people.citizen("Bo", surname="Ufødt")
    form = show_assessment(administrator, bo.id)
    goal = Goal("goal-2", bo.id, "Lære at sy", "", Theme.COMMUNITY, GoalState.ACTIVE, people.clock())
    with people.acting_as(bo) as context:
        plans_service.add_goal(context, goal)
    page = form.submit("Slet, og gem svaret")
    assert page.status == 422
    assert name_of(engine, bo) == "Bo"


def test_blockers_are_shown_without_a_button_to_erase(administrator: Browser, people: PeopleFactory) -> None:
    leader = people.add(Role.LEADER)
    page = show_assessment(administrator, leader.id)
    assert "Der kan ikke slettes endnu" in page.text
    assert "Personen er medarbejder" in page.text
    assert page.all("main button") == []


def test_a_person_erased_meanwhile_is_reported(administrator: Browser, asta: Person) -> None:
    one, other = show_assessment(administrator), show_assessment(administrator)
    one.submit("Slet, og gem svaret")
    page = other.submit("Slet, og gem svaret")
    assert page.status == 409
    assert "Personen er allerede slettet." in page.text


@pytest.mark.parametrize("called", ["", "Asta", "Ingen Kendt"])
def test_an_unknown_person_shows_the_form_again(administrator: Browser, asta: Person, called: str) -> None:
    page = administrator.get("/erasures/new").submit("Se, hvad der slettes", called=called)
    assert page.status == 422
    assert page.tree.css_first("a[href='#field-called']")


def test_a_list_that_cannot_be_written_erases_nobody_and_loses_nothing(
    administrator: Browser, asta: Person, engine: Engine, tmp_path: Path
) -> None:
    form = show_assessment(administrator)
    (tmp_path / "erased").mkdir()
    page = form.submit("Slet, og gem svaret")
    assert page.status == 503
    assert name_of(engine, asta) == "Asta"


def test_a_citizen_reads_how_to_ask(site: AppClient, asta: Person) -> None:
    for address in ("/my-data", "/privacy"):
        assert "Vil du have noget slettet?" in site.signed_in(asta).get(address).text
