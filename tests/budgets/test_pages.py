"""Money in the browser: the citizen sees and decides, the support worker looks along, the budget officer keeps the books."""

import re

import pytest
from sqlalchemy import Engine

from budgets.commands.messages import AddFund
from budgets.commands.service import carry_out
from people.access.model import RelationKind, Role
from people.directory.model import Person
from plans.model import Theme
from tests.budgets.money_factory import FUND
from tests.budgets.test_service import PDF, add_goal
from tests.people_factory import People
from tests.site import Page, Site, Visitor

NOT_A_RECEIPT = ("bilag.html", b"<script>alert(1)</script>")


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """Pages are tested on SQLite; their queries are tested on both databases elsewhere."""
    return sqlite_engine


@pytest.fixture
def maria(people: People) -> Person:
    return people.add(Role.SUPPORT_WORKER, "Maria")


@pytest.fixture
def asta(people: People, maria: Person) -> Person:
    citizen = people.citizen("Asta", helper=maria)
    people.relate(RelationKind.SUPPORT_WORKER, maria, citizen)
    add_goal(people, citizen, "Lær at svømme", Theme.SELF_CARE)
    add_goal(people, citizen, "Bage med Bo", Theme.RELATIONS)
    return citizen


@pytest.fixture
def officer(site: Site, people: People) -> Visitor:
    odin = people.add(Role.BUDGET_OFFICER, "Odin")
    with people.acting(odin) as visit:
        carry_out(visit, AddFund(FUND, 100_000_00), "fund")
    return site.visitor(odin)


@pytest.fixture
def grant(officer: Visitor, asta: Person) -> Page:
    """The budget officer's page of a grant of 5,000 kr. to Asta, 1,850 kr. of them for swimming."""
    page = officer.get("/grants/new").press("Find", text="asta").follow("Asta Prøvesen")
    page = page.press(
        "Bevilg pengene", amount="5.000", starts_on="2026-01-01", ends_on="31-12-2026", legal_basis="§ 85"
    )
    assert page.heading == "Penge til Asta Prøvesen"
    return share(page, "Lær at svømme", "1.850,00 kr.")


def test_a_grant_rests_on_the_law_of_its_fund_unless_another_is_written(
    officer: Visitor, asta: Person
) -> None:
    page = officer.get(f"/grants/new?citizen={asta.id}")
    typed = {"amount": "100", "starts_on": "2026-01-01", "ends_on": "31-12-2026"}
    assert FUND.legal_basis in page.press("Bevilg pengene", **typed, legal_basis="").text
    assert "§ 99" in page.visitor.get(page.path).press("Bevilg pengene", **typed, legal_basis="§ 99").text


def test_citizens_to_choose_from_stand_with_the_name_of_their_area(officer: Visitor, people: People) -> None:
    people.citizen("Nora", area=people.area("nord"))
    assert officer.get("/grants/new").press("Find", text="Nora").all("td") == ["Nord"]


def share(page: Page, goal: str, amount: str) -> Page:
    form = page.follow("Fordel penge")
    options = {one.text(): one.attributes["value"] or "" for one in form.tree.css("#field-to option")}
    chosen = next(value for text, value in options.items() if text.startswith(goal))
    return form.press("Flyt pengene", to=chosen, amount=amount)


def buy(page: Page, what: str, amount: str, files: dict[str, tuple[str, bytes]] | None = None) -> Page:
    form = page.follow("Registrér et køb")
    (goal,) = (one.attributes["value"] or "" for one in form.tree.css("[name=goal]"))
    return form.press("Registrér købet", files, goal=goal, what=what, amount=amount, bought_on="01-03-2026")


def own_words(page: Page) -> str:
    return page.text.replace("\xa0", " ")


def test_without_a_budget_the_page_says_what_will_stand_here(site: Site, asta: Person) -> None:
    page = site.visitor(asta).get("/money")
    assert page.heading == "Mine penge"
    assert "Ingen penge endnu" in page.text


@pytest.mark.usefixtures("grant")
def test_the_money_page_says_what_is_left_for_which_goal_till_when_in_that_order(
    site: Site, asta: Person
) -> None:
    words = own_words(site.visitor(asta).get("/money"))
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
    places = [words.index(one) for one in order]
    assert places == sorted(places)
    assert "3.150 kr. har ikke fået et mål endnu." in words


def answer(page: Page, **typed: str) -> Page:
    return page.press("Fortsæt", **typed)


@pytest.mark.usefixtures("grant")
def test_a_citizen_puts_money_aside_one_question_at_a_time(site: Site, asta: Person) -> None:
    page = site.visitor(asta).get("/money").follow("Jeg vil bruge penge")
    assert page.heading == "Hvad vil du købe?"
    page = answer(page, what="Svømmebriller & hætte")
    assert page.heading == "Hvad koster det cirka?"
    assert "Du kan selv bestemme op til 500 kr. nu." in own_words(page)
    assert "Er det mere? Så bestemmer en budgetansvarlig. Du får svar senest 16. marts 2026." in own_words(
        page
    )
    page = answer(page, amount="1850,01")
    assert page.status == 422
    assert page.title.startswith("Fejl: ")
    page = answer(page, amount="300 kr.")
    assert page.heading == "Hvem vil du købe det med?"
    page = answer(page, together_with="")
    assert page.heading == "Hvornår vil du købe det?"
    page = answer(page, wanted_when="på lørdag")
    assert page.heading == "Er det rigtigt?"
    assert "Så er der 1.550 kr. tilbage til Lær at svømme." in own_words(page)
    page = answer(page.follow("Ret Cirka"), amount="250,50")
    assert "Så er der 1.599,50 kr. tilbage til Lær at svømme." in own_words(page)
    for _ in range(2):
        sent = page.press("Læg pengene til side")
        assert sent.path == "/money"
    words = own_words(site.visitor(asta).get("/money"))
    assert "Du har 1.599,50 kr. tilbage til Lær at svømme" in words
    assert "250,50 kr. lagt til side" in words
    assert "250,50 kr. blev lagt til side: Svømmebriller & hætte" in words


def put_aside(site: Site, citizen: Person, what: str, amount: str) -> None:
    page = answer(site.visitor(citizen).get("/money/ask"), what=what)
    page = answer(answer(page, amount=amount), together_with="Bo")
    answer(page, wanted_when="").press("Læg pengene til side")


@pytest.mark.usefixtures("grant")
def test_a_citizen_changes_their_mind(site: Site, asta: Person) -> None:
    put_aside(site, asta, "Svømmebriller", "200")
    page = site.visitor(asta).get("/money").follow("Se dine ønsker")
    assert "200 kr. · Lær at svømme · med Bo" in own_words(page)
    # What would happen is read before it is pressed: a slip of the finger takes no wish away.
    more = page.tree.css_first("form[action$='/give-up']").parent.parent
    assert more.tag == "details"
    assert "Jeg vil ikke købe det alligevel" in more.css_first("summary").text()
    page = page.press("Tag ønsket væk")
    assert "Opgivet" in page.text
    assert "Du har 1.850 kr. tilbage" in own_words(site.visitor(asta).get("/money"))


def test_what_was_put_aside_is_bought_and_the_rest_comes_back(site: Site, asta: Person, grant: Page) -> None:
    put_aside(site, asta, "Svømmebriller", "200")
    officer = grant.visitor
    page = officer.get(grant.path).follow("Registrér købet Svømmebriller")
    page.press("Registrér købet", {"receipt": ("bilag.pdf", PDF)}, amount="149,50")
    words = own_words(site.visitor(asta).get("/money"))
    assert "Du har 1.700,50 kr. tilbage til Lær at svømme" in words
    assert "149,50 kr. blev brugt: Svømmebriller" in words
    assert "lagt til side Brugt" not in words


def test_the_officer_records_a_purchase_and_undoes_it(site: Site, asta: Person, grant: Page) -> None:
    page = buy(grant, "Svømmekort", "350,00")
    assert "Svømmekort" in page.text
    assert "Mangler" in page.text  # its receipt
    undo = page.follow(next(words for words in page.all("a") if words.startswith("Før tilbage Køb")))
    assert undo.press("Før den tilbage").status == 422
    page = undo.press("Før den tilbage", why="Købt til en anden")
    again = grant.visitor.get(undo.path).press("Før den tilbage", why="igen")
    assert again.status == 422
    assert again.title.startswith("Fejl: ")
    assert "er ført tilbage før" in again.text
    words = own_words(site.visitor(asta).get("/money/events"))
    assert "350 kr. blev rettet: Købt til en anden" in words
    assert "Du har 1.850 kr. tilbage" in own_words(site.visitor(asta).get("/money"))


def test_a_receipt_is_saved_as_a_file_by_those_who_may_see_it(
    site: Site, people: People, asta: Person, maria: Person, grant: Page
) -> None:
    buy(grant, "Svømmekort", "350", {"receipt": ("../../bilag.exe", PDF)})
    page = site.visitor(asta).get("/money/events")
    address = next(
        one.attributes["href"] or ""
        for one in page.tree.css("a")
        if "receipts" in (one.attributes["href"] or "")
    )
    for reader in (asta, maria):
        answered = site.visitor(reader).get(address).answer
        assert answered.content == PDF
        assert answered.headers["content-type"] == "application/pdf"
        assert re.fullmatch(r'attachment; filename="bilag-\w+\.pdf"', answered.headers["content-disposition"])
        assert answered.headers["content-security-policy"].startswith("default-src 'none'; sandbox;")
        assert answered.headers["x-content-type-options"] == "nosniff"
    for stranger in (people.citizen("Nabo"), people.add(Role.SUPPORT_WORKER, "Uvedkommende")):
        assert site.visitor(stranger).get(address).status == 404


def test_what_is_no_receipt_comes_back_with_what_was_typed_and_buys_nothing(
    site: Site, asta: Person, grant: Page
) -> None:
    page = buy(grant, "Svømmekort", "350", {"receipt": NOT_A_RECEIPT})
    assert page.status == 422
    assert "Filen er ikke et billede eller en PDF." in page.text
    assert page.tree.css_first("#field-what").attributes["value"] == "Svømmekort"
    page = buy(grant, "Svømmekort", "1.850,01")
    assert "Der er kun 1.850 kr. at tage af." in own_words(page)
    page = buy(grant, "Svømmekort", "1,850.01")
    assert page.status == 422
    assert "Du har 1.850 kr. tilbage" in own_words(site.visitor(asta).get("/money"))


def test_two_goals_each_have_their_own_left(site: Site, asta: Person, grant: Page) -> None:
    share(grant, "Bage med Bo", "400")
    mine = site.visitor(asta)
    words = own_words(mine.get("/money"))
    assert "Du har 1.850 kr. tilbage til Lær at svømme" in words
    assert "Du har 400 kr. tilbage til Bage med Bo" in words
    page = mine.get("/money/ask")
    assert page.heading == "Hvad er det til?"
    assert answer(page).heading == "Hvad er det til?"


@pytest.mark.usefixtures("grant")
def test_the_support_worker_reads_along_and_strangers_do_not(
    site: Site, people: People, asta: Person, maria: Person
) -> None:
    page = site.visitor(maria).get(f"/citizens/{asta.id}/money")
    assert page.heading == "Penge til Asta"
    assert "Jeg vil bruge penge" not in page.text
    assert site.visitor(maria).get(f"/citizens/{asta.id}/money/events").status == 200
    other = people.add(Role.SUPPORT_WORKER, "Uvedkommende")
    assert site.visitor(other).get(f"/citizens/{asta.id}/money").status == 404
    assert "En støtteperson" in site.visitor(asta).get("/who-has-seen").text


@pytest.mark.usefixtures("grant")
def test_the_money_page_on_paper(site: Site, asta: Person, maria: Person) -> None:
    page = site.visitor(asta).get("/money").follow("Udskriv")
    assert page.heading == "Penge til Asta"
    assert "Du har 1.850 kr. tilbage til Lær at svømme" in own_words(page)
    assert site.visitor(maria).get(f"/citizens/{asta.id}/money/print").status == 200


def test_all_events_come_page_by_page(site: Site, asta: Person, grant: Page) -> None:
    for number in range(25):
        buy(grant, f"Køb {number}", "1")
    page = site.visitor(asta).get("/money").follow("Se alt, hvad der er sket")
    assert len(page.all(".event")) == 25
    assert len(page.follow("Næste").all(".event")) == 2


def test_a_fund_is_set_up_with_its_rules(officer: Visitor) -> None:
    page = officer.get("/funds").follow("Opret en pulje").press("Opret puljen", name="Ny pulje")
    assert page.status == 422
    page = page.press(
        "Opret puljen", amount="20.000", starts_on="01-01-2026", ends_on="31-12-2026", legal_basis="§ 85",
        appeal="Klag inden 4 uger.", grant_max="10.000", own_purchase="0", own_month="", unspent="returned",
    )  # fmt: skip
    assert page.heading == "Ny pulje"
    assert "20.000 kr. ikke bevilget" in own_words(page)
    page = page.press("Læg dem i", amount="500", why="Fra kontoen")
    assert "20.500 kr. ikke bevilget" in own_words(page)
    page = officer.get("/funds/new").press("Opret puljen", name="ny pulje", amount="1")
    assert page.status == 422


def test_the_rules_of_the_fund_are_said_at_the_field(officer: Visitor, asta: Person) -> None:
    form = officer.get(f"/grants/new?citizen={asta.id}")
    typed = {"starts_on": "2026-01-01", "ends_on": "2026-12-31", "legal_basis": "§ 85"}
    page = form.press("Bevilg pengene", amount="50.000,01", **typed)
    assert "Skriv højst 50.000 kr." in own_words(page)
    page = form.press("Bevilg pengene", amount="50", **typed | {"ends_on": "2027-01-01"})
    assert "Vælg en dag fra 01-01-2026 til 31-12-2026." in page.text
    assert officer.get("/grants").text.count("Asta") == 0


def test_a_funds_movements_are_listed_and_downloaded(officer: Visitor, grant: Page) -> None:
    buy(grant, '=HYPERLINK("x")', "350", {"receipt": ("b.pdf", PDF)})
    page = officer.get("/funds").follow(FUND.name).follow("Se posteringerne")
    assert page.all("tbody th") == ["Køb", "Givet til et mål", "Bevilling", "Penge i puljen"]
    page = page.press("Vis", first="01-03-2026", last="2026-03-01")
    assert page.all("tbody th") == ["Køb"]
    file = officer.get(f"{page.path.split('?')[0]}.csv?first=2026-03-01&last=2026-03-01").answer
    lines = file.content.decode("utf-8-sig").split("\r\n")
    assert len(lines) == 4  # header, two entries, nothing
    assert [line.split(";")[9:11] for line in lines[1:3]] in (
        [["", "350,00"], ["350,00", ""]],
        [["350,00", ""], ["", "350,00"]],
    )
    assert "'=HYPERLINK" in file.text
    assert FUND.account_string in file.text


def test_grants_are_found_by_name(officer: Visitor, grant: Page) -> None:
    page = officer.get("/grants").press("Vis", text="ast prøv")
    assert page.all("tbody th") == ["Asta Prøvesen"]
    assert officer.get("/grants?text=nobody").text.count("Ingen bevillinger her") == 1
    assert (
        page.follow("Asta Prøvesen").follow("Se alle posteringer").heading
        == "Alle posteringer for Asta Prøvesen"
    )


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.GUIDE, Role.LEADER, Role.ADMINISTRATOR])
def test_others_have_no_business_here(site: Site, people: People, role: Role, grant: Page) -> None:
    visitor = site.visitor(people.add(role))
    for path in ("/money", "/money/ask", "/funds", "/grants", grant.path, "/receipts/x"):
        assert visitor.get(path).status == 403
