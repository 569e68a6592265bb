"""The end of a grant and of a fund's books: notice in advance, emptied by the fund's rule, closed for good."""

from collections.abc import Callable
from datetime import date

import msgspec
import pytest
from sqlalchemy import select

from budgets import tables as t
from budgets.commands.messages import (
    AddFund,
    AllocateToGoal,
    AttachReceipt,
    CloseGrant,
    ClosePeriod,
    Command,
    GiveNotice,
    ReallocateToGoal,
    RecordPurchase,
    Refund,
    Reverse,
)
from budgets.errors import GrantClosed, NextGrantNeeded, NoSuchRecord, NoticeNeeded, NotYet, PeriodClosed
from budgets.model import ClosingCause, RequestState, UnspentPolicy
from budgets.money.pace import weeks
from foundation.db.transactions import read_transaction
from tests.conftest import FrozenClock
from tests.support.budget_factory import FUND, RECEIPT_PDF, ledger_totals
from tests.support.budget_scenario import BudgetScenario, make_budget_scenario
from tests.support.people_factory import PeopleFactory

DAY_AFTER = date(2027, 1, 1)  # the grant's last day is New Year's Eve


@pytest.fixture
def scenario(people: PeopleFactory, clock: FrozenClock) -> BudgetScenario:
    return make_budget_scenario(people, clock)


def close_grant(
    scenario: BudgetScenario, cause: ClosingCause = ClosingCause.ENDED, next_grant_id: str | None = None
) -> str:
    return scenario.execute(scenario.odin, CloseGrant(scenario.grant_id, cause, "", next_grant_id))


def ledger_is_balanced(scenario: BudgetScenario) -> bool:
    totals = ledger_totals(scenario.people.engine)
    return totals.total_ore == 0 and totals.balances_ore == totals.computed_balances_ore


def test_notice_is_given_so_many_days_before(scenario: BudgetScenario) -> None:
    with pytest.raises(NotYet) as refused:
        scenario.execute(scenario.odin, GiveNotice(scenario.grant_id, date(2026, 3, 31), "Flytning"))
    assert refused.value.on == date(2026, 4, 1)
    scenario.execute(scenario.odin, GiveNotice(scenario.grant_id, date(2026, 4, 1), "Flytning"))


@pytest.mark.parametrize("cause", [ClosingCause.MOVED, ClosingCause.WITHDRAWN])
def test_money_is_taken_back_after_a_notice_and_not_before_its_day(
    scenario: BudgetScenario, cause: ClosingCause
) -> None:
    with pytest.raises(NoticeNeeded):
        close_grant(scenario, cause)
    scenario.execute(scenario.odin, GiveNotice(scenario.grant_id, date(2026, 4, 10), "Flytning"))
    scenario.set_date(date(2026, 4, 9), 23, 59)
    with pytest.raises(NotYet) as refused:
        close_grant(scenario, cause)
    assert refused.value.on == date(2026, 4, 10)
    scenario.set_date(date(2026, 4, 10), 0, 0)
    close_grant(scenario, cause)
    assert scenario.load_budget().total_ore == 0
    assert scenario.fund_balance("returned") == 5_000_00
    assert ledger_is_balanced(scenario)


def test_the_newest_notice_counts(scenario: BudgetScenario) -> None:
    scenario.execute(scenario.odin, GiveNotice(scenario.grant_id, date(2026, 4, 1), "Flytning"))
    scenario.execute(scenario.odin, GiveNotice(scenario.grant_id, date(2026, 6, 1), "Flytningen er udsat"))
    scenario.set_date(date(2026, 4, 2))
    with pytest.raises(NotYet):
        close_grant(scenario, ClosingCause.MOVED)


def test_every_notice_is_kept_also_when_two_are_given_at_once(scenario: BudgetScenario) -> None:
    first, second = date(2026, 4, 1), date(2026, 6, 1)
    notices = [GiveNotice(scenario.grant_id, day, "Flytning") for day in (first, second)]
    notice_ids = scenario.execute_batch(scenario.odin, *notices)
    with read_transaction(scenario.people.engine) as db:
        rows = db.execute(select(t.notice.c.id, t.notice.c.takes_effect_on)).all()
    assert {tuple(row) for row in rows} == set(zip(notice_ids, (first, second), strict=True))


def test_a_grant_ends_the_day_after_its_last_day_and_needs_no_notice_of_its_own(
    scenario: BudgetScenario,
) -> None:
    scenario.set_date(date(2026, 12, 31), 23, 59)
    with pytest.raises(NotYet) as refused:
        close_grant(scenario)
    assert refused.value.on == DAY_AFTER
    scenario.set_date(DAY_AFTER, 0, 0)
    close_grant(scenario)
    with pytest.raises(GrantClosed):
        close_grant(scenario)


def test_after_a_death_nobody_waits(scenario: BudgetScenario) -> None:
    close_grant(scenario, ClosingCause.DIED)
    assert scenario.fund_balance("returned") == 5_000_00


def test_what_was_spent_leaves_and_the_rest_lapses_by_the_funds_rule(
    people: PeopleFactory, clock: FrozenClock
) -> None:
    bench = make_budget_scenario(people, clock, unspent=UnspentPolicy.EXPIRED)
    bench.purchase(350_00, date(2026, 3, 1))
    bench.set_date(DAY_AFTER)
    close_grant(bench)
    assert (bench.fund_balance("expired"), bench.fund_balance("paid_out")) == (4_650_00, 350_00)
    assert bench.fund_balance("returned") == 0
    assert ledger_is_balanced(bench)


@pytest.mark.parametrize(
    ("limit_ore", "on_ore"), [(None, 4_650_00), (1_000_00, 1_000_00), (0, 0), (9_000_00, 4_650_00)]
)
def test_what_is_left_goes_on_up_to_the_funds_limit(
    people: PeopleFactory, clock: FrozenClock, limit_ore: int | None, on_ore: int
) -> None:
    bench = make_budget_scenario(
        people,
        clock,
        unspent=UnspentPolicy.CARRIED_OVER,
        carry_over_max_ore=limit_ore,
        ends_on=date(2027, 12, 31),
    )
    bench.grant_id = bench.make_grant(5_000_00, date(2026, 1, 1), date(2026, 12, 31))
    bench.execute(bench.odin, AllocateToGoal(bench.grant_id, bench.swimming_goal_id, 1_850_00))
    bench.purchase(350_00, date(2026, 3, 1))
    following = bench.make_grant(2_000_00, date(2027, 1, 1), date(2027, 12, 31))
    bench.set_date(DAY_AFTER)
    with pytest.raises(NextGrantNeeded):
        close_grant(bench)
    close_grant(bench, next_grant_id=following)
    assert bench.load_budget().total_ore == 0
    assert bench.load_budget(following).unallocated_ore == 2_000_00 + on_ore
    assert bench.fund_balance("returned") == 4_650_00 - on_ore
    assert ledger_is_balanced(bench)


def test_money_goes_on_to_a_later_grant_of_the_same_citizen_also_in_next_years_fund(
    people: PeopleFactory, clock: FrozenClock
) -> None:
    bench = make_budget_scenario(people, clock, unspent=UnspentPolicy.CARRIED_OVER)
    earlier = bench.make_grant(100_00, date(2026, 1, 1), date(2026, 6, 30))
    bench.set_date(DAY_AFTER)
    for elsewhere in (earlier, bench.grant_id, "no-such-grant"):
        with pytest.raises(NoSuchRecord):
            close_grant(bench, next_grant_id=elsewhere)
    next_fund = bench.execute(
        bench.odin,
        AddFund(
            msgspec.structs.replace(
                FUND, name="Midler 2027", starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31)
            ),
            9_000_00,
        ),
    )
    following = bench.make_grant(1_00, date(2027, 1, 1), date(2027, 12, 31), next_fund)
    close_grant(bench, next_grant_id=following)
    assert bench.load_budget(following).unallocated_ore == 5_001_00
    assert ledger_is_balanced(bench)


def test_who_moves_away_carries_nothing_on(people: PeopleFactory, clock: FrozenClock) -> None:
    bench = make_budget_scenario(people, clock, unspent=UnspentPolicy.CARRIED_OVER)
    bench.execute(bench.odin, GiveNotice(bench.grant_id, date(2026, 4, 1), "Flytning"))
    bench.set_date(date(2026, 4, 1))
    close_grant(bench, ClosingCause.MOVED)
    assert bench.fund_balance("returned") == 5_000_00


def test_requests_that_are_open_end_with_the_grant_and_their_money_is_not_lost(
    scenario: BudgetScenario,
) -> None:
    pending_id, reserved_id = scenario.request(900_00), scenario.request(300_00)
    close_grant(scenario, ClosingCause.DIED)
    assert {scenario.load_request(request_id).state for request_id in (pending_id, reserved_id)} == {
        RequestState.EXPIRED
    }
    assert scenario.fund_balance("returned") == 5_000_00
    assert ledger_is_balanced(scenario)


COMMANDS_AFTER_CLOSING: dict[str, Callable[[BudgetScenario, str], Command]] = {
    "share out": lambda bench, _: AllocateToGoal(bench.grant_id, bench.swimming_goal_id, 1_00),
    "take back": lambda bench, _: ReallocateToGoal(bench.grant_id, bench.swimming_goal_id, None, 1_00, ""),
    "buy": lambda bench, _: RecordPurchase(
        bench.grant_id, bench.swimming_goal_id, 1_00, date(2026, 3, 2), "kort"
    ),
    "refund": lambda _, purchase: Refund(purchase, 1_00, date(2026, 3, 2), "retur"),
    "undo": lambda _, purchase: Reverse(purchase, "fejl"),
    "receipt": lambda _, purchase: AttachReceipt(purchase),
    "notice": lambda bench, _: GiveNotice(bench.grant_id, date(2026, 6, 1), "igen"),
}


@pytest.mark.parametrize("late", COMMANDS_AFTER_CLOSING)
def test_a_closed_grant_refuses_everything(scenario: BudgetScenario, late: str) -> None:
    purchase = scenario.purchase(350_00, date(2026, 3, 1))
    close_grant(scenario, ClosingCause.DIED)
    with pytest.raises(GrantClosed):
        scenario.execute(scenario.odin, COMMANDS_AFTER_CLOSING[late](scenario, purchase), receipt=RECEIPT_PDF)
    with pytest.raises(GrantClosed):
        scenario.request(1_00)


def test_closed_books_take_nothing_in_up_to_and_with_their_day(scenario: BudgetScenario) -> None:
    with pytest.raises(NotYet):
        scenario.execute(scenario.odin, ClosePeriod(scenario.fund_id, date(2026, 3, 2)))
    scenario.execute(scenario.odin, ClosePeriod(scenario.fund_id, date(2026, 2, 28)))
    with pytest.raises(PeriodClosed) as refused:
        scenario.purchase(1_00, date(2026, 2, 28))
    assert refused.value.through == date(2026, 2, 28)
    scenario.purchase(1_00, date(2026, 3, 1))
    for through in (date(2026, 2, 28), date(2026, 1, 31)):
        with pytest.raises(PeriodClosed):
            scenario.execute(scenario.odin, ClosePeriod(scenario.fund_id, through))
    assert ledger_is_balanced(scenario)


def test_a_grant_across_two_budget_years_goes_on_when_the_first_years_books_are_closed(
    people: PeopleFactory, clock: FrozenClock
) -> None:
    bench = make_budget_scenario(people, clock, starts_on=date(2026, 7, 1), ends_on=date(2027, 6, 30))
    bench.set_date(date(2027, 1, 15))
    bench.execute(bench.odin, ClosePeriod(bench.fund_id, date(2026, 12, 31)))
    with pytest.raises(PeriodClosed):
        bench.purchase(100_00, date(2026, 12, 31))
    bench.purchase(100_00, date(2027, 1, 1))
    bench.set_date(date(2027, 7, 1))
    close_grant(bench)
    assert (bench.fund_balance("returned"), bench.fund_balance("paid_out")) == (4_900_00, 100_00)


def test_a_leap_day_is_a_day_like_others(people: PeopleFactory, clock: FrozenClock) -> None:
    bench = make_budget_scenario(people, clock, starts_on=date(2027, 3, 1), ends_on=date(2028, 2, 29))
    bench.set_date(date(2028, 2, 29))
    bench.purchase(100_00, date(2028, 2, 29))
    assert bench.load_request(bench.request(100_00)).put_aside_until == date(2028, 2, 29)
    with pytest.raises(NotYet) as refused:
        close_grant(bench)
    assert refused.value.on == date(2028, 3, 1)
    bench.set_date(date(2028, 3, 1))
    close_grant(bench)


def test_a_year_of_53_weeks_has_them_all(scenario: BudgetScenario) -> None:
    assert date(2026, 12, 31).isocalendar().week == 53
    assert weeks(FUND.starts_on, FUND.ends_on, date(2026, 1, 1)).total == 53
    scenario.set_date(date(2027, 1, 3))  # still week 53 of 2026, and the next year
    close_grant(scenario)


@pytest.mark.parametrize("night", [date(2026, 3, 29), date(2026, 10, 25)], ids=["spring", "autumn"])
def test_notice_over_a_night_on_which_clocks_change_counts_days(
    people: PeopleFactory, clock: FrozenClock, night: date
) -> None:
    bench = make_budget_scenario(people, clock, notice_days=1)
    bench.set_date(date(night.year, night.month, night.day - 1), 23, 30)
    bench.execute(bench.odin, GiveNotice(bench.grant_id, night, "Flytning"))
    with pytest.raises(NotYet):
        close_grant(bench, ClosingCause.MOVED)
    bench.clock.advance(minutes=30)
    close_grant(bench, ClosingCause.MOVED)
