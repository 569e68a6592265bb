"""A statement in the browser, printed and as PDF: the same words and figures wherever it is read."""

import io
from datetime import date

import pikepdf
import pytest
from msgspec.structs import replace
from sqlalchemy import Engine

from budgets.commands import service as commands_service
from budgets.commands.messages import CloseGrant
from budgets.model import ClosingCause, Fund, UnspentPolicy
from budgets.money.presenter import unspent_text
from people.access.model import Role
from people.directory.model import Person
from tests.support.app_client import AppClient, Page
from tests.support.budget_factory import FUND, RECEIPT_PDF
from tests.support.budget_pages import allocate, page_text, reserve
from tests.support.pdf_reader import header_and_footer_texts, tagged_text, tags
from tests.support.people_factory import PeopleFactory
from tests.support.readability import LIX_OF_A_PAGE_MAX, lix


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """Pages are tested on SQLite; their query is tested on both databases in `test_statement`."""
    return sqlite_engine


@pytest.fixture
def spent(site: AppClient, asta: Person, grant: Page) -> Page:
    """The grant after two purchases, one of them reversed, and money put aside."""
    reserve(site, asta, "Svømmebriller", "200")
    allocate(grant, "Bage med Bo", "400")
    form = grant.browser.get(grant.path).click("Registrér et køb")
    goal = next(iter(form.tree.css("[name=goal]"))).attributes["value"] or ""
    for what, amount, files in (
        ("Svømmekort", "350,00", {"receipt": ("b.pdf", RECEIPT_PDF)}),
        ("Bus & <tog>", "60,50", None),
    ):
        form.submit("Registrér købet", files, goal=goal, what=what, amount=amount, bought_on="01-03-2026")
        form = grant.browser.get(grant.path).click("Registrér et køb")
    page = grant.browser.get(grant.path)
    undo = page.click(next(label for label in page.all("a") if label == "Før tilbage Køb 60,50 kr."))
    undo.submit("Før den tilbage", why="Købt til en anden")
    return page


def test_it_says_what_came_in_what_it_went_to_and_what_is_left(
    site: AppClient, asta: Person, spent: Page
) -> None:
    page = site.signed_in(asta).get("/money").click("Se hele regnskabet")
    assert page.heading == "Regnskab for Asta Prøvesen"
    read = page_text(page)
    order = (
        "Du har 1.300 kr. tilbage til Lær at svømme.",
        "Du har 400 kr. tilbage til Bage med Bo.",
        "2.750 kr. har ikke fået et mål endnu.",
        "Sådan stod det den 2. marts 2026.",
        "Budgettet løber fra 1. januar 2026 til og med 31. december 2026.",
        "Penge, du har fået",
        "Fra kommunen 02-03-2026 5.000 kr.",
        "Det er pengene til",
        "Det har du købt",
        "Svømmekort Lær at svømme 01-03-2026 Ja 350 kr.",
        "Bus & <tog> Lær at svømme 01-03-2026 Nej 60,50 kr.",
        "Rettet: Købt til en anden Lær at svømme 02-03-2026 −60,50 kr.",
        "I alt 350 kr.",
        "Hvis du ikke bruger det hele",
        "Penge, du ikke bruger, går tilbage til kommunen efter 31. december 2026.",
        "Loven: § 85",
        "Du kan klage",
    )
    positions = [read.index(phrase) for phrase in order]
    assert positions == sorted(positions)


def test_screen_print_and_pdf_say_the_same_to_everybody(
    site: AppClient, asta: Person, maria: Person, spent: Page
) -> None:
    own = site.signed_in(asta)
    wanted = document_text(own.get("/money/statement"))
    assert "350 kr." in wanted
    own_pdf = own.get("/money/statement.pdf").response.content
    for visitor, address in (
        (own, "/money"),
        (site.signed_in(maria), f"/citizens/{asta.id}/money"),
        (spent.browser, spent.path),
    ):
        assert document_text(visitor.get(f"{address}/statement")) == wanted
        assert document_text(visitor.get(f"{address}/statement/print")) == wanted
        answer = visitor.get(f"{address}/statement.pdf").response
        assert answer.content == own_pdf
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["content-disposition"] == 'attachment; filename="regnskab-2026-03-02.pdf"'
    assert tagged_text(own_pdf).replace("\xa0", " ") == wanted


def document_text(page: Page) -> str:
    """The words of the statement itself, without the links and buttons of its page."""
    for node in page.tree.css("main .back, main .buttons, main caption"):
        node.decompose()
    return page_text(page)


def test_its_pdf_can_be_read_aloud(site: AppClient, asta: Person, spent: Page) -> None:
    pdf_file = site.signed_in(asta).get("/money/statement.pdf").response.content
    tag_names = tags(pdf_file)
    assert tag_names.count("Table") == 3
    assert tag_names.count("TH") == 3 + 5 + 5
    assert header_and_footer_texts(pdf_file)[0].endswith("Side 1 af 2")
    with pikepdf.open(io.BytesIO(pdf_file)) as pdf, pdf.open_metadata() as facts:
        assert facts["pdfuaid:part"] == "1"
        assert facts["dc:title"] == "Regnskab for Asta Prøvesen"


def test_it_is_easy_to_read(site: AppClient, asta: Person, spent: Page) -> None:
    page = site.signed_in(asta).get("/money/statement")
    sentences = [
        sentence
        for sentence in page.all("main p")
        if sentence.endswith(".") and not sentence.startswith("Du kan klage")
    ]
    assert lix(" ".join(sentences)) <= LIX_OF_A_PAGE_MAX, sentences


def test_in_english_it_is_english(site: AppClient, asta: Person, spent: Page) -> None:
    visitor = site.signed_in(asta)
    visitor.get("/money/statement").submit("English")
    assert visitor.get("/money/statement").heading == "Statement for Asta Prøvesen"
    assert "Page 1 of 2" in header_and_footer_texts(visitor.get("/money/statement.pdf").response.content)[0]


def test_strangers_find_nothing(site: AppClient, people: PeopleFactory, asta: Person, spent: Page) -> None:
    stranger = site.signed_in(people.add(Role.SUPPORT_WORKER, "Uvedkommende"))
    for ending in ("", "/print", ".pdf"):
        assert stranger.get(f"/citizens/{asta.id}/money/statement{ending}").status == 404
        assert site.signed_in(people.citizen("Nabo")).get(f"/money/statement{ending}").status == 404


def test_a_closed_budget_keeps_its_figures_and_says_where_the_rest_went(
    site: AppClient, people: PeopleFactory, asta: Person, spent: Page
) -> None:
    grant_id = spent.path.rsplit("/", 1)[1]
    with people.acting_as(people.add(Role.BUDGET_OFFICER, "Oda")) as context:
        commands_service.execute(
            context, CloseGrant(grant_id, ClosingCause.DIED, "Budgettet er slut."), "closing"
        )
    page = site.signed_in(asta).get(f"/money/statement?budget={grant_id}")
    read = page_text(page)
    for phrase in (
        "Budgettet blev afsluttet den 2. marts 2026.",
        "Lær at svømme 1.850 kr. 350 kr. 0 kr. 0 kr. 1.500 kr.",
        "I alt 5.000 kr. 350 kr. 0 kr. 0 kr. 4.650 kr.",
        "Svømmekort Lær at svømme 01-03-2026 Ja 350 kr.",
        "Penge, du ikke brugte",
        "Tilbage til kommunen 02-03-2026 4.650 kr.",
    ):
        assert phrase in read
    pdf_file = site.signed_in(asta).get(f"/money/statement.pdf?budget={grant_id}").response.content
    assert tagged_text(pdf_file).replace("\xa0", " ") == document_text(page)


@pytest.mark.parametrize(
    ("fund", "sentence"),
    [
        (FUND, "går tilbage til kommunen efter 31. december 2026."),
        (replace(FUND, unspent=UnspentPolicy.EXPIRED), "bortfalder efter 31. december 2026."),
        (replace(FUND, unspent=UnspentPolicy.CARRIED_OVER), "er stadig dine efter 31. december 2026."),
        (
            replace(FUND, unspent=UnspentPolicy.CARRIED_OVER, carry_over_max_ore=500_00),
            "Op til 500 kr., du ikke bruger, er stadig dine efter 31. december 2026. Resten går tilbage til kommunen.",
        ),
    ],
    ids=["returned", "lapses", "carried over", "carried over up to a limit"],
)
def test_what_happens_to_the_rest_follows_the_fund(fund: Fund, sentence: str) -> None:
    assert sentence in " ".join(unspent_text(fund, date(2026, 12, 31), "da")).replace("\xa0", " ")
