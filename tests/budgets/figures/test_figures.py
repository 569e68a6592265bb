"""A leader's figures: correct to the øre, and no figure of one citizen can be derived from them."""

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
    return suppressed_table(spending, lambda item: item.theme)


def test_a_group_of_five_is_shown_and_one_of_four_is_not() -> None:
    report = by_theme(
        [spending_of(citizen, theme) for theme in ("relations", "mobility") for citizen in range(5)]
        + [spending_of(citizen, "practical") for citizen in range(4)]
        + [spending_of(citizen, "self_care") for citizen in range(4, 8)]
    )
    assert {group.key for group in report.groups} == {"relations", "mobility"}
    assert (report.hidden, report.hidden_ore) == (2, 800)


def test_a_group_that_would_be_hidden_alone_takes_the_next_smallest_with_it() -> None:
    report = by_theme(
        [spending_of(citizen, "relations") for citizen in range(9)]
        + [spending_of(citizen, "mobility") for citizen in range(6)]
        + [spending_of(1, "practical", 77)]
    )
    assert [group.key for group in report.groups] == ["relations"], "or total less the two shown would be 77"
    assert (report.hidden, report.hidden_ore) == (2, 677)


def test_the_same_two_citizens_in_three_small_groups_are_two_citizens() -> None:
    report = by_theme(
        [spending_of(citizen, "relations") for citizen in range(9)]
        + [
            spending_of(citizen, theme)
            for citizen in (1, 2)
            for theme in ("mobility", "practical", "self_care")
        ]
    )
    assert report.groups == (), "the three together would tell what two citizens spent"


def test_who_got_everything_back_hides_nobody() -> None:
    five = [spending_of(citizen, "relations") for citizen in range(5)]
    back = [spending_of(citizen, "relations", -100) for citizen in range(1, 5)]
    assert year_report([*five, *back]).total is None


def test_four_citizens_have_no_figures() -> None:
    assert year_report([spending_of(citizen, "relations") for citizen in range(4)]).total is None


@given(SPENDING)
def test_every_figure_covers_five_citizens_and_what_is_hidden_is_no_less(spending: list[Spending]) -> None:
    report = year_report(spending)
    if report.total is None:
        assert not report.themes.groups
        return
    assert report.total.amount_ore == sum(item.amount_ore for item in spending)
    for table, key in (
        (report.themes, "theme"),
        (report.funds, "fund_id"),
        (report.areas, "area"),
        (report.months, "month"),
    ):
        assert sum(group.amount_ore for group in table.groups) + table.hidden_ore == report.total.amount_ore
        names = {group.key.lstrip("0") if key == "month" else group.key for group in table.groups}
        rest = [line for line in spending if str(getattr(line, key)) not in names]
        assert table.hidden != 1 or not table.groups
        if table.hidden and table.groups:
            assert citizens(rest) >= GROUP_MIN
        for name in names:
            assert citizens([line for line in spending if str(getattr(line, key)) == name]) >= GROUP_MIN


def citizens(spending: list[Spending]) -> int:
    """Who spent something in any of the groups."""
    return len({item.citizen_id for item in spending})


@given(SPENDING)
def test_no_sum_of_figures_is_a_group_that_is_hidden(spending: list[Spending]) -> None:
    """Adding and subtracting the figures of a table yields the sum of all hidden groups at most."""
    report = by_theme(spending)
    visible = {group.key for group in report.groups}
    hidden = {item.theme for item in spending} - visible
    for size in range(1, len(visible) + 1):
        for some in combinations(visible, size):
            rest = {item.theme for item in spending} - set(some)
            assert not (rest <= hidden and len(rest) == 1), "the total less these would be one hidden group"


def test_the_order_of_rows_changes_nothing() -> None:
    rows = [spending_of(citizen, theme) for theme in ("relations", "mobility") for citizen in range(7)]
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

    assert {pace.fund_id for pace in paces} == {"two"}, "one is hidden in 2025 to hide three"
    assert [(fund.pace.used_percent, fund.pace.time_percent) for fund in paces] == [(80, 49)]


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
        report = read_spending(db, date(2026, 5, 1), None)
        before_april = read_spending(db, date(2026, 4, 1), None)
        elsewhere = read_spending(db, date(2026, 5, 1), ["somewhere-else"])

    assert {(item.month, item.amount_ore) for item in report} == {(3, 250_00), (4, -200_00)}
    assert {(item.citizen_id, item.theme, item.fund_id, item.area) for item in report} == {
        (budget_factory.CITIZEN.id, "self_care", budget_factory.FUND.id, "")
    }
    assert [item.month for item in before_april] == [3]
    assert elsewhere == ()
