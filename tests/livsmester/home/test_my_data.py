"""The export of a citizen's own data as page, print, PDF and JSON contains all of it and nothing about others."""

from datetime import UTC, datetime

import msgspec
import pytest

from people.access.model import RelationKind, Role
from people.directory.model import Person
from plans.model import Goal, GoalState, Theme
from plans.service import add_goal
from tests.support.app_client import AppClient
from tests.support.people_factory import PeopleFactory


@pytest.fixture
def citizen(people: PeopleFactory) -> Person:
    """A citizen with a helper and a goal."""
    citizen, helper = (
        people.citizen("Borgine", surname="Navnløs"),
        people.add(Role.SUPPORT_WORKER, "Hjælpine"),
    )
    people.start_relation(RelationKind.SUPPORT_WORKER, helper, citizen)
    for person, title in ((citizen, "Lære at svømme"), (people.citizen("Nabo"), "Naboens mål")):
        with people.acting_as(person) as context:
            at = datetime(2026, 3, 1, tzinfo=UTC)
            goal = Goal(f"goal-{title[:4]}", person.id, title, "", Theme.MOBILITY, GoalState.ACTIVE, at)
            add_goal(context, goal)
    return citizen


def test_a_citizen_reads_everything_about_themselves_and_nothing_about_others(
    site: AppClient, citizen: Person
) -> None:
    browser = site.signed_in(citizen)
    for path in ("/my-data", "/my-data/print"):
        page = browser.get(path)
        assert page.heading == "Alt, vi ved om dig"
        for words in ("Borgine", "Navnløs", "Lære at svømme", "komme omkring", "Støtteperson"):
            assert words in page.text, words
        for words in ("Nabo", "Hjælpine", "None", "mobility"):
            assert words not in page.text, words
    pdf = browser.client.get("/my-data.pdf")
    assert pdf.content.startswith(b"%PDF")


def test_the_json_file_contains_all_data_and_the_access_log(site: AppClient, citizen: Person) -> None:
    browser = site.signed_in(citizen)
    browser.get("/goals")
    response = browser.client.get("/my-data.json")
    assert response.headers["content-disposition"] == 'attachment; filename="mine-oplysninger.json"'
    held = msgspec.json.decode(response.content)["held"]
    assert [goal["title"] for goal in held["goals"]] == ["Lære at svømme"]
    assert held["person"][0]["surname"] == "Navnløs"
    assert held["reads"][0]["kinds"] == "goals"
    assert "hjælpine" not in response.text.lower()


def test_only_citizens_have_the_page(site: AppClient, people: PeopleFactory) -> None:
    assert site.signed_in(people.add(Role.GUIDE)).get("/my-data").status == 403


def test_reading_all_own_data_adds_one_access_entry(site: AppClient, citizen: Person) -> None:
    browser = site.signed_in(citizen)
    browser.get("/my-data")
    held = msgspec.json.decode(browser.client.get("/my-data.json").content)["held"]
    assert len(held["reads"]) == 1
