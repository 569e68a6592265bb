"""Money in the browser: the citizen sees and decides, the support worker looks along, the budget officer keeps the books."""

import re

import pytest
from sqlalchemy import Engine

from people.access.model import Role
from people.directory.model import Person
from tests.support.app_client import AppClient, Browser, Page
from tests.support.budget_factory import FUND, RECEIPT_PDF
from tests.support.budget_pages import allocate, buy, next_step, page_text, reserve
from tests.support.people_factory import PeopleFactory

NOT_A_RECEIPT = ("bilag.html", b"<script>alert(1)</script>")


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """Pages are tested on SQLite; their queries are tested on both databases elsewhere."""
    return sqlite_engine


def test_a_grant_rests_on_the_law_of_its_fund_unless_another_is_written(
    officer: Browser, asta: Person
) -> None:
    page = officer.get(f"/grants/new?citizen={asta.id}")
    fields = {"amount": "100", "starts_on": "2026-01-01", "ends_on": "31-12-2026"}
    assert FUND.legal_basis in page.submit("Bevilg pengene", **fields, legal_basis="").text
    assert "§ 99" in page.browser.get(page.path).submit("Bevilg pengene", **fields, legal_basis="§ 99").text


def test_citizens_to_choose_from_stand_with_the_name_of_their_area(
    officer: Browser, people: PeopleFactory
) -> None:
    people.citizen("Nora", area=people.area("nord"))
    assert officer.get("/grants/new").submit("Find", text="Nora").all("td") == ["Nord"]


def test_without_a_budget_the_page_says_what_will_stand_here(site: AppClient, asta: Person) -> None:
    page = site.signed_in(asta).get("/money")
    assert page.heading == "Mine penge"
    assert "Ingen penge endnu" in page.text


@pytest.mark.usefixtures("grant")
def test_the_money_page_says_what_is_left_for_which_goal_till_when_in_that_order(
    site: AppClient, asta: Person
) -> None:
    words = page_text(site.signed_in(asta).get("/money"))
    order = (
        "Du har 1.850 kr. tilbage til Lær at svømme",
        "1.850 kr. tilbage",
        "Til og med 31. december 2026 – 44 uger",
        "rigeligt",
        "Det er sket sidst",
        "1.850 kr. gik til Lær at svømme.",
        "Odin",
        "Se alt, hvad der er sket",
        "Jeg vil bruge penge",
        "Spørg Maria",
        "Penge, du ikke bruger, går tilbage til kommunen efter 31. december 2026.",
        "Udskriv",
    )
    positions = [words.index(phrase) for phrase in order]
    assert positions == sorted(positions)
    assert "3.150 kr. har ikke fået et mål endnu." in words


@pytest.mark.usefixtures("grant")
def test_a_citizen_puts_money_aside_one_question_at_a_time(site: AppClient, asta: Person) -> None:
    page = site.signed_in(asta).get("/money").click("Jeg vil bruge penge")
    assert page.heading == "Hvad vil du købe?"
    page = next_step(page, what="Svømmebriller & hætte")
    assert page.heading == "Hvad koster det cirka?"
    assert "Du kan selv bestemme op til 500 kr. nu." in page_text(page)
    assert "Er det mere? Så bestemmer en budgetansvarlig. Du får svar senest 16. marts 2026." in page_text(
        page
    )
    page = next_step(page, amount="1850,01")
    assert page.status == 422
    assert page.title.startswith("Fejl: ")
    page = next_step(page, amount="300 kr.")
    assert page.heading == "Hvem vil du købe det med?"
    page = next_step(page, together_with="")
    assert page.heading == "Hvornår vil du købe det?"
    page = next_step(page, wanted_when="på lørdag")
    assert page.heading == "Er det rigtigt?"
    assert "Så er der 1.550 kr. tilbage til Lær at svømme." in page_text(page)
    page = next_step(page.click("Ret Cirka"), amount="250,50")
    assert "Så er der 1.599,50 kr. tilbage til Lær at svømme." in page_text(page)
    for _ in range(2):
        sent = page.submit("Læg pengene til side")
        assert sent.path == "/money"
    words = page_text(site.signed_in(asta).get("/money"))
    assert "Du har 1.599,50 kr. tilbage til Lær at svømme" in words
    assert "250,50 kr. lagt til side" in words
    assert "250,50 kr. blev lagt til side: Svømmebriller & hætte" in words


@pytest.mark.usefixtures("grant")
def test_a_citizen_changes_their_mind(site: AppClient, asta: Person) -> None:
    reserve(site, asta, "Svømmebriller", "200")
    page = site.signed_in(asta).get("/money").click("Se dine ønsker")
    assert "200 kr. · Lær at svømme · med Bo" in page_text(page)
    # What would happen is read before it is pressed: a slip of the finger takes no wish away.
    more = page.tree.css_first("form[action$='/give-up']").parent.parent
    assert more.tag == "details"
    assert "Jeg vil ikke købe det alligevel" in more.css_first("summary").text()
    page = page.submit("Tag ønsket væk")
    assert "Opgivet" in page.text
    assert "Du har 1.850 kr. tilbage" in page_text(site.signed_in(asta).get("/money"))


def test_what_was_put_aside_is_bought_and_the_rest_comes_back(
    site: AppClient, asta: Person, grant: Page
) -> None:
    reserve(site, asta, "Svømmebriller", "200")
    officer = grant.browser
    page = officer.get(grant.path).click("Registrér købet Svømmebriller")
    page.submit("Registrér købet", {"receipt": ("bilag.pdf", RECEIPT_PDF)}, amount="149,50")
    words = page_text(site.signed_in(asta).get("/money"))
    assert "Du har 1.700,50 kr. tilbage til Lær at svømme" in words
    assert "149,50 kr. blev brugt: Svømmebriller" in words
    assert "lagt til side Brugt" not in words


def test_the_officer_records_a_purchase_and_undoes_it(site: AppClient, asta: Person, grant: Page) -> None:
    page = buy(grant, "Svømmekort", "350,00")
    assert "Svømmekort" in page.text
    assert "Mangler" in page.text  # its receipt
    undo = page.click(next(words for words in page.all("a") if words.startswith("Før tilbage Køb")))
    assert undo.submit("Før den tilbage").status == 422
    page = undo.submit("Før den tilbage", why="Købt til en anden")
    again = grant.browser.get(undo.path).submit("Før den tilbage", why="igen")
    assert again.status == 422
    assert again.title.startswith("Fejl: ")
    assert "er ført tilbage før" in again.text
    words = page_text(site.signed_in(asta).get("/money/events"))
    assert "350 kr. blev rettet: Købt til en anden" in words
    assert "Du har 1.850 kr. tilbage" in page_text(site.signed_in(asta).get("/money"))


def test_a_receipt_is_saved_as_a_file_by_those_who_may_see_it(
    site: AppClient, people: PeopleFactory, asta: Person, maria: Person, grant: Page
) -> None:
    buy(grant, "Svømmekort", "350", {"receipt": ("../../bilag.exe", RECEIPT_PDF)})
    page = site.signed_in(asta).get("/money/events")
    address = next(
        link.attributes["href"] or ""
        for link in page.tree.css("a")
        if "receipts" in (link.attributes["href"] or "")
    )
    for reader in (asta, maria):
        answered = site.signed_in(reader).get(address).response
        assert answered.content == RECEIPT_PDF
        assert answered.headers["content-type"] == "application/pdf"
        assert re.fullmatch(r'attachment; filename="bilag-\w+\.pdf"', answered.headers["content-disposition"])
        assert answered.headers["content-security-policy"].startswith("default-src 'none'; sandbox;")
        assert answered.headers["x-content-type-options"] == "nosniff"
    for stranger in (people.citizen("Nabo"), people.add(Role.SUPPORT_WORKER, "Uvedkommende")):
        assert site.signed_in(stranger).get(address).status == 404


def test_what_is_no_receipt_comes_back_with_what_was_typed_and_buys_nothing(
    site: AppClient, asta: Person, grant: Page
) -> None:
    page = buy(grant, "Svømmekort", "350", {"receipt": NOT_A_RECEIPT})
    assert page.status == 422
    assert "Filen er ikke et billede eller en PDF." in page.text
    assert page.tree.css_first("#field-what").attributes["value"] == "Svømmekort"
    page = buy(grant, "Svømmekort", "1.850,01")
    assert "Der er kun 1.850 kr. at tage af." in page_text(page)
    page = buy(grant, "Svømmekort", "1,850.01")
    assert page.status == 422
    assert "Du har 1.850 kr. tilbage" in page_text(site.signed_in(asta).get("/money"))


def test_two_goals_each_have_their_own_left(site: AppClient, asta: Person, grant: Page) -> None:
    allocate(grant, "Bage med Bo", "400")
    mine = site.signed_in(asta)
    words = page_text(mine.get("/money"))
    assert "Du har 1.850 kr. tilbage til Lær at svømme" in words
    assert "Du har 400 kr. tilbage til Bage med Bo" in words
    page = mine.get("/money/ask")
    assert page.heading == "Hvad er det til?"
    assert next_step(page).heading == "Hvad er det til?"


@pytest.mark.usefixtures("grant")
def test_the_support_worker_reads_along_and_strangers_do_not(
    site: AppClient, people: PeopleFactory, asta: Person, maria: Person
) -> None:
    page = site.signed_in(maria).get(f"/citizens/{asta.id}/money")
    assert page.heading == "Penge til Asta"
    assert "Jeg vil bruge penge" not in page.text
    assert site.signed_in(maria).get(f"/citizens/{asta.id}/money/events").status == 200
    other = people.add(Role.SUPPORT_WORKER, "Uvedkommende")
    assert site.signed_in(other).get(f"/citizens/{asta.id}/money").status == 404
    assert "En støtteperson" in site.signed_in(asta).get("/who-has-seen").text


@pytest.mark.usefixtures("grant")
def test_the_money_page_on_paper(site: AppClient, asta: Person, maria: Person) -> None:
    page = site.signed_in(asta).get("/money").click("Udskriv")
    assert page.heading == "Penge til Asta"
    assert "Du har 1.850 kr. tilbage til Lær at svømme" in page_text(page)
    assert site.signed_in(maria).get(f"/citizens/{asta.id}/money/print").status == 200


def test_all_events_come_page_by_page(site: AppClient, asta: Person, grant: Page) -> None:
    for number in range(25):
        buy(grant, f"Køb {number}", "1")
    page = site.signed_in(asta).get("/money").click("Se alt, hvad der er sket")
    assert len(page.all(".event")) == 25
    assert len(page.click("Næste").all(".event")) == 2


def test_a_fund_is_set_up_with_its_rules(officer: Browser) -> None:
    page = officer.get("/funds").click("Opret en pulje").submit("Opret puljen", name="Ny pulje")
    assert page.status == 422
    page = page.submit(
        "Opret puljen", amount="20.000", starts_on="01-01-2026", ends_on="31-12-2026", legal_basis="§ 85",
        appeal="Klag inden 4 uger.", grant_max="10.000", own_purchase="0", own_month="", unspent="returned",
    )  # fmt: skip
    assert page.heading == "Ny pulje"
    assert "20.000 kr. ikke bevilget" in page_text(page)
    page = page.submit("Læg dem i", amount="500", why="Fra kontoen")
    assert "20.500 kr. ikke bevilget" in page_text(page)
    page = officer.get("/funds/new").submit("Opret puljen", name="ny pulje", amount="1")
    assert page.status == 422


def test_the_rules_of_the_fund_are_said_at_the_field(officer: Browser, asta: Person) -> None:
    form = officer.get(f"/grants/new?citizen={asta.id}")
    fields = {"starts_on": "2026-01-01", "ends_on": "2026-12-31", "legal_basis": "§ 85"}
    page = form.submit("Bevilg pengene", amount="50.000,01", **fields)
    assert "Skriv højst 50.000 kr." in page_text(page)
    page = form.submit("Bevilg pengene", amount="50", **fields | {"ends_on": "2027-01-01"})
    assert "Vælg en dag fra 01-01-2026 til 31-12-2026." in page.text
    assert officer.get("/grants").text.count("Asta") == 0


def test_a_funds_movements_are_listed_and_downloaded(officer: Browser, grant: Page) -> None:
    buy(grant, '=HYPERLINK("x")', "350", {"receipt": ("b.pdf", RECEIPT_PDF)})
    page = officer.get("/funds").click(FUND.name).click("Se posteringerne")
    assert page.all("tbody th") == ["Køb", "Givet til et mål", "Bevilling", "Penge i puljen"]
    page = page.submit("Vis", first="01-03-2026", last="2026-03-01")
    assert page.all("tbody th") == ["Køb"]
    file = officer.get(f"{page.path.split('?')[0]}.csv?first=2026-03-01&last=2026-03-01").response
    lines = file.content.decode("utf-8-sig").split("\r\n")
    assert len(lines) == 4  # header, two entries, nothing
    assert [line.split(";")[9:11] for line in lines[1:3]] in (
        [["", "350,00"], ["350,00", ""]],
        [["350,00", ""], ["", "350,00"]],
    )
    assert "'=HYPERLINK" in file.text
    assert FUND.account_string in file.text


def test_grants_are_found_by_name(officer: Browser, grant: Page) -> None:
    page = officer.get("/grants").submit("Vis", text="ast prøv")
    assert page.all("tbody th") == ["Asta Prøvesen"]
    assert officer.get("/grants?text=nobody").text.count("Ingen bevillinger her") == 1
    assert (
        page.click("Asta Prøvesen").click("Se alle posteringer").heading
        == "Alle posteringer for Asta Prøvesen"
    )


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.GUIDE, Role.LEADER, Role.ADMINISTRATOR])
def test_others_have_no_business_here(
    site: AppClient, people: PeopleFactory, role: Role, grant: Page
) -> None:
    visitor = site.signed_in(people.add(role))
    for path in ("/money", "/money/ask", "/funds", "/grants", grant.path, "/receipts/x"):
        assert visitor.get(path).status == 403
