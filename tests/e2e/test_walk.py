"""The main workflow from end to end as four people do it in a real browser, with JavaScript and without."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from livsmester.demo.receipts import receipt_pdf
from tests.e2e.conftest import demo_server
from tests.support.page_checks import PersonaBrowser, accessibility_errors, save_screenshots

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("walk")]
RECEIPT = {
    "name": "bon.pdf",
    "mimeType": "application/pdf",
    "buffer": receipt_pdf("Svømmebriller", 100_00, date(2026, 3, 1)),
}


@pytest.fixture(params=[True, False], ids=["javascript", "no-javascript"])
def javascript(request: pytest.FixtureRequest) -> bool:
    """With JavaScript, and without."""
    return bool(request.param)


@pytest.fixture
def address(filled_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a server with a demo of the test's own."""
    with demo_server(filled_demo, tmp_path_factory.mktemp("walk")) as url:
        yield url


def test_match_accept_and_see_the_budget(
    chromium: Browser, address: str, axe_source: str, *, javascript: bool
) -> None:
    def enter(key: str) -> PersonaBrowser:
        return PersonaBrowser(chromium, address, key, axe_source, javascript=javascript)

    def look(person: PersonaBrowser, name: str) -> None:
        if javascript:
            assert accessibility_errors(person.page) == [], person.page.url
            save_screenshots(person.page, f"walk-{name}")

    coordinator, guide, citizen = enter("coordinator"), enter("guide"), enter("citizen")

    # Nothing has reached the citizen; the coordinator runs the matching.
    citizen.open("/guide")
    assert "Vi leder efter en guide til dig" in citizen.text
    look(coordinator, "board")
    coordinator.open("/runs")
    coordinator.click("Kør matchning")
    while "Publicér" not in coordinator.text and "publicér" not in coordinator.text:
        coordinator.page.wait_for_timeout(200)
        coordinator.page.reload()
    look(coordinator, "proposal")
    guide.open("/offers")
    offers_before = guide.text.count("Venter på dig")

    # The coordinator publishes; the guide has one offer more, and says yes.
    coordinator.click("Tjek og publicér")
    look(coordinator, "publish")
    coordinator.click("Publicér og send tilbuddene")
    guide.open("/offers")
    assert guide.text.count("Venter på dig") == offers_before + 1
    look(guide, "offers")
    guide.click("Hjælp til: gå med til aktiviteter, bustræning, sociale skridt")
    assert "Bølgelund" not in guide.page.content()
    look(guide, "offer")
    guide.click("Ja, det vil jeg gerne")

    # The citizen reads why and says yes to a meeting.
    citizen.open("/guide")
    assert "Torben vil gerne møde dig" in citizen.text
    assert "Skyggehøj" not in citizen.page.content()
    look(citizen, "guide")
    citizen.click("Ja, jeg vil møde Torben")

    # The match meeting is held; afterwards each says yes, apart.
    coordinator.open("/board")
    coordinator.click("Maja Bølgelund – Torben Skyggehøj")
    look(coordinator, "pairing")
    coordinator.click("Matchmødet blev holdt")
    guide.open("/offers")
    guide.click("Hjælp til: gå med til aktiviteter, bustræning, sociale skridt")
    guide.click("Ja, jeg vil være guide")
    citizen.open("/guide")
    citizen.click("Ja, jeg vil have Torben som guide")
    assert "Torben er din guide" in citizen.text

    # The citizen opens the budget.
    citizen.open("/")
    look(citizen, "home")
    citizen.click("Mine penge")
    assert re.search(r"Du har 1\.850 kr\. tilbage til Lære at svømme", citizen.text)
    look(citizen, "money")

    # The budget officer records a purchase with a receipt; what is left goes down by as much, and back after a reversal.
    officer = enter("budget-officer")
    look(officer, "requests")
    officer.open("/grants?text=Maja")
    officer.click("Maja Bølgelund")
    look(officer, "grant")
    officer.click("Registrér et køb")
    look(officer, "purchase")
    officer.page.get_by_label("Lære at svømme").check()
    officer.fill(what="Svømmebriller", amount="100")
    officer.page.locator("input[type=file]").set_input_files([RECEIPT])
    officer.click("Registrér købet")
    citizen.open("/money")
    assert "Du har 1.750 kr. tilbage til Lære at svømme" in citizen.text
    assert "Svømmebriller" in citizen.text
    officer.click("Før tilbage")
    officer.fill(why="Købt to gange")
    look(officer, "reverse")
    officer.click("Før den tilbage")
    citizen.open("/money")
    assert "Du har 1.850 kr. tilbage til Lære at svømme" in citizen.text

    # The citizen sees who has looked, and why.
    citizen.open("/who-has-seen")
    assert "En budgetansvarlig så dine penge" in citizen.text
    look(citizen, "who-has-seen")
    assert [person.errors for person in (coordinator, guide, citizen, officer) if not javascript] in (
        [],
        [[], [], [], []],
    )


def test_the_money_page_prints_on_one_page(chromium: Browser, demo_address: str) -> None:
    citizen = PersonaBrowser(chromium, demo_address, "citizen")
    citizen.open("/money")
    citizen.click("Udskriv")
    sheets = citizen.page.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", sheets)) == 1
