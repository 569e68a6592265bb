"""Who decides about a request: the citizen's own word, a budget officer, two of them; and how it ends."""

from datetime import UTC, date, timedelta

import pytest

from budgets.commands.messages import Ask, Decide, GiveUp, Lapse, Learn, Reverse
from budgets.errors import NoSuchRecord, NotYet, Overdrawn, ReasonsNeeded, RequestSettled, SecondOfficerNeeded
from budgets.model import Envelope, RequestState
from budgets.records import limits
from budgets.records import requests as records_requests
from foundation.db.transactions import reading, writing
from people.access.model import Role
from people.directory import store as directory_store
from people.errors import NotAllowed
from tests.budgets.bench import Bench, set_up
from tests.budgets.money_factory import FUND
from tests.conftest import StandingClock
from tests.people_factory import People


@pytest.fixture
def bench(people: People, clock: StandingClock) -> Bench:
    return set_up(people, clock, two_officers_ore=1_000_00)


def test_above_the_funds_second_limit_two_officers_say_yes(bench: Bench) -> None:
    request_id = bench.asks(1_000_01)
    bench.says(bench.odin, request_id)
    assert bench.request(request_id).state is RequestState.ASKED
    assert bench.budget().reserved_ore == 0
    with pytest.raises(SecondOfficerNeeded):
        bench.says(bench.odin, request_id)
    bench.says(bench.frida, request_id)
    assert bench.request(request_id).state is RequestState.RESERVED
    assert bench.budget().envelope(bench.swim) == Envelope(bench.swim, 849_99, 1_000_01, 0)


def test_at_the_second_limit_one_officer_is_enough(bench: Bench) -> None:
    request_id = bench.asks(1_000_00)
    bench.says(bench.odin, request_id)
    assert bench.request(request_id).state is RequestState.RESERVED
    with pytest.raises(RequestSettled):
        bench.says(bench.frida, request_id)


def test_the_second_officers_no_ends_it_and_both_answers_are_kept(bench: Bench) -> None:
    request_id = bench.asks(1_500_00)
    bench.says(bench.odin, request_id)
    bench.says(bench.frida, request_id, yes=False)
    assert bench.request(request_id).state is RequestState.REFUSED
    with reading(bench.people.engine) as db:
        answers = {one.officer_id: one for one in records_requests.answers(db, [request_id])}
    assert answers[bench.odin.id].yes
    no = answers[bench.frida.id]
    assert (no.yes, no.reasons, no.rule) == (
        False,
        "Det er tøj til hverdag.",
        "Puljens regel om køb til mål",
    )
    assert no.appeal == FUND.appeal


@pytest.mark.parametrize(("reasons", "rule"), [("", "§ 85"), ("Nej.", ""), (" ", "§ 85")])
def test_a_no_without_reasons_or_rule_is_no_answer(bench: Bench, reasons: str, rule: str) -> None:
    request_id = bench.asks(600_00)
    with pytest.raises(ReasonsNeeded):
        bench.does(bench.odin, Decide(request_id, yes=False, reasons=reasons, rule=rule))
    assert bench.request(request_id).state is RequestState.ASKED


def test_whoever_asks_never_answers(bench: Bench) -> None:
    request_id = bench.asks(600_00)
    with pytest.raises(NotAllowed):
        bench.says(bench.asta, request_id)
    with writing(bench.people.engine) as db:
        directory_store.add_roles(db, [bench.asta], Role.BUDGET_OFFICER, bench.clock(), None)
    with pytest.raises(NotAllowed):
        bench.says(bench.asta, request_id)


def test_an_answer_is_due_so_many_days_after_the_day_in_copenhagen(bench: Bench) -> None:
    bench.on(date(2026, 3, 2), 23, 59)
    assert bench.request(bench.asks(600_00)).answer_by == date(2026, 3, 16)
    bench.on(date(2026, 3, 3), 0, 0)
    assert bench.request(bench.asks(600_00)).answer_by == date(2026, 3, 17)
    assert bench.request(bench.asks(100_00)).answer_by is None


def test_a_yes_is_no_use_when_the_money_is_gone_and_can_be_said_later(bench: Bench) -> None:
    request_id = bench.asks(900_00)
    purchase = bench.buys(1_000_00, date(2026, 3, 1))
    with pytest.raises(Overdrawn):
        bench.says(bench.odin, request_id)
    assert bench.request(request_id).state is RequestState.ASKED
    bench.does(bench.odin, Reverse(purchase, "Forkert borger"))
    bench.says(bench.odin, request_id)
    assert bench.request(request_id).state is RequestState.RESERVED


def test_nobody_asks_for_more_than_the_goal_has(bench: Bench) -> None:
    with pytest.raises(Overdrawn):
        bench.asks(1_850_01)


def test_what_is_not_bought_in_time_goes_back_once(bench: Bench) -> None:
    request_id = bench.asks(300_00)
    last_day = bench.request(request_id).put_aside_until
    assert last_day == date(2026, 3, 2) + timedelta(days=FUND.reserve_days)
    bench.on(last_day, 23, 59)
    with pytest.raises(NotYet) as refused:
        bench.system_does(Lapse(request_id), "lapse")
    assert refused.value.on == date(2026, 5, 2)
    bench.on(date(2026, 5, 2), 0, 0)
    for _ in range(2):
        assert bench.system_does(Lapse(request_id), "lapse") == request_id
    with pytest.raises(RequestSettled):
        bench.system_does(Lapse(request_id), "lapse again")
    assert bench.request(request_id).state is RequestState.LAPSED
    assert bench.budget().envelope(bench.swim) == Envelope(bench.swim, 1_850_00)


def test_money_is_put_aside_till_the_end_of_the_grant_at_most(bench: Bench) -> None:
    bench.on(date(2026, 12, 20))
    assert bench.request(bench.asks(100_00)).put_aside_until == date(2026, 12, 31)


@pytest.mark.parametrize("amount_ore", [300_00, 900_00])
def test_a_citizen_gives_up_what_is_put_aside_or_still_asked(bench: Bench, amount_ore: int) -> None:
    request_id = bench.asks(amount_ore)
    with pytest.raises(NoSuchRecord):
        bench.does(bench.people.citizen("Nabo"), GiveUp(request_id))
    bench.does(bench.asta, GiveUp(request_id))
    assert bench.request(request_id).state is RequestState.GIVEN_UP
    assert bench.budget().envelope(bench.swim) == Envelope(bench.swim, 1_850_00)
    with pytest.raises(RequestSettled):
        bench.does(bench.asta, GiveUp(request_id))


def test_a_citizen_says_what_they_learnt_from_a_purchase_and_changes_the_words(bench: Bench) -> None:
    request_id = bench.asks(300_00)
    with pytest.raises(RequestSettled):
        bench.does(bench.asta, Learn(request_id, "Endnu intet"))
    bench.buys(280_00, date(2026, 3, 2), request_id)
    with pytest.raises(NoSuchRecord):
        bench.does(bench.odin, Learn(request_id, "Ikke Odins ord"))
    for words in ("De dugger.", "De dugger ikke, når de er våde."):
        bench.does(bench.asta, Learn(request_id, words))
    assert bench.request(request_id).learnt == "De dugger ikke, når de er våde."


def test_the_own_word_of_a_month_ends_at_midnight_in_copenhagen(bench: Bench) -> None:
    bench.on(date(2026, 3, 31), 23, 59)
    assert [bench.request(bench.asks(one)).own_word for one in (500_00, 300_00, 1_00)] == [True, True, False]
    bench.on(date(2026, 4, 1), 0, 0)
    assert bench.request(bench.asks(500_00)).own_word


def test_giving_up_last_months_wish_makes_no_more_room_in_this_month(bench: Bench) -> None:
    last_month = bench.asks(500_00)
    bench.on(date(2026, 4, 1))
    this_month = bench.asks(500_00)
    _, asked = bench.together(bench.asta, GiveUp(last_month), bench.ask(400_00))
    assert isinstance(asked, str)
    assert not bench.request(asked).own_word
    _, asked = bench.together(bench.asta, GiveUp(this_month), bench.ask(500_00))
    assert isinstance(asked, str)
    assert bench.request(asked).own_word


@pytest.mark.parametrize(
    ("month", "hours"), [(3, 31 * 24 - 1), (10, 31 * 24 + 1), (2, 28 * 24)], ids=["spring", "autumn", "plain"]
)
def test_a_month_with_a_night_on_which_clocks_change_is_whole(bench: Bench, month: int, hours: int) -> None:
    bench.on(date(2026, month, 28 if month == 2 else 29), 1, 30)
    first, end = limits.month_of(bench.clock())
    assert (end.astimezone(UTC) - first.astimezone(UTC)) / timedelta(hours=1) == hours


def test_on_the_night_when_clocks_go_back_the_day_stays_the_same(bench: Bench) -> None:
    bench.on(date(2026, 10, 25), 2, 30)
    first = bench.request(bench.asks(600_00)).answer_by
    bench.clock.forward(hours=1)  # half past two once more
    assert bench.request(bench.asks(600_00)).answer_by == first == date(2026, 11, 8)


def test_a_wish_keeps_what_the_citizen_said(bench: Bench) -> None:
    kept = bench.request(bench.asks(100_00))
    command = bench.ask(100_00)
    assert (
        Ask(kept.grant_id, kept.goal_id, kept.what, kept.amount_ore, kept.together_with, kept.wanted_when)
        == command
    )
