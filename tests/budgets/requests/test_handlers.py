"""Who decides about a request: the citizen's own word, a budget officer, two of them; and how it ends."""

from datetime import UTC, date, timedelta

import pytest

from budgets.commands.messages import (
    DecideRequest,
    ExpireReservation,
    RecordLearning,
    RequestSpending,
    Reverse,
    WithdrawRequest,
)
from budgets.errors import (
    InvalidRequestState,
    NoSuchRecord,
    NotYet,
    Overdrawn,
    ReasonsNeeded,
    SecondOfficerNeeded,
)
from budgets.model import Envelope, RequestState
from budgets.records import limits
from budgets.records import requests as records_requests
from foundation.db.transactions import read_transaction, write_transaction
from people.access.model import Role
from people.directory import store as directory_store
from people.errors import NotAllowed
from tests.conftest import FrozenClock
from tests.support.budget_factory import FUND
from tests.support.budget_scenario import BudgetScenario, make_budget_scenario
from tests.support.people_factory import PeopleFactory


@pytest.fixture
def scenario(people: PeopleFactory, clock: FrozenClock) -> BudgetScenario:
    return make_budget_scenario(people, clock, two_officers_ore=1_000_00)


def test_above_the_funds_second_limit_two_officers_say_yes(scenario: BudgetScenario) -> None:
    request_id = scenario.request(1_000_01)
    scenario.decide(scenario.odin, request_id)
    assert scenario.load_request(request_id).state is RequestState.PENDING
    assert scenario.load_budget().reserved_ore == 0
    with pytest.raises(SecondOfficerNeeded):
        scenario.decide(scenario.odin, request_id)
    scenario.decide(scenario.frida, request_id)
    assert scenario.load_request(request_id).state is RequestState.RESERVED
    assert scenario.load_budget().envelope(scenario.swimming_goal_id) == Envelope(
        scenario.swimming_goal_id, 849_99, 1_000_01, 0
    )


def test_at_the_second_limit_one_officer_is_enough(scenario: BudgetScenario) -> None:
    request_id = scenario.request(1_000_00)
    scenario.decide(scenario.odin, request_id)
    assert scenario.load_request(request_id).state is RequestState.RESERVED
    with pytest.raises(InvalidRequestState):
        scenario.decide(scenario.frida, request_id)


def test_the_second_officers_no_ends_it_and_both_answers_are_kept(scenario: BudgetScenario) -> None:
    request_id = scenario.request(1_500_00)
    scenario.decide(scenario.odin, request_id)
    scenario.decide(scenario.frida, request_id, yes=False)
    assert scenario.load_request(request_id).state is RequestState.REFUSED
    with read_transaction(scenario.people.engine) as db:
        answers = {answer.officer_id: answer for answer in records_requests.answers(db, [request_id])}
    assert answers[scenario.odin.id].yes
    no = answers[scenario.frida.id]
    assert (no.yes, no.reasons, no.rule) == (
        False,
        "Det er tøj til hverdag.",
        "Puljens regel om køb til mål",
    )
    assert no.appeal == FUND.appeal


@pytest.mark.parametrize(("reasons", "rule"), [("", "§ 85"), ("Nej.", ""), (" ", "§ 85")])
def test_a_no_without_reasons_or_rule_is_no_answer(scenario: BudgetScenario, reasons: str, rule: str) -> None:
    request_id = scenario.request(600_00)
    with pytest.raises(ReasonsNeeded):
        scenario.execute(scenario.odin, DecideRequest(request_id, yes=False, reasons=reasons, rule=rule))
    assert scenario.load_request(request_id).state is RequestState.PENDING


def test_whoever_asks_never_answers(scenario: BudgetScenario) -> None:
    request_id = scenario.request(600_00)
    with pytest.raises(NotAllowed):
        scenario.decide(scenario.asta, request_id)
    with write_transaction(scenario.people.engine) as db:
        directory_store.add_roles(db, [scenario.asta], Role.BUDGET_OFFICER, scenario.clock(), None)
    with pytest.raises(NotAllowed):
        scenario.decide(scenario.asta, request_id)


def test_an_answer_is_due_so_many_days_after_the_day_in_copenhagen(scenario: BudgetScenario) -> None:
    scenario.set_date(date(2026, 3, 2), 23, 59)
    assert scenario.load_request(scenario.request(600_00)).answer_by == date(2026, 3, 16)
    scenario.set_date(date(2026, 3, 3), 0, 0)
    assert scenario.load_request(scenario.request(600_00)).answer_by == date(2026, 3, 17)
    assert scenario.load_request(scenario.request(100_00)).answer_by is None


def test_a_yes_is_no_use_when_the_money_is_gone_and_can_be_said_later(scenario: BudgetScenario) -> None:
    request_id = scenario.request(900_00)
    purchase = scenario.purchase(1_000_00, date(2026, 3, 1))
    with pytest.raises(Overdrawn):
        scenario.decide(scenario.odin, request_id)
    assert scenario.load_request(request_id).state is RequestState.PENDING
    scenario.execute(scenario.odin, Reverse(purchase, "Forkert borger"))
    scenario.decide(scenario.odin, request_id)
    assert scenario.load_request(request_id).state is RequestState.RESERVED


def test_nobody_asks_for_more_than_the_goal_has(scenario: BudgetScenario) -> None:
    with pytest.raises(Overdrawn):
        scenario.request(1_850_01)


def test_what_is_not_bought_in_time_goes_back_once(scenario: BudgetScenario) -> None:
    request_id = scenario.request(300_00)
    last_day = scenario.load_request(request_id).put_aside_until
    assert last_day == date(2026, 3, 2) + timedelta(days=FUND.reserve_days)
    scenario.set_date(last_day, 23, 59)
    with pytest.raises(NotYet) as refused:
        scenario.execute_as_system(ExpireReservation(request_id), "lapse")
    assert refused.value.on == date(2026, 5, 2)
    scenario.set_date(date(2026, 5, 2), 0, 0)
    for _ in range(2):
        assert scenario.execute_as_system(ExpireReservation(request_id), "lapse") == request_id
    with pytest.raises(InvalidRequestState):
        scenario.execute_as_system(ExpireReservation(request_id), "lapse again")
    assert scenario.load_request(request_id).state is RequestState.EXPIRED
    assert scenario.load_budget().envelope(scenario.swimming_goal_id) == Envelope(
        scenario.swimming_goal_id, 1_850_00
    )


def test_money_is_put_aside_till_the_end_of_the_grant_at_most(scenario: BudgetScenario) -> None:
    scenario.set_date(date(2026, 12, 20))
    assert scenario.load_request(scenario.request(100_00)).put_aside_until == date(2026, 12, 31)


@pytest.mark.parametrize("amount_ore", [300_00, 900_00])
def test_a_citizen_gives_up_what_is_put_aside_or_still_asked(
    scenario: BudgetScenario, amount_ore: int
) -> None:
    request_id = scenario.request(amount_ore)
    with pytest.raises(NoSuchRecord):
        scenario.execute(scenario.people.citizen("Nabo"), WithdrawRequest(request_id))
    scenario.execute(scenario.asta, WithdrawRequest(request_id))
    assert scenario.load_request(request_id).state is RequestState.WITHDRAWN
    assert scenario.load_budget().envelope(scenario.swimming_goal_id) == Envelope(
        scenario.swimming_goal_id, 1_850_00
    )
    with pytest.raises(InvalidRequestState):
        scenario.execute(scenario.asta, WithdrawRequest(request_id))


def test_a_citizen_says_what_they_learnt_from_a_purchase_and_changes_the_words(
    scenario: BudgetScenario,
) -> None:
    request_id = scenario.request(300_00)
    with pytest.raises(InvalidRequestState):
        scenario.execute(scenario.asta, RecordLearning(request_id, "Endnu intet"))
    scenario.purchase(280_00, date(2026, 3, 2), request_id)
    with pytest.raises(NoSuchRecord):
        scenario.execute(scenario.odin, RecordLearning(request_id, "Ikke Odins ord"))
    for words in ("De dugger.", "De dugger ikke, når de er våde."):
        scenario.execute(scenario.asta, RecordLearning(request_id, words))
    assert scenario.load_request(request_id).learnt == "De dugger ikke, når de er våde."


def test_the_own_word_of_a_month_ends_at_midnight_in_copenhagen(scenario: BudgetScenario) -> None:
    scenario.set_date(date(2026, 3, 31), 23, 59)
    assert [
        scenario.load_request(scenario.request(amount_ore)).own_word for amount_ore in (500_00, 300_00, 1_00)
    ] == [
        True,
        True,
        False,
    ]
    scenario.set_date(date(2026, 4, 1), 0, 0)
    assert scenario.load_request(scenario.request(500_00)).own_word


def test_giving_up_last_months_wish_makes_no_more_room_in_this_month(scenario: BudgetScenario) -> None:
    last_month = scenario.request(500_00)
    scenario.set_date(date(2026, 4, 1))
    this_month = scenario.request(500_00)
    _, request_id = scenario.execute_batch(
        scenario.asta, WithdrawRequest(last_month), scenario.request_command(400_00)
    )
    assert isinstance(request_id, str)
    assert not scenario.load_request(request_id).own_word
    _, request_id = scenario.execute_batch(
        scenario.asta, WithdrawRequest(this_month), scenario.request_command(500_00)
    )
    assert isinstance(request_id, str)
    assert scenario.load_request(request_id).own_word


@pytest.mark.parametrize(
    ("month", "hours"), [(3, 31 * 24 - 1), (10, 31 * 24 + 1), (2, 28 * 24)], ids=["spring", "autumn", "plain"]
)
def test_a_month_with_a_night_on_which_clocks_change_is_whole(
    scenario: BudgetScenario, month: int, hours: int
) -> None:
    scenario.set_date(date(2026, month, 28 if month == 2 else 29), 1, 30)
    first, end = limits.month_bounds(scenario.clock())
    assert (end.astimezone(UTC) - first.astimezone(UTC)) / timedelta(hours=1) == hours


def test_on_the_night_when_clocks_go_back_the_day_stays_the_same(scenario: BudgetScenario) -> None:
    scenario.set_date(date(2026, 10, 25), 2, 30)
    first = scenario.load_request(scenario.request(600_00)).answer_by
    scenario.clock.advance(hours=1)  # half past two once more
    assert scenario.load_request(scenario.request(600_00)).answer_by == first == date(2026, 11, 8)


def test_a_wish_keeps_what_the_citizen_said(scenario: BudgetScenario) -> None:
    request = scenario.load_request(scenario.request(100_00))
    command = scenario.request_command(100_00)
    assert (
        RequestSpending(
            request.grant_id,
            request.goal_id,
            request.what,
            request.amount_ore,
            request.together_with,
            request.wanted_when,
        )
        == command
    )
