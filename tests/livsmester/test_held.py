"""Everything held about a person: nothing forgotten when a table or a column is added, and nothing about others."""

from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec
import pytest
from sqlalchemy import Column

from foundation.database import metadata
from livsmester.pages_held import PACKAGES
from people.model import Person, RelationKind, Role
from people.store_held import Part
from plans.model import Goal, GoalState, Theme
from plans.service import add_goal
from tests.people_factory import People
from tests.site import Site

PARTS = [part for package in PACKAGES for part in package.PARTS]
NOT_ABOUT = {name: why for package in PACKAGES for name, why in package.NOT_ABOUT.items()}


def columns_that_point_at_a_person() -> Iterator[Column[object]]:
    for table in metadata.sorted_tables:
        for column in table.columns:
            if any(key.column.table.name == "people_person" for key in column.foreign_keys):
                yield column


def test_every_column_that_points_at_a_person_is_in_the_export_or_says_why_not() -> None:
    exported = {str(column) for part in PARTS for column in part.person}
    found = {str(column) for column in columns_that_point_at_a_person()}
    assert found - exported - set(NOT_ABOUT) == set(), "declare it in the store_held.py of its package"
    assert set(NOT_ABOUT) <= found - exported, "a reason for a column that is gone or exported"


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_every_column_of_a_table_about_people_is_shown_or_left_out_for_a_reason(part: Part) -> None:
    assert set(part.shown) & set(part.left_out) == set()
    assert set(part.shown) | set(part.left_out) == set(part.table.columns.keys())
    assert all(part.left_out.values())


def test_the_names_of_parts_are_different() -> None:
    names = [part.name for part in PARTS]
    assert len(names) == len(set(names))


@pytest.fixture
def citizen(people: People) -> Person:
    """A citizen with a helper and a goal."""
    citizen, helper = (
        people.citizen("Borgine", surname="Navnløs"),
        people.add(Role.SUPPORT_WORKER, "Hjælpine"),
    )
    people.relate(RelationKind.SUPPORT_WORKER, helper, citizen)
    for person, title in ((citizen, "Lære at svømme"), (people.citizen("Nabo"), "Naboens mål")):
        with people.acting(person) as visit:
            at = datetime(2026, 3, 1, tzinfo=UTC)
            goal = Goal(f"goal-{title[:4]}", person.id, title, "", Theme.MOBILITY, GoalState.ACTIVE, at)
            add_goal(visit, goal)
    return citizen


def test_a_citizen_reads_everything_about_themselves_and_nothing_about_others(
    site: Site, citizen: Person
) -> None:
    mine = site.visitor(citizen)
    for path in ("/my-data", "/my-data/print"):
        page = mine.get(path)
        assert page.heading == "Alt, vi ved om dig"
        for words in ("Borgine", "Navnløs", "Lære at svømme", "komme omkring", "Støtteperson"):
            assert words in page.text, words
        for words in ("Nabo", "Hjælpine", "None", "mobility"):
            assert words not in page.text, words
    pdf = mine.client.get("/my-data.pdf")
    assert pdf.content.startswith(b"%PDF")


def test_the_file_for_programs_holds_all_of_it_and_the_log_of_who_looked(site: Site, citizen: Person) -> None:
    mine = site.visitor(citizen)
    mine.get("/goals")
    answer = mine.client.get("/my-data.json")
    assert answer.headers["content-disposition"] == 'attachment; filename="mine-oplysninger.json"'
    held = msgspec.json.decode(answer.content)["held"]
    assert [one["title"] for one in held["goals"]] == ["Lære at svømme"]
    assert held["person"][0]["surname"] == "Navnløs"
    assert held["reads"][0]["kinds"] == "goals"
    assert "hjælpine" not in answer.text.lower()


def test_whoever_is_no_citizen_has_no_such_page(site: Site, people: People) -> None:
    assert site.visitor(people.add(Role.GUIDE)).get("/my-data").status == 403


def test_a_citizens_look_at_everything_leaves_one_line(site: Site, citizen: Person) -> None:
    mine = site.visitor(citizen)
    mine.get("/my-data")
    held = msgspec.json.decode(mine.client.get("/my-data.json").content)["held"]
    assert len(held["reads"]) == 1
