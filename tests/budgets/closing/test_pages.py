"""The end of a grant in the browser: notice, preview, closing; closed books; late refunds and receipts."""

from datetime import date

import pytest
from sqlalchemy import Engine

from budgets.closing.service import preview
from budgets.commands.messages import CloseGrant
from budgets.model import ClosingCause, UnspentPolicy
from budgets.records import movements
from people.access.model import Role
from tests.conftest import FrozenClock
from tests.support.app_client import AppClient, Page
from tests.support.budget_factory import RECEIPT_PDF, ledger_totals
from tests.support.budget_scenario import BudgetScenario, make_budget_scenario
from tests.support.people_factory import PeopleFactory


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """Pages are tested on SQLite; their queries are tested on both databases elsewhere."""
    return sqlite_engine


@pytest.fixture
def scenario(people: PeopleFactory, clock: FrozenClock) -> BudgetScenario:
    return make_budget_scenario(people, clock)


def page_text(page: Page) -> str:
    return page.text.replace("\xa0", " ")


def test_a_notice_is_given_with_reason_and_day_and_the_citizen_reads_it_at_once(
    site: AppClient, scenario: BudgetScenario
) -> None:
    form = site.signed_in(scenario.odin).get(f"/grants/{scenario.grant_id}").click("Varsl borgeren")
    assert form.submit("Giv borgeren besked", on="2026-04-01").status == 422  # no reason
    early = form.submit("Giv borgeren besked", on="2026-03-31", why="Du er flyttet.")
    assert "Vælg 1. april 2026 eller en senere dag." in early.text
    assert early.tree.css_first("#field-why").text() == "Du er flyttet."  # type: ignore[union-attr]
    done = early.submit("Giv borgeren besked", on="2026-04-01")
    assert done.path == f"/grants/{scenario.grant_id}"
    asta = site.signed_in(scenario.asta)
    for path in ("/", "/money"):
        page = asta.get(path)
        assert "bliver taget tilbage 1. april 2026" in page.text
        assert "Derfor: Du er flyttet." in page.text


@pytest.mark.parametrize(("today", "expected"), [(date(2026, 11, 30), False), (date(2026, 12, 1), True)])
def test_the_front_page_and_the_money_page_tell_the_end_from_30_days_before(
    site: AppClient, scenario: BudgetScenario, today: date, expected: bool
) -> None:
    scenario.set_date(today)
    asta = site.signed_in(scenario.asta)
    for path in ("/", "/money"):
        assert ("Du har 30 dage mere." in asta.get(path).text) is expected


def test_a_closing_shows_exactly_what_it_will_do_and_then_does_it(
    site: AppClient, scenario: BudgetScenario
) -> None:
    scenario.purchase(350_00, date(2026, 3, 1))
    scenario.request(200_00)
    scenario.set_date(date(2027, 1, 1))
    before = ledger_totals(scenario.people.engine)
    odin = site.signed_in(scenario.odin)
    page = odin.get("/grants/ending").click("Se, hvad der sker Asta Prøvesen")
    rows = [words.replace("\xa0", " ") for words in page.all("tbody tr")]
    assert [row.split(" ", 1)[0] for row in rows] == ["Ikke", "Leveret", "Lukket"]
    assert "200 kr." in rows[0]
    assert "4.650 kr." in rows[1]
    assert "350 kr." in rows[2]
    assert ledger_totals(scenario.people.engine) == before
    for _ in range(2):
        assert page.submit("Luk bevillingen").path == f"/grants/{scenario.grant_id}"
    assert scenario.fund_balance("returned") == 4_650_00
    assert "Bevillingen blev lukket 1. januar 2027." in odin.get(f"/grants/{scenario.grant_id}").text
    assert "Ingen bevilling slutter snart" in odin.get("/grants/ending").text
    assert "blev lukket 1. januar 2027" in site.signed_in(scenario.asta).get("/money").text


def test_a_budget_closed_before_its_last_day_is_told_as_over_and_nothing_of_it_can_be_undone(
    site: AppClient, scenario: BudgetScenario
) -> None:
    scenario.purchase(350_00, date(2026, 3, 1))
    odin, of_fund = site.signed_in(scenario.odin), f"/funds/{scenario.fund_id}/movements"
    assert "Penge retur" in odin.get(of_fund).text
    scenario.execute(scenario.odin, CloseGrant(scenario.grant_id, ClosingCause.DIED))
    assert "Penge retur" not in odin.get(of_fund).text
    for path in ("/money", "/money/print"):
        page = site.signed_in(scenario.asta).get(path)
        assert "blev lukket" in page.text
        for phrase in ("Jeg vil bruge penge", "Til og med", "du ikke bruger"):
            assert phrase not in page.text, (path, phrase)
    for path in (f"/grants/{scenario.grant_id}", f"/grants/{scenario.grant_id}/movements"):
        page = odin.get(path)
        assert "350 kr." in page_text(page)
        assert "Før tilbage" not in page.text
        assert "Penge retur" not in page.text


def test_the_money_page_shows_a_budget_that_is_open_before_one_that_is_closed(
    site: AppClient, scenario: BudgetScenario
) -> None:
    scenario.make_grant(1_000_00, date(2026, 1, 1), date(2026, 12, 31))
    scenario.execute(scenario.odin, CloseGrant(scenario.grant_id, ClosingCause.DIED))
    assert "1.000 kr." in page_text(site.signed_in(scenario.asta).get("/money"))


def test_a_preview_is_what_is_done_afterwards(scenario: BudgetScenario) -> None:
    scenario.request(200_00)
    command = CloseGrant(scenario.grant_id, ClosingCause.DIED)
    with scenario.people.acting_as(scenario.odin) as context:
        steps = preview(context, command)
    scenario.execute(scenario.odin, command)
    with scenario.people.acting_as(scenario.odin) as context:
        done = movements.of_grant(context.db, scenario.grant_id, limit=len(steps))
    assert sorted((step.kind, step.amount_ore) for step in steps) == sorted(
        (movement.kind, movement.amount_ore) for movement in done
    )


def test_closing_too_early_says_why_and_what_to_do(site: AppClient, scenario: BudgetScenario) -> None:
    page = site.signed_in(scenario.odin).get(f"/grants/{scenario.grant_id}").click("Luk bevillingen")
    assert page.submit("Se, hvad der sker").status == 422
    early = page.submit("Se, hvad der sker", cause="ended")
    assert "Den kan lukkes fra 1. januar 2027." in early.text
    moved = page.submit("Se, hvad der sker", cause="moved")
    assert "Varsl først." in moved.text
    assert moved.click("Varsl borgeren").status == 200


def test_what_goes_on_needs_the_next_grant(
    site: AppClient, people: PeopleFactory, clock: FrozenClock
) -> None:
    bench = make_budget_scenario(
        people, clock, unspent=UnspentPolicy.CARRIED_OVER, ends_on=date(2027, 12, 31)
    )
    bench.grant_id = bench.make_grant(1_000_00, date(2026, 1, 1), date(2026, 12, 31))
    bench.set_date(date(2027, 1, 4))
    odin = site.signed_in(bench.odin)
    page = odin.get(f"/grants/{bench.grant_id}/close?cause=ended")
    assert page.status == 422
    assert "Vælg bevillingen, det går videre til" in page.text
    (following,) = (
        option.attributes["value"] or ""
        for option in page.tree.css("#field-next option")
        if option.attributes["value"]
    )
    page = page.submit("Se, hvad der sker", next=following)
    assert "1.000 kr." in page_text(page)
    page.submit("Luk bevillingen")
    assert bench.load_budget(following).unallocated_ore == 4_150_00


def test_books_are_closed_after_a_look_at_what_is_still_open(
    site: AppClient, scenario: BudgetScenario
) -> None:
    scenario.purchase(350_00, date(2026, 2, 1))
    scenario.set_date(date(2026, 4, 2))
    odin = site.signed_in(scenario.odin)
    page = odin.get(f"/funds/{scenario.fund_id}").click("Luk regnskabet")
    page = page.submit("Se, hvad der mangler")
    assert "1 køb uden bilag" in page_text(page)
    assert "0 ønsker" in page_text(page)
    done = page.submit("Luk regnskabet til og med 31. marts 2026")
    assert done.path == f"/funds/{scenario.fund_id}"
    assert "Regnskabet er lukket til og med 31. marts 2026" in page_text(done)
    again = odin.get(f"/funds/{scenario.fund_id}/books?through=2026-03-31")
    assert "Regnskabet er allerede lukket til og med 31. marts 2026." in again.text
    assert (
        "Vælg en dag, der er forbi." in odin.get(f"/funds/{scenario.fund_id}/books?through=2026-04-02").text
    )
    purchase = next(iter(scenario.movements())).id
    late = odin.get(f"/movements/{purchase}/refund").submit(
        "Giv målet pengene tilbage", amount="10", refunded_on="2026-03-31", why="Retur"
    )
    assert "Regnskabet er lukket til og med 31-03-2026." in late.text


def test_a_purchase_dated_in_closed_books_says_until_when_and_keeps_what_was_typed(
    site: AppClient, scenario: BudgetScenario
) -> None:
    scenario.set_date(date(2026, 4, 2))
    odin = site.signed_in(scenario.odin)
    odin.get(f"/funds/{scenario.fund_id}/books?through=2026-03-31").submit(
        "Luk regnskabet til og med 31. marts 2026"
    )
    form = odin.get(f"/grants/{scenario.grant_id}/purchases/new")
    late = form.submit("Registrér købet", what="Svømmebriller", amount="20", bought_on="2026-03-31")
    assert late.status == 422
    assert "Regnskabet er lukket til og med 31-03-2026. Vælg en senere dag." in late.text
    assert late.tree.css_first("input[name=what]").attributes["value"] == "Svømmebriller"
    saved = late.submit("Registrér købet", bought_on="2026-04-01")
    assert "Svømmebriller" in saved.text


def test_a_refund_goes_back_to_the_goal_and_never_more_than_was_paid(
    site: AppClient, scenario: BudgetScenario
) -> None:
    scenario.purchase(350_00, date(2026, 3, 1))
    page = site.signed_in(scenario.odin).get(f"/grants/{scenario.grant_id}").click("Penge retur Svømmekort")
    too_much = page.submit("Giv målet pengene tilbage", amount="350,01", why="Byttet")
    assert too_much.status == 422
    assert "Der er kun 350 kr. at tage af." in page_text(too_much)
    for _ in range(2):
        page.submit("Giv målet pengene tilbage", amount="100", why="Byttet")
    assert scenario.load_budget().envelope(scenario.swimming_goal_id).left_ore == 1_600_00
    assert "100 kr. kom tilbage fra butikken: Byttet" in page_text(
        site.signed_in(scenario.asta).get("/money/events")
    )


def test_a_receipt_that_comes_late_stands_with_its_purchase(
    site: AppClient, scenario: BudgetScenario
) -> None:
    scenario.purchase(350_00, date(2026, 3, 1))
    odin = site.signed_in(scenario.odin)
    page = odin.get(f"/grants/{scenario.grant_id}").click("Tilføj Svømmekort")
    assert page.submit("Gem bilaget", {"receipt": ("b.pdf", b"nothing")}).status == 422
    done = page.submit("Gem bilaget", {"receipt": ("b.pdf", RECEIPT_PDF)})
    assert "Mangler" not in done.text
    assert "Hent Svømmekort" in done.text
    assert "Bilaget Svømmekort" in site.signed_in(scenario.asta).get("/money/events").text


def test_an_officer_of_another_area_closes_nothing_here(
    site: AppClient, people: PeopleFactory, scenario: BudgetScenario
) -> None:
    elsewhere = site.signed_in(people.add(Role.BUDGET_OFFICER, role_area=people.area("nordby")))
    purchase = scenario.purchase(350_00, date(2026, 3, 1))
    for path in (
        f"/grants/{scenario.grant_id}/close",
        f"/grants/{scenario.grant_id}/notice",
        f"/movements/{purchase}/refund",
        f"/movements/{purchase}/receipt",
    ):
        assert elsewhere.get(path).status == 404
    scenario.set_date(date(2026, 12, 24))
    later = site.signed_in(people.add(Role.BUDGET_OFFICER, role_area="nordby"))
    assert "Ingen bevilling slutter snart" in later.get("/grants/ending").text
