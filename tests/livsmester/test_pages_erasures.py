"""The pages on which an administrator answers somebody who asks to be erased."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from foundation.db import transactions
from livsmester.settings import read_settings
from people.access.model import Role
from people.directory.model import ERASED_NAME, Person
from plans import service as plans
from plans.model import Goal, GoalState, Theme
from tests.conftest import StandingClock
from tests.people_factory import People
from tests.site import Page, Site, Visitor, app_on

WHY = "Målet står i din journal, og den skal vi gemme."


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """What goes and stays is tested on both databases beside this."""
    return sqlite_engine


@pytest.fixture
def site(engine: Engine, clock: StandingClock, tmp_path: Path) -> Iterator[Site]:
    """The app with a list of erasures of its own."""
    environment = {"LIVSMESTER_ERASURE_LIST": str(tmp_path / "erased")}
    with Site(app_on(read_settings(environment), engine, clock), engine, clock) as opened:
        yield opened


@pytest.fixture
def asta(people: People) -> Person:
    """A citizen of whom little is held, and nothing runs."""
    citizen = people.citizen("Asta", surname="Aldrigfødt", file_id="B-17")
    goal = Goal("goal-1", citizen.id, "Lære at danse", "", Theme.COMMUNITY, GoalState.ACTIVE, people.clock())
    with people.acting(citizen) as visit:
        plans.add_goal(visit, goal)
    return citizen


@pytest.fixture
def administrator(site: Site, people: People) -> Visitor:
    return site.visitor(people.add(Role.ADMINISTRATOR))


def preview(visitor: Visitor, called: str = "Asta Aldrigfødt") -> Page:
    return (
        visitor.get("/retention")
        .follow("Svar en, der beder om at blive slettet")
        .press("Se, hvad der slettes", called=called)
    )


def name_of(engine: Engine, person: Person) -> str:
    with transactions.reading(engine) as db:
        found = text("SELECT given_name FROM people_person WHERE id = :id")
        return str(db.execute(found, {"id": person.id}).scalar_one())


def test_an_administrator_sees_what_goes_without_a_name_or_a_word_and_then_it_goes(
    administrator: Visitor, asta: Person, engine: Engine, site: Site
) -> None:
    page = preview(administrator)
    assert page.path == f"/erasures/people/{asta.id}"
    assert "Mål, og det, der er lært af køb" in page.text
    assert not re.search("Asta|Aldrigfødt|danse", page.answer.text)
    assert name_of(engine, asta) == "Asta"
    answer = page.press("Slet, og gem svaret")
    assert answer.heading == "Vores svar om sletning"
    assert "Dit navn og dit CPR-nummer." in answer.text
    assert "Du kan klage til Datatilsynet." in answer.text
    assert "Det gemmer vi" not in answer.text
    assert name_of(engine, asta) == ERASED_NAME
    assert answer.follow("Udskriv").heading == answer.heading
    pdf = administrator.client.get(f"{answer.path}/answer.pdf")
    assert pdf.content.startswith(b"%PDF-")
    assert asta.id in administrator.get("/retention").text


def test_what_the_law_asks_for_is_kept_with_a_reason_that_the_person_reads(
    administrator: Visitor, asta: Person, engine: Engine, site: Site
) -> None:
    page = preview(administrator, "B-17")
    again = page.press("Slet, og gem svaret", erase=["contact"])
    assert again.status == 422
    assert again.title.startswith("Fejl: ")
    assert again.tree.css_first("a[href='#field-why']")
    ticks = again.tree.css("[name=erase]")
    assert ["checked" in one.attributes for one in ticks] == [
        one.attributes["value"] == "contact" for one in ticks
    ]
    assert name_of(engine, asta) == "Asta"
    answer = again.press("Slet, og gem svaret", why=WHY)
    assert f"Grunden er: {WHY}" in answer.text
    assert "artikel 17" in answer.text
    assert name_of(engine, asta) == "Asta"
    mine = site.visitor(asta)
    assert WHY in mine.get("/my-data").text
    assert "For at svare dig, da du bad os slette noget" in mine.get("/who-has-seen").text


def test_the_same_form_twice_is_one_answer(administrator: Visitor, asta: Person, engine: Engine) -> None:
    form = preview(administrator)
    first, second = (form.press("Slet, og gem svaret") for _ in range(2))
    assert first.path == second.path
    with transactions.reading(engine) as db:
        assert len(db.execute(text("SELECT id FROM people_erasure_answer")).all()) == 1


def test_somebody_whom_nothing_was_erased_of_reads_the_refusal(
    administrator: Visitor, asta: Person, site: Site
) -> None:
    page = preview(administrator).press("Slet, og gem svaret", erase=[], why=WHY)
    assert "Vi har ikke slettet noget." in page.text
    assert WHY in site.visitor(asta).get("/my-data").text


def test_what_was_written_after_the_page_was_opened_is_not_erased_unseen(
    administrator: Visitor, people: People, site: Site, engine: Engine
) -> None:
    bo = people.citizen("Bo", surname="Ufødt")
    form = preview(administrator, bo.id)
    goal = Goal("goal-2", bo.id, "Lære at sy", "", Theme.COMMUNITY, GoalState.ACTIVE, people.clock())
    with people.acting(bo) as visit:
        plans.add_goal(visit, goal)
    page = form.press("Slet, og gem svaret")
    assert page.status == 422
    assert name_of(engine, bo) == "Bo"


def test_what_stands_in_the_way_is_said_and_there_is_nothing_to_press(
    administrator: Visitor, people: People
) -> None:
    leader = people.add(Role.LEADER)
    page = preview(administrator, leader.id)
    assert "Der kan ikke slettes endnu" in page.text
    assert "Personen er medarbejder" in page.text
    assert page.all("main button") == []


def test_somebody_who_was_erased_meanwhile_is_said_to_be(administrator: Visitor, asta: Person) -> None:
    one, other = preview(administrator), preview(administrator)
    one.press("Slet, og gem svaret")
    page = other.press("Slet, og gem svaret")
    assert page.status == 409
    assert "Personen er allerede slettet." in page.text


@pytest.mark.parametrize("called", ["", "Asta", "Ingen Kendt"])
def test_who_is_not_found_is_asked_for_again(administrator: Visitor, asta: Person, called: str) -> None:
    page = administrator.get("/erasures/new").press("Se, hvad der slettes", called=called)
    assert page.status == 422
    assert page.tree.css_first("a[href='#field-called']")


def test_a_list_that_cannot_be_written_erases_nobody_and_loses_nothing(
    administrator: Visitor, asta: Person, engine: Engine, tmp_path: Path
) -> None:
    form = preview(administrator)
    (tmp_path / "erased").mkdir()
    page = form.press("Slet, og gem svaret")
    assert page.status == 503
    assert name_of(engine, asta) == "Asta"


def test_a_citizen_reads_how_to_ask(site: Site, asta: Person) -> None:
    for address in ("/my-data", "/privacy"):
        assert "Vil du have noget slettet?" in site.visitor(asta).get(address).text
