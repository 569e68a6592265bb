"""A leader's figures: right to the øre, and no way from them to one citizen."""

from datetime import date
from itertools import combinations

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from budgets.figures.model import (
    GROUP_MIN,
    Spending,
    SuppressedTable,
    fund_paces,
    suppressed_table,
    year_report,
)
from budgets.figures.store import spending as read_spending
from budgets.ledger import store as ledger_store
from budgets.ledger.double_entry import MovementKind, transfer
from budgets.model import FundBalance
from foundation.db.transactions import read_transaction, write_transaction
from tests.support import budget_factory

SPENDING = st.lists(
    st.builds(
        Spending,
        citizen_id=st.sampled_from([f"c{number}" for number in range(12)]),
        area=st.sampled_from(["north", "south", "west", ""]),
        theme=st.sampled_from(["relations", "mobility", "practical"]),
        fund_id=st.sampled_from(["one", "two", "three"]),
        year=st.just(2026),
        month=st.integers(1, 12),
        amount_ore=st.integers(-500, 5_000),
    ),
    max_size=60,
)


def spending_of(
    citizen: int, theme: str, amount_ore: int = 100, fund_id: str = "one", year: int = 2026
) -> Spending:
    return Spending(f"c{citizen}", "north", theme, fund_id, year, 3, amount_ore)


def by_theme(spending: list[Spending]) -> SuppressedTable:
    return suppressed_table(spending, lambda one: one.theme)


def test_a_group_of_five_is_shown_and_one_of_four_is_not() -> None:
    found = by_theme(
        [spending_of(one, theme) for theme in ("relations", "mobility") for one in range(5)]
        + [spending_of(one, "practical") for one in range(4)]
        + [spending_of(one, "self_care") for one in range(4, 8)]
    )
    assert {group.key for group in found.groups} == {"relations", "mobility"}
    assert (found.hidden, found.hidden_ore) == (2, 800)


def test_a_group_that_would_be_hidden_alone_takes_the_next_smallest_with_it() -> None:
    found = by_theme(
        [spending_of(one, "relations") for one in range(9)]
        + [spending_of(one, "mobility") for one in range(6)]
        + [spending_of(1, "practical", 77)]
    )
    assert [group.key for group in found.groups] == ["relations"], "or total less the two shown would be 77"
    assert (found.hidden, found.hidden_ore) == (2, 677)


def test_the_same_two_citizens_in_three_small_groups_are_two_citizens() -> None:
    found = by_theme(
        [spending_of(one, "relations") for one in range(9)]
        + [spending_of(one, theme) for one in (1, 2) for theme in ("mobility", "practical", "self_care")]
    )
    assert found.groups == (), "the three together would tell what two citizens spent"


def test_who_got_everything_back_hides_nobody() -> None:
    five = [spending_of(one, "relations") for one in range(5)]
    back = [spending_of(one, "relations", -100) for one in range(1, 5)]
    assert year_report([*five, *back]).total is None


def test_four_citizens_have_no_figures() -> None:
    assert year_report([spending_of(one, "relations") for one in range(4)]).total is None


@given(SPENDING)
def test_every_figure_covers_five_citizens_and_what_is_hidden_is_no_less(spending: list[Spending]) -> None:
    found = year_report(spending)
    if found.total is None:
        assert not found.themes.groups
        return
    assert found.total.amount_ore == sum(one.amount_ore for one in spending)
    for one, key in (
        (found.themes, "theme"),
        (found.funds, "fund_id"),
        (found.areas, "area"),
        (found.months, "month"),
    ):
        assert sum(group.amount_ore for group in one.groups) + one.hidden_ore == found.total.amount_ore
        names = {group.key.lstrip("0") if key == "month" else group.key for group in one.groups}
        rest = [line for line in spending if str(getattr(line, key)) not in names]
        assert one.hidden != 1 or not one.groups
        if one.hidden and one.groups:
            assert citizens(rest) >= GROUP_MIN
        for name in names:
            assert citizens([line for line in spending if str(getattr(line, key)) == name]) >= GROUP_MIN


def citizens(spending: list[Spending]) -> int:
    """Who spent something in any of the groups."""
    return len({one.citizen_id for one in spending})


@given(SPENDING)
def test_no_sum_of_figures_is_a_group_that_is_hidden(spending: list[Spending]) -> None:
    """Whoever adds and subtracts what one table tells finds sums over hidden groups only as a whole."""
    found = by_theme(spending)
    told = {group.key for group in found.groups}
    hidden = {one.theme for one in spending} - told
    for size in range(1, len(told) + 1):
        for some in combinations(told, size):
            rest = {one.theme for one in spending} - set(some)
            assert not (rest <= hidden and len(rest) == 1), "the total less these would be one hidden group"


def test_the_order_of_rows_changes_nothing() -> None:
    rows = [spending_of(one, theme) for theme in ("relations", "mobility") for one in range(7)]
    assert by_theme(rows) == by_theme(rows[::-1])


def test_a_fund_that_is_hidden_in_one_year_has_no_pace_that_tells_of_it() -> None:
    balances = [
        FundBalance(msgspec.structs.replace(budget_factory.FUND, id=fund_id, name=fund_id), 100_00)
        for fund_id in ("one", "two", "three")
    ]
    plenty = [
        spending_of(citizen, "relations", 10_00, fund_id)
        for citizen in range(8)
        for fund_id in ("one", "two", "three")
    ]
    a_year_with_few = [spending_of(1, "relations", 1, "three", 2025)] + [
        spending_of(citizen, "relations", 1, fund_id, 2025) for citizen in range(9) for fund_id in ("one",)
    ]

    paces = fund_paces([*plenty, *a_year_with_few], balances, date(2026, 6, 30))

    assert {one.fund_id for one in paces} == {"two"}, "one is hidden in 2025 to hide three"
    assert [(one.pace.used_percent, one.pace.time_percent) for one in paces] == [(80, 49)]


def test_refunds_and_reversals_are_taken_off_in_their_own_month(engine: Engine) -> None:
    on = {day: date(2026, 3, day) for day in (3, 4)}
    with write_transaction(engine) as db:
        budget_factory.create_records(db)
        budget_factory.post_funding(db)
        wrong = msgspec.structs.replace(budget_factory.spend(200_00), effective_on=on[3])
        back = transfer(budget_factory.SWIM_SPENT.id, budget_factory.SWIMMING.id, 50_00)
        ledger_store.bulk_post(
            db,
            [
                msgspec.structs.replace(budget_factory.spend(100_00), effective_on=on[3]),
                wrong,
                msgspec.structs.replace(
                    budget_factory.movement(MovementKind.REFUND, *back), effective_on=on[4]
                ),
            ],
        )
        undo = transfer(budget_factory.SWIM_SPENT.id, budget_factory.SWIMMING.id, 200_00)
        undone = budget_factory.movement(MovementKind.REVERSE, *undo, reverses=wrong.id)
        ledger_store.bulk_post(db, [msgspec.structs.replace(undone, effective_on=date(2026, 4, 1))])

    with read_transaction(engine) as db:
        found = read_spending(db, date(2026, 5, 1), None)
        before_april = read_spending(db, date(2026, 4, 1), None)
        elsewhere = read_spending(db, date(2026, 5, 1), ["somewhere-else"])

    assert {(one.month, one.amount_ore) for one in found} == {(3, 250_00), (4, -200_00)}
    assert {(one.citizen_id, one.theme, one.fund_id, one.area) for one in found} == {
        (budget_factory.CITIZEN.id, "self_care", budget_factory.FUND.id, "")
    }
    assert [one.month for one in before_april] == [3]
    assert elsewhere == ()
