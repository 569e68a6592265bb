"""The end of a grant and of a fund's books: said in advance, emptied by the fund's rule, shut for good."""

from collections.abc import Callable
from datetime import date

import msgspec
import pytest
from sqlalchemy import select

from budgets import tables as t
from budgets.commands.messages import (
    AddFund,
    Allocate,
    CloseGrant,
    ClosePeriod,
    Command,
    GiveNotice,
    KeepReceipt,
    Move,
    RecordPurchase,
    Refund,
    Reverse,
)
from budgets.errors import GrantClosed, NextGrantNeeded, NoSuchRecord, NoticeNeeded, NotYet, PeriodShut
from budgets.model import Cause, RequestState, Unspent
from budgets.money.pace import weeks
from foundation.db.transactions import reading
from tests.budgets.bench import Bench, set_up
from tests.budgets.money_factory import FUND, sums
from tests.budgets.test_service import PDF
from tests.conftest import StandingClock
from tests.people_factory import People

DAY_AFTER = date(2027, 1, 1)  # the grant's last day is New Year's Eve


@pytest.fixture
def bench(people: People, clock: StandingClock) -> Bench:
    return set_up(people, clock)


def close(bench: Bench, cause: Cause = Cause.ENDED, next_grant_id: str | None = None) -> str:
    return bench.does(bench.odin, CloseGrant(bench.grant_id, cause, "", next_grant_id))


def all_is_in_order(bench: Bench) -> bool:
    found = sums(bench.people.engine)
    return found.of_balances_ore == 0 and found.balances_ore == found.of_entries_ore


def test_notice_is_given_so_many_days_before(bench: Bench) -> None:
    with pytest.raises(NotYet) as refused:
        bench.does(bench.odin, GiveNotice(bench.grant_id, date(2026, 3, 31), "Flytning"))
    assert refused.value.on == date(2026, 4, 1)
    bench.does(bench.odin, GiveNotice(bench.grant_id, date(2026, 4, 1), "Flytning"))


@pytest.mark.parametrize("cause", [Cause.MOVED, Cause.WITHDRAWN])
def test_money_is_taken_back_after_a_notice_and_not_before_its_day(bench: Bench, cause: Cause) -> None:
    with pytest.raises(NoticeNeeded):
        close(bench, cause)
    bench.does(bench.odin, GiveNotice(bench.grant_id, date(2026, 4, 10), "Flytning"))
    bench.on(date(2026, 4, 9), 23, 59)
    with pytest.raises(NotYet) as refused:
        close(bench, cause)
    assert refused.value.on == date(2026, 4, 10)
    bench.on(date(2026, 4, 10), 0, 0)
    close(bench, cause)
    assert bench.budget().total_ore == 0
    assert bench.fund_balance("returned") == 5_000_00
    assert all_is_in_order(bench)


def test_the_newest_notice_counts(bench: Bench) -> None:
    bench.does(bench.odin, GiveNotice(bench.grant_id, date(2026, 4, 1), "Flytning"))
    bench.does(bench.odin, GiveNotice(bench.grant_id, date(2026, 6, 1), "Flytningen er udsat"))
    bench.on(date(2026, 4, 2))
    with pytest.raises(NotYet):
        close(bench, Cause.MOVED)


def test_every_notice_is_kept_also_when_two_are_given_at_once(bench: Bench) -> None:
    first, second = date(2026, 4, 1), date(2026, 6, 1)
    notices = [GiveNotice(bench.grant_id, day, "Flytning") for day in (first, second)]
    given = bench.together(bench.odin, *notices)
    with reading(bench.people.engine) as db:
        kept = db.execute(select(t.notice.c.id, t.notice.c.takes_effect_on)).all()
    assert {tuple(one) for one in kept} == set(zip(given, (first, second), strict=True))


def test_a_grant_ends_the_day_after_its_last_day_and_needs_no_notice_of_its_own(bench: Bench) -> None:
    bench.on(date(2026, 12, 31), 23, 59)
    with pytest.raises(NotYet) as refused:
        close(bench)
    assert refused.value.on == DAY_AFTER
    bench.on(DAY_AFTER, 0, 0)
    close(bench)
    with pytest.raises(GrantClosed):
        close(bench)


def test_after_a_death_nobody_waits(bench: Bench) -> None:
    close(bench, Cause.DIED)
    assert bench.fund_balance("returned") == 5_000_00


def test_what_was_spent_leaves_and_the_rest_lapses_by_the_funds_rule(
    people: People, clock: StandingClock
) -> None:
    bench = set_up(people, clock, unspent=Unspent.EXPIRED)
    bench.buys(350_00, date(2026, 3, 1))
    bench.on(DAY_AFTER)
    close(bench)
    assert (bench.fund_balance("expired"), bench.fund_balance("paid_out")) == (4_650_00, 350_00)
    assert bench.fund_balance("returned") == 0
    assert all_is_in_order(bench)


@pytest.mark.parametrize(
    ("limit_ore", "on_ore"), [(None, 4_650_00), (1_000_00, 1_000_00), (0, 0), (9_000_00, 4_650_00)]
)
def test_what_is_left_goes_on_up_to_the_funds_limit(
    people: People, clock: StandingClock, limit_ore: int | None, on_ore: int
) -> None:
    bench = set_up(
        people,
        clock,
        unspent=Unspent.CARRIED_OVER,
        carry_over_max_ore=limit_ore,
        ends_on=date(2027, 12, 31),
    )
    bench.grant_id = bench.grant(5_000_00, date(2026, 1, 1), date(2026, 12, 31))
    bench.does(bench.odin, Allocate(bench.grant_id, bench.swim, 1_850_00))
    bench.buys(350_00, date(2026, 3, 1))
    following = bench.grant(2_000_00, date(2027, 1, 1), date(2027, 12, 31))
    bench.on(DAY_AFTER)
    with pytest.raises(NextGrantNeeded):
        close(bench)
    close(bench, next_grant_id=following)
    assert bench.budget().total_ore == 0
    assert bench.budget(following).unallocated_ore == 2_000_00 + on_ore
    assert bench.fund_balance("returned") == 4_650_00 - on_ore
    assert all_is_in_order(bench)


def test_money_goes_on_to_a_later_grant_of_the_same_citizen_also_in_next_years_fund(
    people: People, clock: StandingClock
) -> None:
    bench = set_up(people, clock, unspent=Unspent.CARRIED_OVER)
    earlier = bench.grant(100_00, date(2026, 1, 1), date(2026, 6, 30))
    bench.on(DAY_AFTER)
    for elsewhere in (earlier, bench.grant_id, "no-such-grant"):
        with pytest.raises(NoSuchRecord):
            close(bench, next_grant_id=elsewhere)
    next_fund = bench.does(
        bench.odin,
        AddFund(
            msgspec.structs.replace(
                FUND, name="Midler 2027", starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31)
            ),
            9_000_00,
        ),
    )
    following = bench.grant(1_00, date(2027, 1, 1), date(2027, 12, 31), next_fund)
    close(bench, next_grant_id=following)
    assert bench.budget(following).unallocated_ore == 5_001_00
    assert all_is_in_order(bench)


def test_who_moves_away_carries_nothing_on(people: People, clock: StandingClock) -> None:
    bench = set_up(people, clock, unspent=Unspent.CARRIED_OVER)
    bench.does(bench.odin, GiveNotice(bench.grant_id, date(2026, 4, 1), "Flytning"))
    bench.on(date(2026, 4, 1))
    close(bench, Cause.MOVED)
    assert bench.fund_balance("returned") == 5_000_00


def test_requests_that_are_open_end_with_the_grant_and_their_money_is_not_lost(bench: Bench) -> None:
    asked, put_aside = bench.asks(900_00), bench.asks(300_00)
    close(bench, Cause.DIED)
    assert {bench.request(one).state for one in (asked, put_aside)} == {RequestState.LAPSED}
    assert bench.fund_balance("returned") == 5_000_00
    assert all_is_in_order(bench)


LATE: dict[str, Callable[[Bench, str], Command]] = {
    "share out": lambda bench, _: Allocate(bench.grant_id, bench.swim, 1_00),
    "take back": lambda bench, _: Move(bench.grant_id, bench.swim, None, 1_00, ""),
    "buy": lambda bench, _: RecordPurchase(bench.grant_id, bench.swim, 1_00, date(2026, 3, 2), "kort"),
    "refund": lambda _, purchase: Refund(purchase, 1_00, date(2026, 3, 2), "retur"),
    "undo": lambda _, purchase: Reverse(purchase, "fejl"),
    "receipt": lambda _, purchase: KeepReceipt(purchase),
    "notice": lambda bench, _: GiveNotice(bench.grant_id, date(2026, 6, 1), "igen"),
}


@pytest.mark.parametrize("late", LATE)
def test_a_closed_grant_refuses_everything(bench: Bench, late: str) -> None:
    purchase = bench.buys(350_00, date(2026, 3, 1))
    close(bench, Cause.DIED)
    with pytest.raises(GrantClosed):
        bench.does(bench.odin, LATE[late](bench, purchase), receipt=PDF)
    with pytest.raises(GrantClosed):
        bench.asks(1_00)


def test_closed_books_take_nothing_in_up_to_and_with_their_day(bench: Bench) -> None:
    with pytest.raises(NotYet):
        bench.does(bench.odin, ClosePeriod(bench.fund_id, date(2026, 3, 2)))
    bench.does(bench.odin, ClosePeriod(bench.fund_id, date(2026, 2, 28)))
    with pytest.raises(PeriodShut) as refused:
        bench.buys(1_00, date(2026, 2, 28))
    assert refused.value.through == date(2026, 2, 28)
    bench.buys(1_00, date(2026, 3, 1))
    for through in (date(2026, 2, 28), date(2026, 1, 31)):
        with pytest.raises(PeriodShut):
            bench.does(bench.odin, ClosePeriod(bench.fund_id, through))
    assert all_is_in_order(bench)


def test_a_grant_across_two_budget_years_goes_on_when_the_first_years_books_are_closed(
    people: People, clock: StandingClock
) -> None:
    bench = set_up(people, clock, starts_on=date(2026, 7, 1), ends_on=date(2027, 6, 30))
    bench.on(date(2027, 1, 15))
    bench.does(bench.odin, ClosePeriod(bench.fund_id, date(2026, 12, 31)))
    with pytest.raises(PeriodShut):
        bench.buys(100_00, date(2026, 12, 31))
    bench.buys(100_00, date(2027, 1, 1))
    bench.on(date(2027, 7, 1))
    close(bench)
    assert (bench.fund_balance("returned"), bench.fund_balance("paid_out")) == (4_900_00, 100_00)


def test_a_leap_day_is_a_day_like_others(people: People, clock: StandingClock) -> None:
    bench = set_up(people, clock, starts_on=date(2027, 3, 1), ends_on=date(2028, 2, 29))
    bench.on(date(2028, 2, 29))
    bench.buys(100_00, date(2028, 2, 29))
    assert bench.request(bench.asks(100_00)).put_aside_until == date(2028, 2, 29)
    with pytest.raises(NotYet) as refused:
        close(bench)
    assert refused.value.on == date(2028, 3, 1)
    bench.on(date(2028, 3, 1))
    close(bench)


def test_a_year_of_53_weeks_has_them_all(bench: Bench) -> None:
    assert date(2026, 12, 31).isocalendar().week == 53
    assert weeks(FUND.starts_on, FUND.ends_on, date(2026, 1, 1)).total == 53
    bench.on(date(2027, 1, 3))  # still week 53 of 2026, and the next year
    close(bench)


@pytest.mark.parametrize("night", [date(2026, 3, 29), date(2026, 10, 25)], ids=["spring", "autumn"])
def test_notice_over_a_night_on_which_clocks_change_counts_days(
    people: People, clock: StandingClock, night: date
) -> None:
    bench = set_up(people, clock, notice_days=1)
    bench.on(date(night.year, night.month, night.day - 1), 23, 30)
    bench.does(bench.odin, GiveNotice(bench.grant_id, night, "Flytning"))
    with pytest.raises(NotYet):
        close(bench, Cause.MOVED)
    bench.clock.forward(minutes=30)
    close(bench, Cause.MOVED)
