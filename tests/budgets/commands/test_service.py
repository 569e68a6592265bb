"""Commands from end to end: officers grant and record, citizens request, others may look or not."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, func, select

from budgets import tables as t
from budgets.commands.messages import (
    AddFund,
    AddFunding,
    AllocateToGoal,
    MakeGrant,
    ReallocateToGoal,
    RecordPurchase,
    RequestSpending,
    Reverse,
    WithdrawRequest,
)
from budgets.commands.service import execute
from budgets.errors import (
    AlreadyReversed,
    FundNameTaken,
    IdempotencyKeyReused,
    InvalidReceipt,
    InvalidRequestState,
    NoSuchRecord,
    OutsidePeriod,
    Overdrawn,
    OverLimit,
)
from budgets.funds import service as funds_service
from budgets.grants import service as grants_service
from budgets.imports.bulk import import_budgets
from budgets.imports.model import BulkBudget, BulkPurchase, BulkRequest
from budgets.model import Envelope, MovementRecord, RequestState, SpendingRequest
from budgets.money import service as money_service
from foundation.db.transactions import read_transaction
from foundation.ids import new_id
from people.access.model import ANONYMOUS, Purpose, RelationKind, Role
from people.directory import store as directory_store
from people.directory.model import Person
from people.errors import NotAllowed, NotFound
from people.tables.rights import change
from people.web.context import RequestContext
from plans.model import Theme
from tests.conftest import FrozenClock
from tests.support.budget_factory import FUND, RECEIPT_PDF, add_goal, ledger_totals
from tests.support.people_factory import PeopleFactory


@dataclass
class Town:
    """A fund with 100,000 kr. and Asta with 5,000 kr.: 1,850 kr. for swimming and 1,000 kr. for baking."""

    people: PeopleFactory
    officer: Person
    asta: Person
    swimming_goal_id: str
    baking_goal_id: str
    fund_id: str
    grant_id: str

    def envelope(self, goal_id: str) -> Envelope:
        with self.people.acting_as(self.asta) as context:
            opened = money_service.budget_overview(context, self.asta.id, Purpose.OWN)
        assert opened is not None
        return opened.budget.envelope(goal_id)

    def movements(self) -> tuple[MovementRecord, ...]:
        with self.people.acting_as(self.officer) as context:
            overview = money_service.grant_overview(context, self.grant_id)
            return money_service.movements(context, overview, page=1)[0]

    def purchase(
        self, amount_ore: int, key: str = "", receipt: bytes | None = None, request_id: str | None = None
    ) -> str:
        command = RecordPurchase(
            self.grant_id,
            self.swimming_goal_id,
            amount_ore,
            date(2026, 3, 1),
            "Svømmekort",
            request_id=request_id,
        )
        with self.people.acting_as(self.officer) as context:
            return execute(context, command, key or new_id(), receipt)

    def request(self, amount_ore: int, key: str = "") -> str:
        command = RequestSpending(self.grant_id, self.swimming_goal_id, "Svømmebriller", amount_ore, "Bo")
        with self.people.acting_as(self.asta) as context:
            return execute(context, command, key or new_id())

    def load_request(self, request_id: str) -> SpendingRequest:
        with self.people.acting_as(self.asta) as context:
            requests = money_service.requests(context, money_service.grant_overview(context, self.grant_id))
        return next(request for request in requests if request.id == request_id)


@pytest.fixture
def town(people: PeopleFactory) -> Town:
    officer = people.add(Role.BUDGET_OFFICER, "Odin")
    asta = people.citizen("Asta")
    swim = add_goal(people, asta, "Lær at svømme", Theme.SELF_CARE)
    bake = add_goal(people, asta, "Bage med Bo", Theme.RELATIONS)
    with people.acting_as(officer) as context:
        fund_id = execute(context, AddFund(FUND, 100_000_00), "fund")
        grant = MakeGrant(fund_id, asta.id, 5_000_00, FUND.starts_on, FUND.ends_on, "Serviceloven § 85")
        grant_id = execute(context, grant, "grant")
        execute(context, AllocateToGoal(grant_id, swim, 1_850_00), "swim")
        execute(context, AllocateToGoal(grant_id, bake, 1_000_00), "bake")
    return Town(people, officer, asta, swim, bake, fund_id, grant_id)


def test_a_citizen_sees_what_is_left_for_which_goal_and_what_happened(town: Town) -> None:
    with town.people.acting_as(town.asta) as context:
        opened = money_service.budget_overview(context, town.asta.id, Purpose.OWN)
    assert opened is not None
    assert opened.budget.left_ore == 5_000_00
    assert opened.budget.unallocated_ore == 2_150_00
    assert opened.budget.envelope(town.swimming_goal_id) == Envelope(town.swimming_goal_id, left_ore=1_850_00)
    assert opened.goal_titles == {town.swimming_goal_id: "Lær at svømme", town.baking_goal_id: "Bage med Bo"}
    assert {(movement.kind, movement.actor_name, movement.amount_ore) for movement in opened.movements} == {
        ("allocate", "Odin", 1_000_00),
        ("allocate", "Odin", 1_850_00),
        ("grant", "Odin", 5_000_00),
    }


def test_a_purchase_comes_out_of_the_envelope_with_its_receipt(town: Town) -> None:
    town.purchase(250_00, receipt=RECEIPT_PDF)
    assert town.envelope(town.swimming_goal_id) == Envelope(town.swimming_goal_id, 1_600_00, 0, 250_00)
    bought = next(movement for movement in town.movements() if movement.kind == "spend")
    assert (bought.why, bought.amount_ore, bought.goal_ids) == (
        "Svømmekort",
        250_00,
        (town.swimming_goal_id,),
    )
    assert bought.receipt_id is not None
    with town.people.acting_as(town.asta) as context:
        receipt = money_service.receipt(context, bought.receipt_id)
    assert (receipt.media_type, receipt.content) == ("application/pdf", RECEIPT_PDF)


def test_a_double_click_buys_once_and_keeps_one_receipt(town: Town) -> None:
    assert town.purchase(250_00, "one press", RECEIPT_PDF) == town.purchase(250_00, "one press", RECEIPT_PDF)
    town.purchase(100_00, receipt=RECEIPT_PDF)
    assert town.envelope(town.swimming_goal_id).spent_ore == 350_00
    assert len({movement.receipt_id for movement in town.movements() if movement.kind == "spend"}) == 1
    for other in ((251_00, RECEIPT_PDF), (250_00, None)):
        with pytest.raises(IdempotencyKeyReused):
            town.purchase(other[0], "one press", other[1])


def test_a_repeated_command_has_no_effect(town: Town) -> None:
    with town.people.acting_as(town.officer) as context:
        assert execute(context, AddFund(FUND, 100_000_00), "fund") == town.fund_id
        grant = MakeGrant(
            town.fund_id, town.asta.id, 5_000_00, FUND.starts_on, FUND.ends_on, "Serviceloven § 85"
        )
        assert execute(context, grant, "grant") == town.grant_id
        for _ in range(2):
            execute(context, AllocateToGoal(town.grant_id, town.swimming_goal_id, 1_850_00), "swim")
            execute(context, AddFunding(town.fund_id, 1_00, "mere"), "more")
            execute(
                context, ReallocateToGoal(town.grant_id, town.baking_goal_id, None, 100_00, "rest"), "move"
            )
    town.request(100_00, "ask")
    request_id = town.request(100_00, "ask")
    town.purchase(80_00, "buy", None, request_id)
    purchase = town.purchase(80_00, "buy", None, request_id)
    for _ in range(2):
        with town.people.acting_as(town.officer) as context:
            execute(context, Reverse(purchase, "Forkert borger"), "undo")
    for _ in range(2):
        with town.people.acting_as(town.asta) as context:
            execute(context, WithdrawRequest(request_id), "give up")
    assert town.envelope(town.swimming_goal_id) == Envelope(town.swimming_goal_id, 1_850_00, 0, 0)
    assert town.envelope(town.baking_goal_id) == Envelope(town.baking_goal_id, 900_00, 0, 0)
    after = ledger_totals(town.people.engine)
    assert after.total_ore == 0
    assert after.balances_ore == after.computed_balances_ore


def test_a_self_approved_request_reserves_money_at_once(town: Town) -> None:
    request_id = town.request(300_00)
    assert town.envelope(town.swimming_goal_id) == Envelope(town.swimming_goal_id, 1_550_00, 300_00, 0)
    town.purchase(249_50, request_id=request_id)
    assert town.envelope(town.swimming_goal_id) == Envelope(town.swimming_goal_id, 1_600_50, 0, 249_50)
    with pytest.raises(InvalidRequestState):
        town.purchase(10_00, request_id=request_id)


def test_a_purchase_that_cost_more_than_was_reserved_takes_the_rest_from_the_envelope(town: Town) -> None:
    town.purchase(320_00, request_id=town.request(300_00))
    assert town.envelope(town.swimming_goal_id) == Envelope(town.swimming_goal_id, 1_530_00, 0, 320_00)
    town.purchase(300_00, request_id=town.request(300_00))
    assert town.envelope(town.swimming_goal_id) == Envelope(town.swimming_goal_id, 1_230_00, 0, 620_00)


def test_a_citizen_decides_alone_up_to_the_funds_limits_and_an_officer_above_them(town: Town) -> None:
    above = town.load_request(town.request(500_01))
    assert (above.state, above.own_word, above.answer_by) == (RequestState.PENDING, False, date(2026, 3, 16))
    first = town.request(500_00)
    assert town.load_request(first).state is RequestState.RESERVED
    assert town.load_request(town.request(300_01)).state is RequestState.PENDING
    assert town.envelope(town.swimming_goal_id) == Envelope(town.swimming_goal_id, 1_350_00, 500_00, 0)
    with town.people.acting_as(town.asta) as context:
        execute(context, WithdrawRequest(first), new_id())
    assert town.load_request(town.request(500_00)).state is RequestState.RESERVED


def test_the_monthly_limit_follows_the_calendar_of_copenhagen(town: Town, clock: FrozenClock) -> None:
    clock.now = datetime(2026, 6, 30, 21, 59, tzinfo=UTC)
    town.request(500_00)
    town.request(300_00)
    clock.now = datetime(2026, 6, 30, 22, 0, tzinfo=UTC)  # midnight there
    town.request(500_00)


def test_no_money_is_reserved_beyond_the_envelope_or_after_the_period(town: Town, clock: FrozenClock) -> None:
    town.purchase(1_800_00)
    with pytest.raises(Overdrawn):
        town.request(50_01)
    clock.now = datetime(2027, 1, 1, 9, tzinfo=UTC)
    with pytest.raises(OutsidePeriod):
        town.request(1_00)


def test_a_purchase_is_of_the_grants_period_and_of_a_goal_with_money(town: Town) -> None:
    with town.people.acting_as(town.officer) as context:
        command = RecordPurchase(
            town.grant_id, town.swimming_goal_id, 1_00, date(2025, 12, 31), "for tidligt"
        )
        with pytest.raises(OutsidePeriod):
            execute(context, command, "early", None)
        elsewhere = RecordPurchase(town.grant_id, "no-goal", 1_00, date(2026, 3, 1), "ukendt mål")
        with pytest.raises(NoSuchRecord):
            execute(context, elsewhere, "no goal", None)
    with pytest.raises(Overdrawn):
        town.purchase(1_850_01)


def test_a_file_that_is_neither_image_nor_pdf_is_refused(town: Town) -> None:
    with pytest.raises(InvalidReceipt):
        town.purchase(1_00, receipt=b"MZ\x90 a program")
    assert town.envelope(town.swimming_goal_id).spent_ore == 0


def test_a_movement_is_reversed_once_with_a_reason(town: Town) -> None:
    purchase = town.purchase(100_00)
    with town.people.acting_as(town.officer) as context:
        reversal = execute(context, Reverse(purchase, "Købt i forkert butik"), new_id())
    assert town.envelope(town.swimming_goal_id) == Envelope(town.swimming_goal_id, 1_850_00, 0, 0)
    movements = {movement.id: movement for movement in town.movements()}
    assert (movements[purchase].reversed, movements[reversal].reverses) == (True, purchase)
    for again in (purchase, reversal):
        with pytest.raises(AlreadyReversed), town.people.acting_as(town.officer) as context:
            execute(context, Reverse(again, "igen"), new_id())


def test_the_rules_of_the_fund_hold_for_grants(town: Town) -> None:
    def grants(amount_ore: int, first: date = FUND.starts_on, last: date = FUND.ends_on) -> None:
        with town.people.acting_as(town.officer) as context:
            command = MakeGrant(town.fund_id, town.asta.id, amount_ore, first, last, "§ 85")
            execute(context, command, new_id())

    with pytest.raises(OverLimit):
        grants(50_000_01)
    with pytest.raises(OutsidePeriod):
        grants(100_00, last=date(2027, 1, 1))
    grants(50_000_00)
    with pytest.raises(Overdrawn):
        grants(45_000_01)
    with pytest.raises(FundNameTaken), town.people.acting_as(town.officer) as context:
        execute(context, AddFund(FUND, 1_00), new_id())


def test_a_budget_officer_never_decides_on_their_own_money(town: Town) -> None:
    both = town.people.citizen("Begge")
    with town.people.acting_as(both) as context:
        directory_store.add_roles(context.db, [both], Role.BUDGET_OFFICER, context.now, None)
    grant = MakeGrant(town.fund_id, both.id, 1_00, FUND.starts_on, FUND.ends_on, "§ 85")
    with town.people.acting_as(both) as context, pytest.raises(NotAllowed):
        execute(context, grant, new_id())


def test_who_may_read_a_budget_and_what_is_logged(town: Town) -> None:
    helper = town.people.add(Role.SUPPORT_WORKER, "Hjalte")
    for person in (helper, town.people.citizen("Nabo"), town.people.add(Role.GUIDE, "Guido")):
        with town.people.acting_as(person) as context, pytest.raises(NotFound):
            money_service.budget_overview(context, town.asta.id, Purpose.SUPPORT)
    with (
        town.people.acting_as(town.people.add(Role.COORDINATOR, "Kora")) as context,
        pytest.raises(NotAllowed),
    ):
        money_service.budget_overview(context, town.asta.id, Purpose.SUPPORT)
    town.people.start_relation(RelationKind.SUPPORT_WORKER, helper, town.asta)
    with town.people.acting_as(helper) as context:
        assert money_service.budget_overview(context, town.asta.id, Purpose.SUPPORT) is not None
        assert [(entry.kinds, entry.purposes, entry.actor_role) for entry in context.access_entries] == [
            (("money",), ("support",), "support_worker")
        ]
        command = RecordPurchase(town.grant_id, town.swimming_goal_id, 1_00, date(2026, 3, 1), "x")
        with pytest.raises(NotAllowed):
            execute(context, command, new_id(), None)


def test_another_citizen_cannot_ask_for_my_money_or_open_my_receipt(town: Town) -> None:
    town.purchase(1_00, receipt=RECEIPT_PDF)
    receipt_id = next(movement.receipt_id for movement in town.movements() if movement.receipt_id)
    neighbour = town.people.citizen("Nabo")
    with town.people.acting_as(neighbour) as context:
        with pytest.raises(NoSuchRecord):
            execute(context, RequestSpending(town.grant_id, town.swimming_goal_id, "mit", 1_00), new_id())
        with pytest.raises(NotFound):
            money_service.receipt(context, receipt_id)
        with pytest.raises(NoSuchRecord):
            money_service.receipt(context, "no-such-receipt")
        assert money_service.budget_overview(context, neighbour.id, Purpose.OWN) is None


def test_an_officer_of_one_area_sees_that_areas_money_only(town: Town) -> None:
    town.people.area("nord")
    town.people.area("syd")
    officer = town.people.add(Role.BUDGET_OFFICER, "Nora", role_area="nord")
    karl = town.people.citizen("Karl", area="nord")
    with town.people.acting_as(officer) as context:
        grant = MakeGrant(town.fund_id, karl.id, 100_00, FUND.starts_on, FUND.ends_on, "§ 85")
        execute(context, grant, new_id())
    with town.people.acting_as(officer) as context:
        summaries, count = grants_service.find_grants(context, "", None, running_only=True, page=1)
        assert ([summary.citizen_name for summary in summaries], count) == (["Karl Prøvesen"], 1)
        history = funds_service.fund_movements(context, town.fund_id, None, None, page=1)
        assert {movement.kind for movement in history.movements} == {"endow", "grant"}
        assert (history.count, list(history.citizen_names.values())) == (2, ["Karl Prøvesen"])
        with pytest.raises(NotFound):
            money_service.grant_overview(context, town.grant_id)


def test_a_fund_shows_its_balances(town: Town) -> None:
    town.purchase(200_00)
    town.request(100_00)
    with town.people.acting_as(town.officer) as context:
        fund = money_service.fund(context, town.fund_id)
        day = date(2026, 3, 1)
        bought = funds_service.fund_movements(context, town.fund_id, day, day, 1)
    assert (fund.free_ore, fund.granted_ore) == (95_000_00, 5_000_00)
    assert (fund.left_ore, fund.reserved_ore, fund.spent_ore, fund.grant_count) == (
        4_700_00,
        100_00,
        200_00,
        1,
    )
    assert ([movement.kind for movement in bought.movements], bought.count) == (["spend"], 1)


def test_many_budgets_are_imported_at_once(town: Town) -> None:
    citizens = [town.people.citizen(f"Nr{number}") for number in range(3)]
    goals = {citizen.id: add_goal(town.people, citizen, "Komme ud", Theme.COMMUNITY) for citizen in citizens}
    budgets = [
        BulkBudget(
            citizen.id,
            citizen.id,
            1_000_00,
            FUND.starts_on,
            FUND.ends_on,
            "§ 85",
            {goals[citizen.id]: (Theme.COMMUNITY, 800_00)},
            (BulkPurchase(goals[citizen.id], 150_00, date(2026, 2, 1), "Billet"),),
            (BulkRequest(goals[citizen.id], 50_00, date(2026, 2, 2), "Kage"),),
        )
        for citizen in citizens
    ]
    with town.people.acting_as(town.officer) as context:
        grant_ids = import_budgets(
            RequestContext(context.db, ANONYMOUS, context.now), town.fund_id, budgets, town.officer.id
        )
    assert set(grant_ids) == {citizen.id for citizen in citizens}
    with town.people.acting_as(citizens[0]) as context:
        opened = money_service.budget_overview(context, citizens[0].id, Purpose.OWN)
    assert opened is not None
    assert opened.budget.envelopes == (Envelope(goals[citizens[0].id], 600_00, 50_00, 150_00),)
    assert [movement.kind for movement in opened.movements] == ["reserve", "spend", "allocate"]
    assert ledger_totals(town.people.engine).total_ore == 0


def test_changes_are_in_the_log_without_words_or_amounts_of_others(town: Town, engine: Engine) -> None:
    town.purchase(1_00)
    with read_transaction(engine) as db:
        rows = db.execute(select(change.c.tag, func.count()).group_by(change.c.tag)).all()
        assert db.execute(select(func.count()).select_from(t.movement)).scalar_one() == 5
    counts = {row[0]: row[1] for row in rows if row[0].startswith("budgets:")}
    assert counts == {
        "budgets:fund:add": 1,
        "budgets:grant:make": 1,
        "budgets:grant:allocate": 2,
        "budgets:purchase:record": 1,
    }
