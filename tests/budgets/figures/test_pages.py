"""The leader's page of figures: sums of five citizens or more, charts, a CSV, and no names."""

import csv
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from foundation.db.engine import make_engine
from foundation.db.transactions import read_transaction
from livsmester.cli.demo import load_demo as fill_demo
from livsmester.demo.model import DemoSize
from people.access.model import Role
from people.tables.directory import area, person
from people.tables.rights import access
from tests.conftest import FrozenClock
from tests.support.app_client import AppClient, Page
from tests.support.people_factory import PeopleFactory

NOVEMBER = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def town(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo municipality in a file."""
    path = Path(shutil.copy(sqlite_template, tmp_path_factory.mktemp("town") / "town.sqlite"))
    demo_engine = make_engine(f"sqlite:///{path}")
    fill_demo(demo_engine, NOVEMBER, 1, DemoSize(citizens=240, guides=10))
    demo_engine.dispose()
    return path


@pytest.fixture
def engine(town: Path, tmp_path: Path, clock: FrozenClock) -> Iterator[Engine]:
    """A copy of the demo municipality; its queries are tested on both databases elsewhere."""
    clock.now = NOVEMBER
    demo_engine = make_engine(f"sqlite:///{shutil.copy(town, tmp_path / 'test.sqlite')}")
    yield demo_engine
    demo_engine.dispose()


@pytest.fixture
def page(site: AppClient, people: PeopleFactory) -> Page:
    """What a leader of the whole municipality sees."""
    return site.signed_in(people.add(Role.LEADER, "Leonora")).get("/figures")


def test_the_leader_begins_here_and_finds_it_in_the_navigation(
    site: AppClient, people: PeopleFactory
) -> None:
    browser = site.signed_in(people.add(Role.LEADER, "Leonora"))
    assert browser.get("/").heading == "Nøgletal"
    assert "Nøgletal" in browser.get("/").all("nav a")


def test_each_table_has_a_picture_that_says_the_same_in_words(page: Page) -> None:
    assert page.all("main h2")[:4] == ["Efter tema", "Efter pulje", "Efter måned", "Efter område"]
    charts = page.tree.css("main svg[role=img]")
    assert len(charts) == 5
    for key in ("themes", "funds", "months", "areas"):
        words = [node.text() for node in page.tree.css(f"svg[aria-labelledby^={key}] text")]
        rows = page.tree.css(f"#{key}-table tbody tr")
        labels = [(row.css_first("th").text(), row.css("td")[1].text()) for row in rows]
        assert words == [word for row in labels if "skjult" not in row[0] for word in row]


def test_no_group_is_smaller_than_five(page: Page) -> None:
    counts = [int(cell) for cell in page.all("main td:nth-child(2)") if cell.isdigit()]
    assert len(counts) > 5
    assert min(counts) >= 5


def test_nothing_personal_leaves_so_nothing_is_logged_as_a_look(
    site: AppClient, people: PeopleFactory, engine: Engine
) -> None:
    def looks() -> int:
        with read_transaction(engine) as db:
            return db.execute(select(func.count()).select_from(access)).scalar_one()

    browser, before = site.signed_in(people.add(Role.LEADER, "Leonora")), looks()
    answers = [browser.get("/figures").response.text, browser.get("/figures.csv").response.text]

    assert looks() == before
    with read_transaction(engine) as db:
        everyone = db.execute(select(person.c.id, person.c.surname)).all()
    for text in answers:
        words = set(re.findall(r"\w+", text))
        assert not words & {someone.id for someone in everyone}
        assert not words & {someone.surname for someone in everyone if someone.surname != "Prøvesen"}


def test_the_sheet_has_the_figures_of_the_page(site: AppClient, people: PeopleFactory, page: Page) -> None:
    answer = page.browser.get("/figures.csv").response
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    header, total, *rows = csv.reader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";")

    assert header == ["inddeling", "gruppe", "borgere", "brugt"]
    for division in ("Efter tema", "Efter pulje", "Efter måned", "Efter område"):
        amounts = [int(row[3].replace(",", "")) for row in rows if row[0] == division]
        assert sum(amounts) == int(total[3].replace(",", ""))
    assert all(row[2] == "" or int(row[2]) >= 5 for row in rows)


def test_a_leader_of_one_area_reads_of_that_area_alone(
    site: AppClient, people: PeopleFactory, page: Page
) -> None:
    visible = {name for name in page.all("#areas-table tbody th") if "skjult" not in name}
    with read_transaction(site.engine) as db:
        names = {row.name: row.id for row in db.execute(select(area))}
    assert visible
    for name in visible:
        page_of_area = site.signed_in(people.add(Role.LEADER, "Lea", role_area=names[name])).get("/figures")
        assert page_of_area.all("#areas-table tbody th") == [name]
        assert " ".join([name, *page_of_area.all("#areas-table tbody td")]) in page.all(
            "#areas-table tbody tr"
        )
        assert "Penge og tid" not in page_of_area.all("main h2")


def test_a_year_without_figures_shows_the_latest(page: Page) -> None:
    assert page.browser.get("/figures?year=1999").text == page.text


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.LEADER])
def test_nobody_else_comes_in(site: AppClient, people: PeopleFactory, role: Role) -> None:
    browser = site.signed_in(people.add(role, "Testine"))
    assert browser.get("/figures").status == 403
    assert browser.get("/figures.csv").status == 403


def test_a_municipality_without_purchases_says_what_will_come(
    people: PeopleFactory, site: AppClient, clock: FrozenClock
) -> None:
    clock.now = clock.now.replace(year=2020)
    page = site.signed_in(people.add(Role.LEADER, "Leonora")).get("/figures")
    assert "Ingen tal endnu" in page.text
