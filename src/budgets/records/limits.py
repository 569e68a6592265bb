"""A fund's limits and deadlines, and the periods of funds and grants. No I/O."""

from datetime import date, datetime, timedelta

from budgets.errors import OutsidePeriod, OverLimit
from budgets.model import Budget, Fund, Grant
from foundation.clock import COPENHAGEN, local_time


def self_approval_limit_ore(fund: Fund, approved_this_month_ore: int) -> int:
    """The most that a citizen can approve alone now: the limit per purchase, or the rest of the month's."""
    return max(min(fund.own_purchase_ore, fund.own_month_ore - approved_this_month_ore), 0)


def require_in_period(grant: Grant, day: date) -> None:
    """Raises OutsidePeriod when the day isn't in the grant's period."""
    if not grant.starts_on <= day <= grant.ends_on:
        raise OutsidePeriod(grant.starts_on, grant.ends_on)


def require_within_fund(fund: Fund, amount_ore: int, starts_on: date, ends_on: date) -> None:
    """Raises OverLimit above the fund's maximum per grant, OutsidePeriod for days outside its period."""
    if amount_ore > fund.grant_max_ore:
        raise OverLimit(fund.grant_max_ore)
    if starts_on < fund.starts_on or ends_on > fund.ends_on:
        raise OutsidePeriod(fund.starts_on, fund.ends_on)


def day_after(day: date) -> date:
    """The next day; `date.max` has none and is returned itself."""
    return day if day == date.max else day + timedelta(days=1)


def approvals_needed(fund: Fund, amount_ore: int) -> int:
    """How many budget officers must approve an amount: two above the fund's `two_officers_ore`, else one."""
    return 2 if fund.two_officers_ore is not None and amount_ore > fund.two_officers_ore else 1


def decision_due_on(fund: Fund, today: date) -> date:
    """The last day for deciding a request made today."""
    return today + timedelta(days=fund.answer_days)


def reserved_until(fund: Fund, grant: Grant, today: date) -> date:
    """The last day on which money reserved today can be used."""
    return min(today + timedelta(days=fund.reserve_days), grant.ends_on)


def first_day_after_notice(fund: Fund, today: date) -> date:
    """The first day on which money can be taken back after a notice today."""
    return today + timedelta(days=fund.notice_days)


def carried_over_ore(fund: Fund, remaining_ore: int) -> int:
    """How much of the unspent money is carried over to the next period; the rest is returned."""
    return remaining_ore if fund.carry_over_max_ore is None else min(remaining_ore, fund.carry_over_max_ore)


def month_bounds(at: datetime) -> tuple[datetime, datetime]:
    """The start of the calendar month in Copenhagen that `at` is in, and the start of the next."""
    start = local_time(at).replace(day=1, hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    next_start = (start + timedelta(days=31)).replace(day=1)
    return start.replace(tzinfo=COPENHAGEN), next_start.replace(tzinfo=COPENHAGEN)


def current_budget(budgets: tuple[Budget, ...], today: date) -> Budget | None:
    """The budget to show today: the running one that ends first, else the next to start, else the last."""
    running = [budget for budget in budgets if budget.grant.starts_on <= today <= budget.grant.ends_on]
    upcoming = [budget for budget in budgets if budget.grant.starts_on > today]
    if running:
        return min(running, key=lambda budget: (budget.grant.ends_on, budget.grant.id))
    if upcoming:
        return min(upcoming, key=lambda budget: (budget.grant.starts_on, budget.grant.id))
    return max(budgets, key=lambda budget: (budget.grant.ends_on, budget.grant.id), default=None)
