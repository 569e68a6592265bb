"""A budget as a person sees it: each goal with its pace, the weeks, and whether the period runs. Pure."""

from collections.abc import Mapping
from datetime import date

import msgspec

from budgets.model import Budget, Envelope
from budgets.pace import Pace, Weeks, pace, unit_ore, weeks


class GoalMoney(msgspec.Struct, frozen=True):
    """One goal's money: its title in the citizen's own words, what one thing to count is worth, and its pace."""

    title: str
    envelope: Envelope
    unit_ore: int
    pace: Pace


class BudgetView(msgspec.Struct, frozen=True):
    """A budget on a day."""

    budget: Budget
    goals: tuple[GoalMoney, ...]  # those that have or had money, the one with most left first
    weeks: Weeks
    runs: bool
    over: bool
    pace: Pace  # of all of it


def budget_view(budget: Budget, titles: Mapping[str, str], today: date) -> BudgetView:
    """How the budget stands on that day. A goal without a title (it is gone) is called by an ellipsis."""
    grant = budget.grant
    goals = tuple(
        GoalMoney(
            titles.get(one.goal_id, "…"),
            one,
            unit_ore(one.total_ore),
            pace(one.left_ore, one.reserved_ore + one.spent_ore, grant.starts_on, grant.ends_on, today),
        )
        for one in sorted(budget.envelopes, key=lambda one: (-one.left_ore, one.goal_id))
        if one.total_ore
    )
    used_ore = budget.reserved_ore + budget.spent_ore
    return BudgetView(
        budget,
        goals,
        weeks(grant.starts_on, grant.ends_on, today),
        grant.starts_on <= today <= grant.ends_on,
        grant.ends_on < today,
        pace(budget.left_ore, used_ore, grant.starts_on, grant.ends_on, today),
    )
