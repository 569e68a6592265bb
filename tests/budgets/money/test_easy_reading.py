"""The money page easy to read: a person switches it on, the browser remembers, and the figures are the same."""

import re
from datetime import date

import pytest
from sqlalchemy import Engine

from budgets.commands.messages import CloseGrant
from budgets.model import ClosingCause
from people.directory.model import Person
from tests.conftest import FrozenClock
from tests.support.app_client import AppClient, Page
from tests.support.budget_pages import page_text, reserve
from tests.support.budget_scenario import make_budget_scenario
from tests.support.pdf_reader import tagged_text
from tests.support.people_factory import PeopleFactory


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """Pages are tested on SQLite; their queries are tested on both databases elsewhere."""
    return sqlite_engine


@pytest.mark.usefixtures("grant")
def test_easy_reading_is_switched_on_remembered_and_switched_off(site: AppClient, asta: Person) -> None:
    visitor = site.signed_in(asta)
    page = visitor.get("/money").submit("Let at læse")
    assert page.path == "/money"
    for easy_page in (page, visitor.get("/money")):
        assert "easy" in easy_page.tree.css_first("body").attributes["class"].split()
        assert "Er der penge til sidst? Så får kommunen dem. Vi siger det til dig først." in page_text(
            easy_page
        )
    page = page.submit("Almindelig tekst")
    assert "Er der penge til sidst?" not in page.text
    assert "easy" not in page.tree.css_first("body").attributes["class"].split()


@pytest.mark.usefixtures("grant")
def test_the_easy_page_keeps_the_order_of_the_money_page(site: AppClient, asta: Person) -> None:
    reserve(site, asta, "Svømmebriller", "250")
    page = site.signed_in(asta).get("/money").submit("Let at læse")
    order = (
        "Du har 1.600 kr. tilbage til Lær at svømme",
        "250 kr. lagt til side",
        "Til og med 31. december 2026 – 44 uger",
        "rigeligt",
        "Det er sket sidst",
        "250 kr. blev lagt til side: Svømmebriller",
        "Du gjorde det.",
        "Det var den 2. marts 2026.",
        "Odin gjorde det.",
        "Jeg vil bruge penge",
        "Spørg Maria",
        "Hvis du ikke bruger det hele",
        "Udskriv",
    )
    positions = [page_text(page).index(phrase) for phrase in order]
    assert positions == sorted(positions)


def test_a_closed_budget_says_so_on_the_easy_page(
    site: AppClient, people: PeopleFactory, clock: FrozenClock
) -> None:
    scenario = make_budget_scenario(people, clock)
    scenario.set_date(date(2027, 1, 20))
    scenario.execute(scenario.odin, CloseGrant(scenario.grant_id, ClosingCause.ENDED))
    page = site.signed_in(scenario.asta).get("/money").submit("Let at læse")
    assert page.status == 200
    assert "20. januar 2027" in page_text(page)
    assert "Er der penge til sidst?" not in page.text


@pytest.mark.usefixtures("grant")
def test_every_sentence_has_a_line_of_its_own(site: AppClient, asta: Person) -> None:
    page = site.signed_in(asta).get("/money").submit("Let at læse")
    lines = [line.replace("\xa0", " ").replace("kr.", "kr") for line in page.all("main .easy-line")]
    assert len(lines) > 6
    assert [line for line in lines if len(re.findall(r"(?<!\d)[.?!](?:\s|$)", line)) > 1] == []


@pytest.mark.usefixtures("grant")
def test_pictures_can_be_switched_off_and_on_again(site: AppClient, asta: Person) -> None:
    visitor = site.signed_in(asta)
    page = visitor.get("/money").submit("Let at læse").submit("Skjul billederne")
    assert page.tree.css_first("body").attributes["class"] == "calm easy no-pictures"
    page = visitor.get("/money").submit("Vis billederne")
    assert page.tree.css_first("body").attributes["class"] == "calm easy"


@pytest.mark.usefixtures("grant")
def test_a_strange_cookie_changes_nothing(site: AppClient, asta: Person) -> None:
    visitor = site.signed_in(asta)
    visitor.client.cookies.set("reading", '"><script>', domain="testserver.local")
    assert visitor.get("/money").tree.css_first("body").attributes["class"] == "calm"


def test_one_left_figure_stands_everywhere(site: AppClient, asta: Person, maria: Person, grant: Page) -> None:
    reserve(site, asta, "Svømmebriller", "250,50")
    own, helper, officer = site.signed_in(asta), site.signed_in(maria), grant.browser
    pages = [
        own.get("/money"),
        own.get("/money").submit("Let at læse"),
        own.get("/money/print"),
        own.get("/money/statement"),
        own.get("/money/statement/print"),
        helper.get(f"/citizens/{asta.id}/money"),
        helper.get(f"/citizens/{asta.id}/money/print"),
        officer.get(f"{grant.path}/statement"),
    ]
    texts = [page_text(page) for page in pages]
    texts.append(tagged_text(own.get("/money/statement.pdf").response.content).replace("\xa0", " "))
    assert len({page.path for page in pages}) == 7
    for text in texts:
        assert set(re.findall(r"Du har ([\d.,]+ kr\.) tilbage til Lær at svømme", text)) == {"1.599,50 kr."}
    assert "Lær at svømme 1.599,50 kr. 250,50 kr. 0 kr." in page_text(officer.get(grant.path))
