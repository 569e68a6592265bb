"""Spending requests in the browser, from the question to what was learnt: citizen, support worker, budget officers."""

from datetime import date

import pytest
from sqlalchemy import Engine

from budgets.commands.messages import AllocateToGoal
from people.access.model import RelationKind, Role
from plans.model import Theme
from tests.conftest import FrozenClock
from tests.support.app_client import AppClient, Browser, Page
from tests.support.budget_factory import RECEIPT_PDF, add_goal
from tests.support.budget_scenario import BudgetScenario, make_budget_scenario
from tests.support.people_factory import PeopleFactory

CONTINUE = "Fortsæt"


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """Pages are tested on SQLite; their queries are tested on both databases elsewhere."""
    return sqlite_engine


@pytest.fixture
def scenario(people: PeopleFactory, clock: FrozenClock) -> BudgetScenario:
    return make_budget_scenario(people, clock, two_officers_ore=1_000_00)


@pytest.fixture
def asta(site: AppClient, scenario: BudgetScenario) -> Browser:
    return site.signed_in(scenario.asta)


@pytest.fixture
def odin(site: AppClient, scenario: BudgetScenario) -> Browser:
    return site.signed_in(scenario.odin)


def page_text(page: Page) -> str:
    return page.text.replace("\xa0", " ")


def submit_request(asta: Browser, amount: str, what: str = "En våddragt") -> Page:
    page = asta.get("/money/ask").submit(CONTINUE, what=what).submit(CONTINUE, amount=amount)
    return page.submit(CONTINUE, together_with="Bo").submit(CONTINUE, wanted_when="til sommer")


def test_going_on_without_choosing_a_goal_says_what_to_do(asta: Browser, scenario: BudgetScenario) -> None:
    guitar = add_goal(scenario.people, scenario.asta, "Spille guitar", Theme.COMMUNITY)
    scenario.execute(scenario.odin, AllocateToGoal(scenario.grant_id, guitar, 100_00))
    page = asta.get("/money/ask")
    assert page.status == 200
    unanswered = page.submit(CONTINUE)
    assert unanswered.status == 422
    assert "Vælg et mål." in unanswered.text
    assert asta.get("/money/ask").submit(CONTINUE, goal=guitar).status == 200


def test_each_question_says_how_many_there_are_and_leads_back_to_the_one_before(
    asta: Browser, scenario: BudgetScenario
) -> None:
    first = asta.get("/money/ask")
    assert "Spørgsmål 1 af 4" in page_text(first)
    third = first.submit(CONTINUE, what="En våddragt & briller").submit(CONTINUE, amount="900")
    assert "Spørgsmål 3 af 4" in page_text(third)
    second = third.click("Spørgsmålet før")
    assert second.all("h1") == ["Hvad koster det cirka?"]
    again = second.click("Spørgsmålet før")
    assert again.all("textarea") == ["En våddragt & briller"]
    assert again.click("Mine penge").path == "/money"
    assert "Spørgsmål 3 af 4" in page_text(again.submit(CONTINUE))
    scenario.execute(
        scenario.odin,
        AllocateToGoal(
            scenario.grant_id,
            add_goal(scenario.people, scenario.asta, "Spille guitar", Theme.COMMUNITY),
            100_00,
        ),
    )
    assert "Spørgsmål 1 af 5" in page_text(asta.get("/money/ask"))


def test_the_only_goal_is_asked_for_where_an_address_asks_for_it(asta: Browser) -> None:
    page = asta.get("/money/ask?again=goal")
    assert page.heading == "Hvad er det til?"
    assert "Spørgsmål 1 af 5" in page_text(page)


def test_above_the_own_word_the_citizen_is_told_who_decides_and_by_when(asta: Browser) -> None:
    page = submit_request(asta, "900")
    assert "En budgetansvarlig bestemmer. Du får svar senest 16. marts 2026." in page_text(page)
    assert "Hvis svaret er ja, er der 950 kr. tilbage til Lær at svømme." in page_text(page)
    for _ in range(2):
        sent = page.submit("Send ønsket")
        assert sent.path == "/money/requests"
    assert page_text(sent).count("En våddragt") == 1
    assert "Venter på svar" in sent.text
    assert "900 kr. · Lær at svømme · med Bo · til sommer" in page_text(sent)
    assert "Du har 1.850 kr. tilbage" in page_text(asta.get("/money"))


def test_within_the_own_word_the_citizen_is_told_till_when_it_is_put_aside(asta: Browser) -> None:
    page = submit_request(asta, "500")
    assert "Det bestemmer du selv. Pengene bliver lagt til side til dig til og med 1. maj 2026." in page_text(
        page
    )
    page.submit("Læg pengene til side")
    page = asta.get("/money/requests")
    assert "Du kan købe det nu." in page.text
    assert "Så går de tilbage til Lær at svømme." in page.text


def test_an_officer_says_yes_with_the_citizens_words_beside_the_numbers(asta: Browser, odin: Browser) -> None:
    submit_request(asta, "900").submit("Send ønsket")
    page = odin.get("/requests").click("En våddragt")
    assert page.heading == "Asta Prøvesen beder om 900 kr."
    for words_beside in ("En våddragt", "til sommer", "Tilbage til målet 1.850 kr.", "det her køb 950 kr."):
        assert words_beside in page_text(page)
    done = page.submit("Sig ja til 900 kr.")
    assert done.path == "/requests"
    assert "Ingen ønsker venter" in done.text
    assert "Du kan købe det nu." in asta.get("/money/requests").text
    again = page.submit("Sig ja til 900 kr.")  # the same press once more
    assert again.status == 200
    late = odin.get(page.path)
    assert "Lagt til side" in late.text
    assert "Sig ja" not in late.text


def test_a_no_needs_reasons_and_a_rule_and_the_citizen_reads_them_with_how_to_appeal(
    asta: Browser, odin: Browser, scenario: BudgetScenario
) -> None:
    submit_request(asta, "900").submit("Send ønsket")
    page = odin.get("/requests").click("En våddragt")
    page = page.submit("Send et nej", reasons="Den kan lånes gratis i hallen.")
    assert page.status == 422
    assert "Skriv, hvilken regel det følger af." in page.text
    assert page.tree.css_first("#field-reasons").text() == "Den kan lånes gratis i hallen."  # type: ignore[union-attr]
    page.submit("Send et nej", rule="Puljens regel 3")
    mine = page_text(asta.get("/money/requests"))
    for phrase in (
        "Svaret er nej",
        "Du fik et nej den 2. marts 2026.",
        "Den kan lånes gratis i hallen.",
        "Puljens regel 3",
        "Du kan klage til Opdigtet Kommune inden 4 uger.",
    ):
        assert phrase in mine
    assert "Svaret var nej" in odin.get(page.path).text


def test_two_officers_say_yes_to_a_large_amount(
    site: AppClient, asta: Browser, odin: Browser, scenario: BudgetScenario
) -> None:
    submit_request(asta, "1.500").submit("Send ønsket")
    assert "Derfor er der to, der bestemmer." in asta.get("/money/requests").text
    first = odin.get("/requests").click("En våddragt")
    assert "kræver ja fra to budgetansvarlige" in first.text
    first.submit("Sig ja til 1.500 kr.")
    assert "Én har sagt ja. Der skal én mere til at sige ja." in asta.get("/money/requests").text
    assert "Du har sagt ja. En anden" in odin.get(first.path).text
    frida = site.signed_in(scenario.frida)
    page = frida.get("/requests")
    assert "Ét ja, der mangler ét" in page.text
    page.click("En våddragt").submit("Sig ja til 1.500 kr.")
    assert "Du kan købe det nu." in asta.get("/money/requests").text


def test_the_front_page_says_for_two_weeks_that_there_is_an_answer(
    asta: Browser, odin: Browser, clock: FrozenClock
) -> None:
    submit_request(asta, "900").submit("Send ønsket")
    assert "Du har fået svar" not in asta.get("/").text
    odin.get("/requests").click("En våddragt").submit("Send et nej", reasons="Lån den.", rule="Regel 4")
    assert "Du har fået svar: En våddragt" in asta.get("/").text
    assert "Lån den." in asta.get("/").click("Læs svaret").text
    clock.advance(hours=14 * 24)
    assert "Du har fået svar" not in asta.get("/").text


def test_what_a_citizen_decides_alone_is_no_answer(asta: Browser) -> None:
    submit_request(asta, "100").submit("Læg pengene til side")
    assert "Du har fået svar" not in asta.get("/").text


def test_an_answer_that_comes_too_late_or_without_money_is_met_calmly(
    asta: Browser, odin: Browser, scenario: BudgetScenario
) -> None:
    submit_request(asta, "900").submit("Send ønsket")
    page = odin.get("/requests").click("En våddragt")
    scenario.purchase(1_000_00, date(2026, 3, 1))
    refused = page.submit("Sig ja til 900 kr.")
    assert refused.status == 422
    assert "Der er mindre tilbage, end borgeren beder om." in refused.text
    assert "50 kr. for lidt" in page_text(refused)
    asta.get("/money/requests").submit("Tag ønsket væk")
    settled = page.submit("Send et nej", reasons="Nej.", rule="Regel 3")
    assert settled.status == 422
    assert "Det her var afgjort i forvejen." in settled.text


def test_the_request_that_is_due_first_stands_first_and_a_late_one_says_so(
    site: AppClient, scenario: BudgetScenario
) -> None:
    scenario.execute(scenario.asta, scenario.request_command(600_00, "Den første"))
    scenario.clock.advance(days=15)
    scenario.execute(scenario.asta, scenario.request_command(700_00, "Den anden"))
    page = site.signed_in(scenario.odin).get("/requests")
    assert page.all("tbody th") == ["Den første", "Den anden"]
    assert page.text.count("For sent") == 1
    assert (
        "Du skulle have fået svar senest 16. marts 2026."
        in site.signed_in(scenario.asta).get("/money/requests").text
    )


def test_an_officer_of_another_area_sees_none_of_it_and_those_shown_are_logged(
    site: AppClient, people: PeopleFactory, asta: Browser, odin: Browser
) -> None:
    submit_request(asta, "900").submit("Send ønsket")
    page = odin.get("/requests").click("En våddragt")
    elsewhere = site.signed_in(people.add(Role.BUDGET_OFFICER, role_area=people.area("nordby")))
    assert "Ingen ønsker venter" in elsewhere.get("/requests").text
    assert elsewhere.get(page.path).status == 404
    assert "Odin" in asta.get("/who-has-seen").text or "budgetansvarlig" in asta.get("/who-has-seen").text


def test_after_the_purchase_come_a_picture_of_the_receipt_and_what_was_learnt(
    asta: Browser, scenario: BudgetScenario
) -> None:
    submit_request(asta, "300").submit("Læg pengene til side")
    page = asta.get("/money/requests").click("Tag et billede af bilaget")
    assert page.tree.css_first("#field-receipt").attributes["capture"] == "environment"  # type: ignore[union-attr]
    assert page.submit("Send bilaget", {"receipt": ("b.pdf", b"no receipt")}).status == 422
    page.submit("Send bilaget", {"receipt": ("b.pdf", RECEIPT_PDF)})
    with_receipt = asta.get("/money/requests")
    assert "Send et bilag mere" in with_receipt.text
    assert "Hvad lærte du?" not in with_receipt.text
    scenario.purchase(280_00, date(2026, 3, 2), request_id_of(with_receipt))
    page = asta.get("/money/requests").click("Hvad lærte du?")
    assert page.submit("Gem det", words="").status == 422
    page = page.submit("Gem det", words="Vandet er koldt i marts.")
    assert "Vandet er koldt i marts." in page.text
    assert "Bilaget er her." in page.text


def request_id_of(page: Page) -> str:
    address = page.tree.css_first("a[href$='/receipt']").attributes["href"] or ""  # type: ignore[union-attr]
    return address.split("/")[-2]


def test_the_support_worker_reads_the_same_and_changes_nothing(
    site: AppClient, people: PeopleFactory, asta: Browser, scenario: BudgetScenario
) -> None:
    submit_request(asta, "900").submit("Send ønsket")
    maria = people.add(Role.SUPPORT_WORKER, "Maria")
    people.start_relation(RelationKind.SUPPORT_WORKER, maria, scenario.asta)
    page = site.signed_in(maria).get(f"/citizens/{scenario.asta.id}/money").click("Se ønskerne")
    assert page.heading == "Ønsker fra Asta"
    assert "Venter på svar" in page.text
    assert page.tree.css("main form") == []
    stranger = site.signed_in(people.add(Role.SUPPORT_WORKER))
    assert stranger.get(page.path).status == 404


def test_nobody_opens_a_wish_of_another_citizen(
    site: AppClient, people: PeopleFactory, asta: Browser
) -> None:
    submit_request(asta, "300").submit("Læg pengene til side")
    path = f"/money/requests/{request_id_of(asta.get('/money/requests'))}"
    neighbour = site.signed_in(people.citizen("Nabo"))
    for page in ("receipt", "learnt"):
        assert neighbour.get(f"{path}/{page}").status == 404
