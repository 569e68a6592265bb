"""The end of money in the browser: told ahead, previewed, closed; books closed; refunds and receipts that come late."""

from datetime import date

import pytest
from sqlalchemy import Engine

from budgets.closing.service import preview
from budgets.commands.messages import CloseGrant
from budgets.model import Cause, Unspent
from budgets.records import movements
from people.access.model import Role
from tests.budgets.bench import Bench, set_up
from tests.budgets.money_factory import sums
from tests.budgets.test_service import PDF
from tests.conftest import StandingClock
from tests.people_factory import People
from tests.site import Page, Site


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """Pages are tested on SQLite; their queries are tested on both databases elsewhere."""
    return sqlite_engine


@pytest.fixture
def bench(people: People, clock: StandingClock) -> Bench:
    return set_up(people, clock)


def words(page: Page) -> str:
    return page.text.replace("\xa0", " ")


def test_a_notice_is_given_with_reason_and_day_and_the_citizen_reads_it_at_once(
    site: Site, bench: Bench
) -> None:
    form = site.visitor(bench.odin).get(f"/grants/{bench.grant_id}").follow("Varsl borgeren")
    assert form.press("Giv borgeren besked", on="2026-04-01").status == 422  # no reason
    early = form.press("Giv borgeren besked", on="2026-03-31", why="Du er flyttet.")
    assert "Vælg 1. april 2026 eller en senere dag." in early.text
    assert early.tree.css_first("#field-why").text() == "Du er flyttet."  # type: ignore[union-attr]
    done = early.press("Giv borgeren besked", on="2026-04-01")
    assert done.path == f"/grants/{bench.grant_id}"
    asta = site.visitor(bench.asta)
    for path in ("/", "/money"):
        page = asta.get(path)
        assert "bliver taget tilbage 1. april 2026" in page.text
        assert "Derfor: Du er flyttet." in page.text


@pytest.mark.parametrize(("today", "told"), [(date(2026, 11, 30), False), (date(2026, 12, 1), True)])
def test_the_front_page_and_the_money_page_tell_the_end_from_30_days_before(
    site: Site, bench: Bench, today: date, told: bool
) -> None:
    bench.on(today)
    asta = site.visitor(bench.asta)
    for path in ("/", "/money"):
        assert ("Du har 30 dage mere." in asta.get(path).text) is told


def test_a_closing_shows_exactly_what_it_will_do_and_then_does_it(site: Site, bench: Bench) -> None:
    bench.buys(350_00, date(2026, 3, 1))
    bench.asks(200_00)
    bench.on(date(2027, 1, 1))
    before = sums(bench.people.engine)
    odin = site.visitor(bench.odin)
    page = odin.get("/grants/ending").follow("Se, hvad der sker Asta Prøvesen")
    rows = [words.replace("\xa0", " ") for words in page.all("tbody tr")]
    assert [row.split(" ", 1)[0] for row in rows] == ["Ikke", "Leveret", "Lukket"]
    assert "200 kr." in rows[0]
    assert "4.650 kr." in rows[1]
    assert "350 kr." in rows[2]
    assert sums(bench.people.engine) == before
    for _ in range(2):
        assert page.press("Luk bevillingen").path == f"/grants/{bench.grant_id}"
    assert bench.fund_balance("returned") == 4_650_00
    assert "Bevillingen blev lukket 1. januar 2027." in odin.get(f"/grants/{bench.grant_id}").text
    assert "Ingen bevilling slutter snart" in odin.get("/grants/ending").text
    assert "blev lukket 1. januar 2027" in site.visitor(bench.asta).get("/money").text


def test_a_budget_closed_before_its_last_day_is_told_as_over_and_nothing_of_it_can_be_undone(
    site: Site, bench: Bench
) -> None:
    bench.buys(350_00, date(2026, 3, 1))
    odin, of_fund = site.visitor(bench.odin), f"/funds/{bench.fund_id}/movements"
    assert "Penge retur" in odin.get(of_fund).text
    bench.does(bench.odin, CloseGrant(bench.grant_id, Cause.DIED))
    assert "Penge retur" not in odin.get(of_fund).text
    for path in ("/money", "/money/print"):
        page = site.visitor(bench.asta).get(path)
        assert "blev lukket" in page.text
        for said in ("Jeg vil bruge penge", "Til og med", "du ikke bruger"):
            assert said not in page.text, (path, said)
    for path in (f"/grants/{bench.grant_id}", f"/grants/{bench.grant_id}/movements"):
        page = odin.get(path)
        assert "350 kr." in words(page)
        assert "Før tilbage" not in page.text
        assert "Penge retur" not in page.text


def test_the_money_page_shows_a_budget_that_is_open_before_one_that_is_closed(
    site: Site, bench: Bench
) -> None:
    bench.grant(1_000_00, date(2026, 1, 1), date(2026, 12, 31))
    bench.does(bench.odin, CloseGrant(bench.grant_id, Cause.DIED))
    assert "1.000 kr." in words(site.visitor(bench.asta).get("/money"))


def test_a_preview_is_what_is_done_afterwards(bench: Bench) -> None:
    bench.asks(200_00)
    command = CloseGrant(bench.grant_id, Cause.DIED)
    with bench.people.acting(bench.odin) as visit:
        steps = preview(visit, command)
    bench.does(bench.odin, command)
    with bench.people.acting(bench.odin) as visit:
        done = movements.of_grant(visit.db, bench.grant_id, limit=len(steps))
    assert sorted((one.kind, one.amount_ore) for one in steps) == sorted(
        (one.kind, one.amount_ore) for one in done
    )


def test_closing_too_early_says_why_and_what_to_do(site: Site, bench: Bench) -> None:
    page = site.visitor(bench.odin).get(f"/grants/{bench.grant_id}").follow("Luk bevillingen")
    assert page.press("Se, hvad der sker").status == 422
    early = page.press("Se, hvad der sker", cause="ended")
    assert "Den kan lukkes fra 1. januar 2027." in early.text
    moved = page.press("Se, hvad der sker", cause="moved")
    assert "Varsl først." in moved.text
    assert moved.follow("Varsl borgeren").status == 200


def test_what_goes_on_needs_the_next_grant(site: Site, people: People, clock: StandingClock) -> None:
    bench = set_up(people, clock, unspent=Unspent.CARRIED_OVER, ends_on=date(2027, 12, 31))
    bench.grant_id = bench.grant(1_000_00, date(2026, 1, 1), date(2026, 12, 31))
    bench.on(date(2027, 1, 4))
    odin = site.visitor(bench.odin)
    page = odin.get(f"/grants/{bench.grant_id}/close?cause=ended")
    assert page.status == 422
    assert "Vælg bevillingen, det går videre til" in page.text
    (following,) = (
        one.attributes["value"] or ""
        for one in page.tree.css("#field-next option")
        if one.attributes["value"]
    )
    page = page.press("Se, hvad der sker", next=following)
    assert "1.000 kr." in words(page)
    page.press("Luk bevillingen")
    assert bench.budget(following).unallocated_ore == 4_150_00


def test_books_are_closed_after_a_look_at_what_is_still_open(site: Site, bench: Bench) -> None:
    bench.buys(350_00, date(2026, 2, 1))
    bench.on(date(2026, 4, 2))
    odin = site.visitor(bench.odin)
    page = odin.get(f"/funds/{bench.fund_id}").follow("Luk regnskabet")
    page = page.press("Se, hvad der mangler")
    assert "1 køb uden bilag" in words(page)
    assert "0 ønsker" in words(page)
    done = page.press("Luk regnskabet til og med 31. marts 2026")
    assert done.path == f"/funds/{bench.fund_id}"
    assert "Regnskabet er lukket til og med 31. marts 2026" in words(done)
    again = odin.get(f"/funds/{bench.fund_id}/books?through=2026-03-31")
    assert "Regnskabet er allerede lukket til og med 31. marts 2026." in again.text
    assert "Vælg en dag, der er forbi." in odin.get(f"/funds/{bench.fund_id}/books?through=2026-04-02").text
    purchase = next(iter(bench.events())).id
    late = odin.get(f"/movements/{purchase}/refund").press(
        "Giv målet pengene tilbage", amount="10", refunded_on="2026-03-31", why="Retur"
    )
    assert "Regnskabet er lukket til og med 31-03-2026." in late.text


def test_a_purchase_dated_in_closed_books_says_until_when_and_keeps_what_was_typed(
    site: Site, bench: Bench
) -> None:
    bench.on(date(2026, 4, 2))
    odin = site.visitor(bench.odin)
    odin.get(f"/funds/{bench.fund_id}/books?through=2026-03-31").press(
        "Luk regnskabet til og med 31. marts 2026"
    )
    form = odin.get(f"/grants/{bench.grant_id}/purchases/new")
    late = form.press("Registrér købet", what="Svømmebriller", amount="20", bought_on="2026-03-31")
    assert late.status == 422
    assert "Regnskabet er lukket til og med 31-03-2026. Vælg en senere dag." in late.text
    assert late.tree.css_first("input[name=what]").attributes["value"] == "Svømmebriller"
    saved = late.press("Registrér købet", bought_on="2026-04-01")
    assert "Svømmebriller" in saved.text


def test_a_refund_goes_back_to_the_goal_and_never_more_than_was_paid(site: Site, bench: Bench) -> None:
    bench.buys(350_00, date(2026, 3, 1))
    page = site.visitor(bench.odin).get(f"/grants/{bench.grant_id}").follow("Penge retur Svømmekort")
    too_much = page.press("Giv målet pengene tilbage", amount="350,01", why="Byttet")
    assert too_much.status == 422
    assert "Der er kun 350 kr. at tage af." in words(too_much)
    for _ in range(2):
        page.press("Giv målet pengene tilbage", amount="100", why="Byttet")
    assert bench.budget().envelope(bench.swim).left_ore == 1_600_00
    assert "100 kr. kom tilbage fra butikken: Byttet" in words(site.visitor(bench.asta).get("/money/events"))


def test_a_receipt_that_comes_late_stands_with_its_purchase(site: Site, bench: Bench) -> None:
    bench.buys(350_00, date(2026, 3, 1))
    odin = site.visitor(bench.odin)
    page = odin.get(f"/grants/{bench.grant_id}").follow("Tilføj Svømmekort")
    assert page.press("Gem bilaget", {"receipt": ("b.pdf", b"nothing")}).status == 422
    done = page.press("Gem bilaget", {"receipt": ("b.pdf", PDF)})
    assert "Mangler" not in done.text
    assert "Hent Svømmekort" in done.text
    assert "Bilaget Svømmekort" in site.visitor(bench.asta).get("/money/events").text


def test_an_officer_of_another_area_closes_nothing_here(site: Site, people: People, bench: Bench) -> None:
    elsewhere = site.visitor(people.add(Role.BUDGET_OFFICER, role_area=people.area("nordby")))
    purchase = bench.buys(350_00, date(2026, 3, 1))
    for path in (
        f"/grants/{bench.grant_id}/close",
        f"/grants/{bench.grant_id}/notice",
        f"/movements/{purchase}/refund",
        f"/movements/{purchase}/receipt",
    ):
        assert elsewhere.get(path).status == 404
    bench.on(date(2026, 12, 24))
    later = site.visitor(people.add(Role.BUDGET_OFFICER, role_area="nordby"))
    assert "Ingen bevilling slutter snart" in later.get("/grants/ending").text
