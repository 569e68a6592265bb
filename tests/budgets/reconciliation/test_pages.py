"""The budget officer reconciles: send the finance system's file, look, keep, settle what differs."""

from datetime import date

import msgspec
import pytest
from sqlalchemy import Engine, func, select

from budgets.ledger import store as ledger_store
from budgets.reconciliation.tables import finance_line, pair, reconciliation
from foundation.db.transactions import read_transaction, write_transaction
from people.access.model import Role
from people.directory.model import Person
from people.tables.rights import change
from tests.support import budget_factory
from tests.support.app_client import AppClient, Page
from tests.support.people_factory import PeopleFactory

HEADER = "kontostreng;dato;beløb;tekst;bilagsnummer\r\n"
ROWS = (
    f"{budget_factory.FUND.account_string};03-03-2026;100,00;Sportshuset;B1\r\n"  # exact
    "5 38 52 4 300;09-03-2026;1.200,00;Cykelhandler;B2\r\n"  # four days later
    f"{budget_factory.FUND.account_string};12-03-2026;52,00;Svømmehal;B3\r\n"  # 50 kr. here
    f"{budget_factory.FUND.account_string};20-03-2026;300,00;Ukendt;B4\r\n"  # only there
)
FILE = (HEADER + ROWS).encode("utf-8-sig")


@pytest.fixture
def officer(engine: Engine, people: PeopleFactory) -> Person:
    """A budget officer of all areas, and five purchases in March."""
    with write_transaction(engine) as db:
        budget_factory.create_records(db)
        budget_factory.post_funding(db)
        bought = (
            (3, 100_00, "Briller"),
            (5, 1_200_00, "Cykel"),
            (12, 50_00, "Billet"),
            (15, 80_00, "Håndklæde"),
        )
        ledger_store.bulk_post(
            db,
            [
                msgspec.structs.replace(
                    budget_factory.spend(amount_ore), effective_on=date(2026, 3, day), why=why
                )
                for day, amount_ore, why in bought
            ],
        )
    return people.add(Role.BUDGET_OFFICER, "Olga", surname="Opdigtet")


@pytest.fixture
def preview(site: AppClient, officer: Person) -> Page:
    """What the officer sees after sending the file."""
    return upload(site.signed_in(officer).get("/reconciliations"), FILE)


def upload(page: Page, content: bytes, name: str = "marts.csv") -> Page:
    return page.submit("Se, hvad der passer", {"file": (name, content)})


def counts(page: Page) -> list[int]:
    """How many match, differ, are only there, are only here."""
    return [int(number) for number in page.all("main .stat-number")][:4]


def stored_counts(engine: Engine) -> tuple[int, int, int]:
    with read_transaction(engine) as db:
        return tuple(  # type: ignore[return-value]
            db.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (reconciliation, finance_line, pair)
        )


def test_a_file_is_looked_at_then_kept(preview: Page, engine: Engine, officer: Person) -> None:
    assert preview.heading == "Hvad der passer i marts.csv"
    assert counts(preview) == [2, 1, 1, 1]
    assert stored_counts(engine) == (0, 0, 0)

    confirmed = preview.submit("Gem parrene")

    assert confirmed.heading == "Afstemning af marts.csv"
    assert counts(confirmed) == [2, 1, 1, 1]
    assert stored_counts(engine) == (1, 4, 3)
    assert "Olga Opdigtet" in confirmed.browser.get("/reconciliations").text
    with read_transaction(engine) as db:
        assert "budgets:reconciliation:keep" in db.execute(select(change.c.tag)).scalars().all()


def test_the_same_file_again_changes_nothing(preview: Page, engine: Engine) -> None:
    confirmed = preview.submit("Gem parrene")
    again = upload(confirmed.browser.get("/reconciliations"), FILE, "samme.csv")
    assert again.path == confirmed.path
    assert "Filen er gemt før" in again.tree.body.text()
    assert preview.submit("Gem parrene").path == "/reconciliations", "a second press finds the file gone"
    assert stored_counts(engine) == (1, 4, 3)


def test_a_file_that_overlaps_an_earlier_one_knows_what_is_settled(preview: Page, engine: Engine) -> None:
    preview.submit("Gem parrene")
    more = FILE + f"{budget_factory.FUND.account_string};15-03-2026;80,00;Sportshuset;B5\r\n".encode()
    page = upload(preview.browser.get("/reconciliations"), more, "marts2.csv")
    assert [int(number) for number in page.all("main .stat-number")] == [1, 0, 2, 0, 2]


def test_a_suggestion_is_confirmed_taken_apart_and_found_by_hand(preview: Page) -> None:
    page = preview.submit("Gem parrene")
    page = page.submit("Hører sammen")
    assert counts(page) == [3, 0, 1, 1]
    undone = [
        form.attributes["action"]
        for form in page.tree.css("form")
        if "/undo" in (form.attributes["action"] or "")
    ]
    page = page.submit("Skil ad")
    assert len(undone) == 3
    assert counts(page) == [2, 0, 2, 2]
    choosing = page.click("Find det Række 2")
    assert choosing.heading == "Hvilket køb er række 2?"
    faulty = choosing.submit("Hører sammen")
    assert faulty.status == 422
    assert "Vælg et køb." in faulty.text
    chosen = choosing.tree.css_first("[name=movement]").attributes["value"] or ""
    page = choosing.submit("Hører sammen", movement=chosen)
    assert counts(page) == [3, 0, 1, 1]
    assert "Parret i hånden" in page.text


def test_a_purchase_that_was_recorded_meanwhile_is_looked_at_first(
    preview: Page, engine: Engine, site: AppClient
) -> None:
    with write_transaction(engine) as db:
        ledger_store.bulk_post(
            db, [msgspec.structs.replace(budget_factory.spend(300_00), effective_on=date(2026, 3, 20))]
        )
    page = preview.submit("Gem parrene")
    assert page.status == 409
    assert counts(page) == [3, 1, 0, 1]
    assert stored_counts(engine) == (0, 0, 0)
    assert page.submit("Gem parrene").heading == "Afstemning af marts.csv"


def test_every_fault_is_told_by_row_and_column_and_nothing_is_kept(
    site: AppClient, officer: Person, engine: Engine
) -> None:
    wrong = HEADER + "5-38;i går;100,00;a;b\r\n;01-03-2026;1,250.00;a;b\r\n"
    page = upload(site.signed_in(officer).get("/reconciliations"), wrong.encode("windows-1252"))
    assert page.status == 422
    assert page.all(".alert li") == [
        "Række 2, kolonne dato: 'i går' er ikke en dato. Skriv dag-måned-år, fx 31-12-2026.",
        "Række 3, kolonne kontostreng: Cellen er tom. Den skal udfyldes.",
        "Række 3, kolonne beløb: “1,250.00” er ikke et beløb. Skriv fx 250 eller 1.250,50.",
    ]
    assert stored_counts(engine) == (0, 0, 0)


@pytest.mark.parametrize(("content", "message"), [(HEADER, "Der er ingen linjer"), ("", "Filen er tom")])
def test_a_file_with_nothing_in_it_is_refused(
    site: AppClient, officer: Person, content: str, message: str
) -> None:
    page = upload(site.signed_in(officer).get("/reconciliations"), content.encode())
    assert message in page.text


def test_a_minus_before_or_behind_is_money_that_came_back(site: AppClient, officer: Person) -> None:
    rows = "1;01-03-2026;-1.250,50;a;\r\n1;02-03-2026;12,00-;b;\r\n"
    page = upload(site.signed_in(officer).get("/reconciliations"), (HEADER + rows).encode("windows-1252"))
    assert [cell for cell in page.all("td.number") if "kr." in cell] == ["−1.250,50 kr.", "−12 kr."]


def test_the_differences_are_a_sheet_and_a_look_for_each_citizen(preview: Page, site: AppClient) -> None:
    confirmed = preview.submit("Gem parrene")
    rows = (
        confirmed.browser.get(f"{confirmed.path}/differences.csv")
        .response.content.decode("utf-8-sig")
        .splitlines()
    )
    assert [row.split(";")[0] for row in rows] == ["gruppe", "Afviger", "Kun i økonomisystemet", "Kun her"]
    assert ";52,00;ud;Svømmehal;B3;" in rows[1]
    assert ";50,00;ud;Billet" in rows[1]
    assert (
        "En budgetansvarlig så dine penge" in site.signed_in(budget_factory.CITIZEN).get("/who-has-seen").text
    )


def test_an_officer_of_one_area_reconciles_nothing(
    site: AppClient, people: PeopleFactory, preview: Page
) -> None:
    confirmed = preview.submit("Gem parrene").path
    browser = site.signed_in(people.add(Role.BUDGET_OFFICER, "Ole", role_area=people.area("nordby")))
    for path in ("/reconciliations", confirmed, f"{confirmed}/differences.csv", f"{confirmed}/lines/5"):
        assert browser.get(path).status == 403


def test_a_file_of_somebody_else_is_not_there(site: AppClient, people: PeopleFactory, preview: Page) -> None:
    other = site.signed_in(people.add(Role.BUDGET_OFFICER, "Ole"))
    assert other.get(preview.path).path == "/reconciliations"


def test_a_purchase_is_in_one_pair_only(preview: Page, engine: Engine) -> None:
    confirmed = preview.submit("Gem parrene")
    line = confirmed.click("Find det Række 5")
    movement = line.tree.css_first("[name=movement]").attributes["value"] or ""
    assert counts(line.submit("Hører sammen", movement=movement)) == [3, 1, 0, 0]
    assert "har et par nu" in line.submit("Hører sammen", movement=movement).tree.body.text()
    assert stored_counts(engine) == (1, 4, 4)
