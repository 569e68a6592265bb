"""What people can do with money: the budget officer grants and records, the citizen decides, others look or do not."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, func, select

from budgets import tables as t
from budgets.commands.messages import (
    AddFund,
    Allocate,
    Ask,
    Endow,
    GiveUp,
    MakeGrant,
    Move,
    RecordPurchase,
    Reverse,
)
from budgets.commands.service import carry_out
from budgets.errors import (
    AlreadyReversed,
    FundNameTaken,
    KeyUsedBefore,
    NoSuchRecord,
    OutsidePeriod,
    Overdrawn,
    OverLimit,
    RequestSettled,
    UnknownReceipt,
)
from budgets.funds import service as funds_service
from budgets.grants import service as grants_service
from budgets.imports.bulk import bring_in_budgets
from budgets.imports.model import BulkBudget, BulkPurchase, BulkRequest
from budgets.model import Envelope, Event, RequestState, SpendingRequest
from budgets.money import service as money_service
from foundation.db.transactions import reading
from foundation.ids import new_id
from livsmester.demo.receipts import receipt
from people.access.model import NOBODY, Purpose, RelationKind, Role
from people.directory import store as directory_store
from people.directory.model import Person
from people.errors import NotAllowed, NotFound
from people.tables.rights import change
from people.web.context import Visit
from plans import store as plans_store
from plans.model import Goal, GoalState, Theme
from tests.budgets.money_factory import FUND, sums
from tests.conftest import StandingClock
from tests.people_factory import People

PDF = receipt("Svømmekort", 350_00, date(2026, 3, 1))


@dataclass
class Town:
    """A fund with 100,000 kr., Asta with 5,000 kr., of which 1,850 kr. are for swimming and 1,000 kr. for baking."""

    people: People
    officer: Person
    asta: Person
    swim: str
    bake: str
    fund_id: str
    grant_id: str

    def envelope(self, goal_id: str) -> Envelope:
        with self.people.acting(self.asta) as visit:
            opened = money_service.open_budget(visit, self.asta.id, Purpose.OWN)
        assert opened is not None
        return opened.budget.envelope(goal_id)

    def events(self) -> tuple[Event, ...]:
        with self.people.acting(self.officer) as visit:
            return money_service.events(visit, self.grant_id, Purpose.BUDGET, page=1)[0]

    def buys(
        self, amount_ore: int, key: str = "", receipt: bytes | None = None, request_id: str | None = None
    ) -> str:
        command = RecordPurchase(
            self.grant_id, self.swim, amount_ore, date(2026, 3, 1), "Svømmekort", request_id=request_id
        )
        with self.people.acting(self.officer) as visit:
            return carry_out(visit, command, key or new_id(), receipt)

    def asks(self, amount_ore: int, key: str = "") -> str:
        command = Ask(self.grant_id, self.swim, "Svømmebriller", amount_ore, "Bo")
        with self.people.acting(self.asta) as visit:
            return carry_out(visit, command, key or new_id())

    def request(self, request_id: str) -> SpendingRequest:
        with self.people.acting(self.asta) as visit:
            found = money_service.requests(visit, self.grant_id, Purpose.OWN)
        return next(one for one in found if one.id == request_id)


def add_goal(people: People, citizen: Person, title: str, theme: Theme) -> str:
    with people.acting(citizen) as visit:
        goal = Goal(new_id(), citizen.id, title, "", theme, GoalState.ACTIVE, visit.now)
        plans_store.add(visit.db, [goal])
    return goal.id


@pytest.fixture
def town(people: People) -> Town:
    officer = people.add(Role.BUDGET_OFFICER, "Odin")
    asta = people.citizen("Asta")
    swim = add_goal(people, asta, "Lær at svømme", Theme.SELF_CARE)
    bake = add_goal(people, asta, "Bage med Bo", Theme.RELATIONS)
    with people.acting(officer) as visit:
        fund_id = carry_out(visit, AddFund(FUND, 100_000_00), "fund")
        grant = MakeGrant(fund_id, asta.id, 5_000_00, FUND.starts_on, FUND.ends_on, "Serviceloven § 85")
        grant_id = carry_out(visit, grant, "grant")
        carry_out(visit, Allocate(grant_id, swim, 1_850_00), "swim")
        carry_out(visit, Allocate(grant_id, bake, 1_000_00), "bake")
    return Town(people, officer, asta, swim, bake, fund_id, grant_id)


def test_a_citizen_sees_what_is_left_for_which_goal_and_what_happened(town: Town) -> None:
    with town.people.acting(town.asta) as visit:
        opened = money_service.open_budget(visit, town.asta.id, Purpose.OWN)
    assert opened is not None
    assert opened.budget.left_ore == 5_000_00
    assert opened.budget.unallocated_ore == 2_150_00
    assert opened.budget.envelope(town.swim) == Envelope(town.swim, left_ore=1_850_00)
    assert opened.titles == {town.swim: "Lær at svømme", town.bake: "Bage med Bo"}
    assert {(one.kind, one.actor_name, one.amount_ore) for one in opened.events} == {
        ("allocate", "Odin", 1_000_00),
        ("allocate", "Odin", 1_850_00),
        ("grant", "Odin", 5_000_00),
    }


def test_a_purchase_comes_out_of_the_envelope_with_its_receipt(town: Town) -> None:
    town.buys(250_00, receipt=PDF)
    assert town.envelope(town.swim) == Envelope(town.swim, 1_600_00, 0, 250_00)
    bought = next(one for one in town.events() if one.kind == "spend")
    assert (bought.why, bought.amount_ore, bought.goal_ids) == ("Svømmekort", 250_00, (town.swim,))
    assert bought.receipt_id is not None
    with town.people.acting(town.asta) as visit:
        receipt = money_service.receipt(visit, bought.receipt_id)
    assert (receipt.media_type, receipt.content) == ("application/pdf", PDF)


def test_a_double_click_buys_once_and_keeps_one_receipt(town: Town) -> None:
    assert town.buys(250_00, "one press", PDF) == town.buys(250_00, "one press", PDF)
    town.buys(100_00, receipt=PDF)
    assert town.envelope(town.swim).spent_ore == 350_00
    assert len({one.receipt_id for one in town.events() if one.kind == "spend"}) == 1
    for other in ((251_00, PDF), (250_00, None)):
        with pytest.raises(KeyUsedBefore):
            town.buys(other[0], "one press", other[1])


def test_every_command_given_twice_is_done_once(town: Town) -> None:
    with town.people.acting(town.officer) as visit:
        assert carry_out(visit, AddFund(FUND, 100_000_00), "fund") == town.fund_id
        grant = MakeGrant(
            town.fund_id, town.asta.id, 5_000_00, FUND.starts_on, FUND.ends_on, "Serviceloven § 85"
        )
        assert carry_out(visit, grant, "grant") == town.grant_id
        for _ in range(2):
            carry_out(visit, Allocate(town.grant_id, town.swim, 1_850_00), "swim")
            carry_out(visit, Endow(town.fund_id, 1_00, "mere"), "more")
            carry_out(visit, Move(town.grant_id, town.bake, None, 100_00, "rest"), "move")
    town.asks(100_00, "ask")
    request_id = town.asks(100_00, "ask")
    town.buys(80_00, "buy", None, request_id)
    purchase = town.buys(80_00, "buy", None, request_id)
    for _ in range(2):
        with town.people.acting(town.officer) as visit:
            carry_out(visit, Reverse(purchase, "Forkert borger"), "undo")
    for _ in range(2):
        with town.people.acting(town.asta) as visit:
            carry_out(visit, GiveUp(request_id), "give up")
    assert town.envelope(town.swim) == Envelope(town.swim, 1_850_00, 0, 0)
    assert town.envelope(town.bake) == Envelope(town.bake, 900_00, 0, 0)
    after = sums(town.people.engine)
    assert after.of_balances_ore == 0
    assert after.balances_ore == after.of_entries_ore


def test_the_citizens_word_puts_money_aside_at_once(town: Town) -> None:
    request_id = town.asks(300_00)
    assert town.envelope(town.swim) == Envelope(town.swim, 1_550_00, 300_00, 0)
    town.buys(249_50, request_id=request_id)
    assert town.envelope(town.swim) == Envelope(town.swim, 1_600_50, 0, 249_50)
    with pytest.raises(RequestSettled):
        town.buys(10_00, request_id=request_id)


def test_a_purchase_that_cost_more_than_was_put_aside_takes_the_rest_from_the_envelope(town: Town) -> None:
    town.buys(320_00, request_id=town.asks(300_00))
    assert town.envelope(town.swim) == Envelope(town.swim, 1_530_00, 0, 320_00)
    town.buys(300_00, request_id=town.asks(300_00))
    assert town.envelope(town.swim) == Envelope(town.swim, 1_230_00, 0, 620_00)


def test_a_citizen_decides_alone_up_to_the_funds_limits_and_an_officer_above_them(town: Town) -> None:
    above = town.request(town.asks(500_01))
    assert (above.state, above.own_word, above.answer_by) == (RequestState.ASKED, False, date(2026, 3, 16))
    first = town.asks(500_00)
    assert town.request(first).state is RequestState.RESERVED
    assert town.request(town.asks(300_01)).state is RequestState.ASKED
    assert town.envelope(town.swim) == Envelope(town.swim, 1_350_00, 500_00, 0)
    with town.people.acting(town.asta) as visit:
        carry_out(visit, GiveUp(first), new_id())
    assert town.request(town.asks(500_00)).state is RequestState.RESERVED


def test_the_month_begins_anew_in_copenhagen(town: Town, clock: StandingClock) -> None:
    clock.now = datetime(2026, 6, 30, 21, 59, tzinfo=UTC)
    town.asks(500_00)
    town.asks(300_00)
    clock.now = datetime(2026, 6, 30, 22, 0, tzinfo=UTC)  # midnight there
    town.asks(500_00)


def test_nothing_is_put_aside_that_is_not_there_or_after_the_period(town: Town, clock: StandingClock) -> None:
    town.buys(1_800_00)
    with pytest.raises(Overdrawn):
        town.asks(50_01)
    clock.now = datetime(2027, 1, 1, 9, tzinfo=UTC)
    with pytest.raises(OutsidePeriod):
        town.asks(1_00)


def test_a_purchase_is_of_the_grants_period_and_of_a_goal_with_money(town: Town) -> None:
    with town.people.acting(town.officer) as visit:
        command = RecordPurchase(town.grant_id, town.swim, 1_00, date(2025, 12, 31), "for tidligt")
        with pytest.raises(OutsidePeriod):
            carry_out(visit, command, "early", None)
        elsewhere = RecordPurchase(town.grant_id, "no-goal", 1_00, date(2026, 3, 1), "ukendt mål")
        with pytest.raises(NoSuchRecord):
            carry_out(visit, elsewhere, "no goal", None)
    with pytest.raises(Overdrawn):
        town.buys(1_850_01)


def test_what_is_neither_picture_nor_pdf_is_never_kept(town: Town) -> None:
    with pytest.raises(UnknownReceipt):
        town.buys(1_00, receipt=b"MZ\x90 a program")
    assert town.envelope(town.swim).spent_ore == 0


def test_a_movement_is_reversed_once_with_a_reason(town: Town) -> None:
    purchase = town.buys(100_00)
    with town.people.acting(town.officer) as visit:
        reversal = carry_out(visit, Reverse(purchase, "Købt i forkert butik"), new_id())
    assert town.envelope(town.swim) == Envelope(town.swim, 1_850_00, 0, 0)
    shown = {one.id: one for one in town.events()}
    assert (shown[purchase].reversed, shown[reversal].reverses) == (True, purchase)
    for again in (purchase, reversal):
        with pytest.raises(AlreadyReversed), town.people.acting(town.officer) as visit:
            carry_out(visit, Reverse(again, "igen"), new_id())


def test_the_rules_of_the_fund_hold_for_grants(town: Town) -> None:
    def grants(amount_ore: int, first: date = FUND.starts_on, last: date = FUND.ends_on) -> None:
        with town.people.acting(town.officer) as visit:
            command = MakeGrant(town.fund_id, town.asta.id, amount_ore, first, last, "§ 85")
            carry_out(visit, command, new_id())

    with pytest.raises(OverLimit):
        grants(50_000_01)
    with pytest.raises(OutsidePeriod):
        grants(100_00, last=date(2027, 1, 1))
    grants(50_000_00)
    with pytest.raises(Overdrawn):
        grants(45_000_01)
    with pytest.raises(FundNameTaken), town.people.acting(town.officer) as visit:
        carry_out(visit, AddFund(FUND, 1_00), new_id())


def test_a_budget_officer_never_decides_on_their_own_money(town: Town) -> None:
    both = town.people.citizen("Begge")
    with town.people.acting(both) as visit:
        directory_store.add_roles(visit.db, [both], Role.BUDGET_OFFICER, visit.now, None)
    grant = MakeGrant(town.fund_id, both.id, 1_00, FUND.starts_on, FUND.ends_on, "§ 85")
    with town.people.acting(both) as visit, pytest.raises(NotAllowed):
        carry_out(visit, grant, new_id())


def test_who_may_read_a_budget_and_what_is_logged(town: Town) -> None:
    helper = town.people.add(Role.SUPPORT_WORKER, "Hjalte")
    for person in (helper, town.people.citizen("Nabo"), town.people.add(Role.GUIDE, "Guido")):
        with town.people.acting(person) as visit, pytest.raises(NotFound):
            money_service.open_budget(visit, town.asta.id, Purpose.SUPPORT)
    with town.people.acting(town.people.add(Role.COORDINATOR, "Kora")) as visit, pytest.raises(NotAllowed):
        money_service.open_budget(visit, town.asta.id, Purpose.SUPPORT)
    town.people.relate(RelationKind.SUPPORT_WORKER, helper, town.asta)
    with town.people.acting(helper) as visit:
        assert money_service.open_budget(visit, town.asta.id, Purpose.SUPPORT) is not None
        assert [(one.kinds, one.purposes, one.actor_role) for one in visit.lines] == [
            (("money",), ("support",), "support_worker")
        ]
        command = RecordPurchase(town.grant_id, town.swim, 1_00, date(2026, 3, 1), "x")
        with pytest.raises(NotAllowed):
            carry_out(visit, command, new_id(), None)


def test_another_citizen_cannot_ask_for_my_money_or_open_my_receipt(town: Town) -> None:
    town.buys(1_00, receipt=PDF)
    receipt_id = next(one.receipt_id for one in town.events() if one.receipt_id)
    neighbour = town.people.citizen("Nabo")
    with town.people.acting(neighbour) as visit:
        with pytest.raises(NoSuchRecord):
            carry_out(visit, Ask(town.grant_id, town.swim, "mit", 1_00), new_id())
        with pytest.raises(NotFound):
            money_service.receipt(visit, receipt_id)
        with pytest.raises(NoSuchRecord):
            money_service.receipt(visit, "no-such-receipt")
        assert money_service.open_budget(visit, neighbour.id, Purpose.OWN) is None


def test_an_officer_of_one_area_sees_that_areas_money_only(town: Town) -> None:
    town.people.area("nord")
    town.people.area("syd")
    officer = town.people.add(Role.BUDGET_OFFICER, "Nora", role_area="nord")
    karl = town.people.citizen("Karl", area="nord")
    with town.people.acting(officer) as visit:
        grant = MakeGrant(town.fund_id, karl.id, 100_00, FUND.starts_on, FUND.ends_on, "§ 85")
        carry_out(visit, grant, new_id())
    with town.people.acting(officer) as visit:
        found, count = grants_service.find_grants(visit, "", None, running=True, page=1)
        assert ([line.citizen_name for line in found], count) == (["Karl Prøvesen"], 1)
        found_events = funds_service.fund_events(visit, town.fund_id, None, None, page=1)
        assert {one.kind for one in found_events.events} == {"endow", "grant"}
        assert (found_events.count, list(found_events.names.values())) == (2, ["Karl Prøvesen"])
        with pytest.raises(NotFound):
            money_service.events(visit, town.grant_id, Purpose.BUDGET, page=1)


def test_a_fund_shows_where_its_money_stands(town: Town) -> None:
    town.buys(200_00)
    town.asks(100_00)
    with town.people.acting(town.officer) as visit:
        fund = money_service.fund(visit, town.fund_id)
        day = date(2026, 3, 1)
        bought = funds_service.fund_events(visit, town.fund_id, day, day, 1)
    assert (fund.free_ore, fund.granted_ore) == (95_000_00, 5_000_00)
    assert (fund.left_ore, fund.reserved_ore, fund.spent_ore, fund.grant_count) == (
        4_700_00,
        100_00,
        200_00,
        1,
    )
    assert ([one.kind for one in bought.events], bought.count) == (["spend"], 1)


def test_many_budgets_come_in_at_once(town: Town) -> None:
    more = [town.people.citizen(f"Nr{number}") for number in range(3)]
    goals = {one.id: add_goal(town.people, one, "Komme ud", Theme.COMMUNITY) for one in more}
    budgets = [
        BulkBudget(
            one.id,
            one.id,
            1_000_00,
            FUND.starts_on,
            FUND.ends_on,
            "§ 85",
            {goals[one.id]: (Theme.COMMUNITY, 800_00)},
            (BulkPurchase(goals[one.id], 150_00, date(2026, 2, 1), "Billet"),),
            (BulkRequest(goals[one.id], 50_00, date(2026, 2, 2), "Kage"),),
        )
        for one in more
    ]
    with town.people.acting(town.officer) as visit:
        made = bring_in_budgets(Visit(visit.db, NOBODY, visit.now), town.fund_id, budgets, town.officer.id)
    assert set(made) == {one.id for one in more}
    with town.people.acting(more[0]) as visit:
        opened = money_service.open_budget(visit, more[0].id, Purpose.OWN)
    assert opened is not None
    assert opened.budget.envelopes == (Envelope(goals[more[0].id], 600_00, 50_00, 150_00),)
    assert [one.kind for one in opened.events] == ["reserve", "spend", "allocate"]
    assert sums(town.people.engine).of_balances_ore == 0


def test_changes_are_in_the_log_without_words_or_amounts_of_others(town: Town, engine: Engine) -> None:
    town.buys(1_00)
    with reading(engine) as db:
        rows = db.execute(select(change.c.tag, func.count()).group_by(change.c.tag)).all()
        assert db.execute(select(func.count()).select_from(t.movement)).scalar_one() == 5
    counts = {row[0]: row[1] for row in rows if row[0].startswith("budgets:")}
    assert counts == {
        "budgets:fund:add": 1,
        "budgets:grant:make": 1,
        "budgets:grant:allocate": 2,
        "budgets:purchase:record": 1,
    }
