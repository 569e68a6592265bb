"""What a leader may know of spending: sums over groups of citizens, never one citizen. Pure.

The rule, after the usual one for tables of sums (Hundepool et al., *Statistical Disclosure Control*, 2012, ch. 4):

- A group in which fewer than five citizens spent something is hidden.
- What is hidden could be worked out as the total less what is shown. So where one group alone would be hidden, or several with fewer
  than five citizens between them, the smallest shown group is hidden too, and the next, until the rest is a sum over two groups
  or more and five citizens or more.
- Where fewer than five citizens spent anything, there are no figures.
- A figure covers whole months and whole years only, and each table divides the same total in one way: there is no table of themes within a
  fund, and no period to choose, whose difference from another would be one citizen's month.
- How a fund goes is shown when the fund is shown in every year: a share of all its years would tell the year that is hidden.

It does not help against somebody who keeps the figures of one month and subtracts them from those of the next.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date

import msgspec

from budgets.model import FundBalance
from budgets.money.pace import Pace, pace

GROUP_MIN = 5  # citizens


class Spending(msgspec.Struct, frozen=True):
    """What one citizen spent on one theme out of one fund in a month, less what came back."""

    citizen_id: str
    area: str  # id; "" where none is known
    theme: str
    fund_id: str
    year: int
    month: int  # 1 to 12
    amount_ore: int


class SpendingGroup(msgspec.Struct, frozen=True):
    """A group that may be shown."""

    key: str
    citizens: int  # who spent something
    amount_ore: int


class SuppressedTable(msgspec.Struct, frozen=True):
    """The total divided in one way; `hidden` groups are left out, which have `hidden_ore` between them."""

    groups: tuple[SpendingGroup, ...]
    hidden: int
    hidden_ore: int


class FundPace(msgspec.Struct, frozen=True):
    """How fast a fund's money goes beside its time."""

    fund_id: str
    name: str
    pace: Pace


class YearReport(msgspec.Struct, frozen=True):
    """A year's spending; without figures (`total` None) when fewer than five citizens spent anything."""

    total: SpendingGroup | None
    themes: SuppressedTable
    funds: SuppressedTable
    months: SuppressedTable  # keys "01" to "12", in their order
    areas: SuppressedTable


EMPTY_TABLE = SuppressedTable((), 0, 0)


def year_report(spending: Sequence[Spending]) -> YearReport:
    """The figures of one year's spending."""
    amounts = _amounts_by_citizen(spending)
    if len(amounts) < GROUP_MIN:
        return YearReport(None, EMPTY_TABLE, EMPTY_TABLE, EMPTY_TABLE, EMPTY_TABLE)
    months = suppressed_table(spending, lambda one: f"{one.month:02d}")
    return YearReport(
        SpendingGroup("", len(amounts), sum(amounts.values())),
        suppressed_table(spending, lambda one: one.theme),
        suppressed_table(spending, lambda one: one.fund_id),
        SuppressedTable(
            tuple(sorted(months.groups, key=lambda one: one.key)), months.hidden, months.hidden_ore
        ),
        suppressed_table(spending, lambda one: one.area),
    )


def suppressed_table(spending: Sequence[Spending], key: Callable[[Spending], str]) -> SuppressedTable:
    """The spending by group, the largest amount first, as far as it may be shown. See the rule above."""
    members: dict[str, list[Spending]] = defaultdict(list)
    for one in spending:
        members[key(one)].append(one)
    by_citizen = {
        name: found for name, of_group in members.items() if (found := _amounts_by_citizen(of_group))
    }
    smallest_last = sorted(by_citizen, key=lambda name: (-len(by_citizen[name]), name))
    shown = [name for name in smallest_last if len(by_citizen[name]) >= GROUP_MIN]
    hidden = smallest_last[len(shown) :]
    while shown and _can_be_derived(hidden, by_citizen):
        hidden.append(shown.pop())
    groups = (SpendingGroup(name, len(by_citizen[name]), sum(by_citizen[name].values())) for name in shown)
    return SuppressedTable(
        tuple(sorted(groups, key=lambda one: (-one.amount_ore, one.key))),
        len(hidden),
        sum(sum(by_citizen[name].values()) for name in hidden),
    )


def _can_be_derived(hidden: Sequence[str], by_citizen: dict[str, dict[str, int]]) -> bool:
    if not hidden:
        return False
    behind: set[str] = set()
    for name in hidden:
        behind |= by_citizen[name].keys()
    return len(hidden) == 1 or len(behind) < GROUP_MIN


def _amounts_by_citizen(spending: Sequence[Spending]) -> dict[str, int]:
    """What each citizen spent; whoever got all of it back spent nothing and hides nobody."""
    amounts: dict[str, int] = defaultdict(int)
    for one in spending:
        amounts[one.citizen_id] += one.amount_ore
    return {citizen_id: amount_ore for citizen_id, amount_ore in amounts.items() if amount_ore}


def fund_paces(
    spending: Sequence[Spending], funds: Sequence[FundBalance], last_day: date
) -> tuple[FundPace, ...]:
    """How the funds that run on `last_day` stood then, for those that are shown in every year of `spending`."""
    by_year: dict[int, list[Spending]] = defaultdict(list)
    spent: dict[str, int] = defaultdict(int)
    for one in spending:
        by_year[one.year].append(one)
        spent[one.fund_id] += one.amount_ore
    open_funds = set(spent)
    for of_year in by_year.values():
        shown = {group.key for group in year_report(of_year).funds.groups}
        open_funds -= {one.fund_id for one in of_year} - shown
    return tuple(
        FundPace(one.fund.id, one.fund.name, _fund_pace(one, spent[one.fund.id], last_day))
        for one in funds
        if one.fund.id in open_funds and one.fund.starts_on <= last_day <= one.fund.ends_on
    )


def _fund_pace(balance: FundBalance, spent_ore: int, last_day: date) -> Pace:
    total_ore = balance.free_ore + balance.granted_ore
    return pace(
        max(total_ore - spent_ore, 0), spent_ore, balance.fund.starts_on, balance.fund.ends_on, last_day
    )
