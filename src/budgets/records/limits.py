"""Who decides about a purchase and when it may be made: the fund's limits and the grant's period. Pure."""

from datetime import date, datetime, timedelta

from budgets.errors import OutsidePeriod, OverLimit
from budgets.model import Budget, Fund, Grant
from foundation.clock import COPENHAGEN, local_time


def self_approval_limit_ore(fund: Fund, approved_this_month_ore: int) -> int:
    """How much the citizen may decide alone in a purchase now: the fund's limit, and what is left of it this month."""
    return max(min(fund.own_purchase_ore, fund.own_month_ore - approved_this_month_ore), 0)


def require_in_period(grant: Grant, day: date) -> None:
    """Raises OutsidePeriod when the day is not in the grant's period."""
    if not grant.starts_on <= day <= grant.ends_on:
        raise OutsidePeriod(grant.starts_on, grant.ends_on)


def require_within_fund(fund: Fund, amount_ore: int, starts_on: date, ends_on: date) -> None:
    """Raises OverLimit above what the fund gives one citizen, OutsidePeriod for a grant that leaves the fund's period."""
    if amount_ore > fund.grant_max_ore:
        raise OverLimit(fund.grant_max_ore)
    if starts_on < fund.starts_on or ends_on > fund.ends_on:
        raise OutsidePeriod(fund.starts_on, fund.ends_on)


def day_after(day: date) -> date:
    """The next day; the last one that there is has none and is given back."""
    return day if day == date.max else day + timedelta(days=1)


def approvals_needed(fund: Fund, amount_ore: int) -> int:
    """How many budget officers must say yes to an amount: two above the fund's second limit."""
    return 2 if fund.two_officers_ore is not None and amount_ore > fund.two_officers_ore else 1


def decision_due_on(fund: Fund, today: date) -> date:
    """The day by which a citizen who asks today has an answer."""
    return today + timedelta(days=fund.answer_days)


def reserved_until(fund: Fund, grant: Grant, today: date) -> date:
    """The last day on which money that is put aside today can be used."""
    return min(today + timedelta(days=fund.reserve_days), grant.ends_on)


def first_day_after_notice(fund: Fund, today: date) -> date:
    """The first day on which money can be taken back when it is said today."""
    return today + timedelta(days=fund.notice_days)


def carried_over_ore(fund: Fund, remaining_ore: int) -> int:
    """How much of what is left goes on to the next period; the rest is returned."""
    return remaining_ore if fund.carry_over_max_ore is None else min(remaining_ore, fund.carry_over_max_ore)


def month_bounds(at: datetime) -> tuple[datetime, datetime]:
    """The calendar month in Copenhagen that holds the moment: its beginning and the next one's."""
    first = local_time(at).replace(day=1, hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    following = (first + timedelta(days=31)).replace(day=1)
    return first.replace(tzinfo=COPENHAGEN), following.replace(tzinfo=COPENHAGEN)


def current_budget(budgets: tuple[Budget, ...], today: date) -> Budget | None:
    """The budget that a citizen means today: of the running ones the first to end, else the next, else the last one."""
    running = [one for one in budgets if one.grant.starts_on <= today <= one.grant.ends_on]
    coming = [one for one in budgets if one.grant.starts_on > today]
    if running:
        return min(running, key=lambda one: (one.grant.ends_on, one.grant.id))
    if coming:
        return min(coming, key=lambda one: (one.grant.starts_on, one.grant.id))
    return max(budgets, key=lambda one: (one.grant.ends_on, one.grant.id), default=None)
