"""Spending figures for leaders: sums over groups of citizens, never of one citizen. No I/O.

Disclosure control, after the usual rule for tables of sums (Hundepool et al., *Statistical Disclosure
Control*, 2012, ch. 4):

- A group in which fewer than five citizens spent something is hidden (primary suppression).
- A hidden sum could be derived as the total less the visible groups. So when one group alone is hidden, or
  several with fewer than five citizens together, the smallest visible group is hidden too, and the next,
  until the hidden sum is of at least two groups and five citizens (secondary suppression).
- When fewer than five citizens spent anything, there are no figures.
- Figures cover whole months and years, and each table divides the same total in one way. There are no themes
  within a fund and no period to choose, since the difference between two such figures could be one citizen's
  month.
- The pace of a fund is shown when the fund is visible in every year, since it would reveal a hidden year
  otherwise.

It doesn't protect against somebody who subtracts last month's figures from this month's.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date

import msgspec

from budgets.model import FundBalance
from budgets.money.pace import Pace, pace

GROUP_MIN = 5  # citizens


class Spending(msgspec.Struct, frozen=True):
    """What one citizen spent on one theme from one fund in a month, less refunds and reversals."""

    citizen_id: str
    area: str  # id; "" where none is known
    theme: str
    fund_id: str
    year: int
    month: int  # 1 to 12
    amount_ore: int


class SpendingGroup(msgspec.Struct, frozen=True):
    """A visible group."""

    key: str
    citizens: int  # with spending
    amount_ore: int


class SuppressedTable(msgspec.Struct, frozen=True):
    """The total divided in one way; `hidden` is the number of suppressed groups, `hidden_ore` their sum."""

    groups: tuple[SpendingGroup, ...]
    hidden: int
    hidden_ore: int


class FundPace(msgspec.Struct, frozen=True):
    """A fund's share of money spent, compared with its share of time passed."""

    fund_id: str
    name: str
    pace: Pace


class YearReport(msgspec.Struct, frozen=True):
    """A year's spending; `total` is None and tables are empty with fewer than five spending citizens."""

    total: SpendingGroup | None
    themes: SuppressedTable
    funds: SuppressedTable
    months: SuppressedTable  # keys "01" to "12", in their order
    areas: SuppressedTable


EMPTY_TABLE = SuppressedTable((), 0, 0)


def year_report(spending: Sequence[Spending]) -> YearReport:
    """The report of one year's spending."""
    amounts = _amounts_by_citizen(spending)
    if len(amounts) < GROUP_MIN:
        return YearReport(None, EMPTY_TABLE, EMPTY_TABLE, EMPTY_TABLE, EMPTY_TABLE)
    months = suppressed_table(spending, lambda item: f"{item.month:02d}")
    return YearReport(
        SpendingGroup("", len(amounts), sum(amounts.values())),
        suppressed_table(spending, lambda item: item.theme),
        suppressed_table(spending, lambda item: item.fund_id),
        SuppressedTable(
            tuple(sorted(months.groups, key=lambda group: group.key)), months.hidden, months.hidden_ore
        ),
        suppressed_table(spending, lambda item: item.area),
    )


def suppressed_table(spending: Sequence[Spending], key: Callable[[Spending], str]) -> SuppressedTable:
    """The spending by group, the largest amount first, suppressed by the rules of this module."""
    members: dict[str, list[Spending]] = defaultdict(list)
    for item in spending:
        members[key(item)].append(item)
    by_citizen = {
        name: amounts for name, of_group in members.items() if (amounts := _amounts_by_citizen(of_group))
    }
    smallest_last = sorted(by_citizen, key=lambda name: (-len(by_citizen[name]), name))
    visible = [name for name in smallest_last if len(by_citizen[name]) >= GROUP_MIN]
    hidden = smallest_last[len(visible) :]
    while visible and _can_be_derived(hidden, by_citizen):
        hidden.append(visible.pop())
    groups = (SpendingGroup(name, len(by_citizen[name]), sum(by_citizen[name].values())) for name in visible)
    return SuppressedTable(
        tuple(sorted(groups, key=lambda group: (-group.amount_ore, group.key))),
        len(hidden),
        sum(sum(by_citizen[name].values()) for name in hidden),
    )


def _can_be_derived(hidden: Sequence[str], by_citizen: dict[str, dict[str, int]]) -> bool:
    if not hidden:
        return False
    citizen_ids: set[str] = set()
    for name in hidden:
        # A union, because one citizen can be in several hidden groups and conceals the others only once.
        citizen_ids |= by_citizen[name].keys()
    return len(hidden) == 1 or len(citizen_ids) < GROUP_MIN


def _amounts_by_citizen(spending: Sequence[Spending]) -> dict[str, int]:
    """What each citizen spent.

    A citizen with a sum of zero doesn't count, since they wouldn't conceal the others.
    """
    amounts: dict[str, int] = defaultdict(int)
    for item in spending:
        amounts[item.citizen_id] += item.amount_ore
    return {citizen_id: amount_ore for citizen_id, amount_ore in amounts.items() if amount_ore}


def fund_paces(
    spending: Sequence[Spending], funds: Sequence[FundBalance], last_day: date
) -> tuple[FundPace, ...]:
    """The pace through `last_day` of the funds that run on it and are visible in every year of `spending`."""
    by_year: dict[int, list[Spending]] = defaultdict(list)
    spent_ore: dict[str, int] = defaultdict(int)
    for item in spending:
        by_year[item.year].append(item)
        spent_ore[item.fund_id] += item.amount_ore
    visible_ids = set(spent_ore)
    for of_year in by_year.values():
        visible_in_year = {group.key for group in year_report(of_year).funds.groups}
        # A sum over all years less the visible ones would reveal the hidden year.
        visible_ids -= {item.fund_id for item in of_year} - visible_in_year
    return tuple(
        FundPace(
            balance.fund.id, balance.fund.name, _fund_pace(balance, spent_ore[balance.fund.id], last_day)
        )
        for balance in funds
        if balance.fund.id in visible_ids and balance.fund.starts_on <= last_day <= balance.fund.ends_on
    )


def _fund_pace(balance: FundBalance, spent_ore: int, last_day: date) -> Pace:
    total_ore = balance.free_ore + balance.granted_ore
    return pace(
        max(total_ore - spent_ore, 0), spent_ore, balance.fund.starts_on, balance.fund.ends_on, last_day
    )
