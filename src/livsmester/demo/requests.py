"""Spending requests above the self-approval limit that wait for a budget officer, one of them past its deadline."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from budgets.commands.messages import RequestSpending
from budgets.commands.service import execute
from budgets.imports.model import BulkBudget
from budgets.model import Fund
from foundation.clock import local_date
from livsmester.demo.model import PlannedBudget
from people.access.model import Actor, Role, RoleAssignment
from people.web.context import RequestContext

# Days ago, purpose, when it is wanted. Funds decide within 14 days.
_REQUESTS = (
    (16, "Et kursus for begyndere", "til næste måned"),
    (12, "En brugt cykel med støttehjul", "når vejret bliver bedre"),
    (9, "Et aftenskolehold", ""),
    (4, "En weekendtur med klubben", "i ferien"),
    (1, "Et medlemskab for et år", "snart"),
)


def add_pending_requests(
    db: Connection,
    funds: Sequence[Fund],
    planned: Sequence[PlannedBudget],
    grant_ids: dict[str, str],
    now: datetime,
) -> None:
    """Submit requests slightly above the self-approval limit for citizens with enough balance.

    `grant_ids` maps a budget's key to the id of its grant.
    """
    fund_by_id = {fund.id: fund for fund in funds}
    pending = iter(_REQUESTS)
    request = next(pending, None)
    for planned_budget in planned:
        if request is None:
            return
        days_ago, purpose, wanted_when = request
        requested_at = now - timedelta(days=days_ago)
        amount_ore = fund_by_id[planned_budget.fund_id].own_purchase_ore + 250_00
        goal_id = _goal_with_balance(planned_budget.budget, amount_ore)
        is_in_period = (
            planned_budget.budget.starts_on <= local_date(requested_at) <= planned_budget.budget.ends_on
        )
        if goal_id is None or not is_in_period:
            continue
        citizen = Actor(planned_budget.budget.citizen_id, roles=(RoleAssignment(Role.CITIZEN),))
        command = RequestSpending(
            grant_ids[planned_budget.budget.key], goal_id, purpose, amount_ore, "min bostøtte", wanted_when
        )
        execute(RequestContext(db, citizen, requested_at), command, f"demo-wish-{days_ago}")
        request = next(pending, None)


def _goal_with_balance(budget: BulkBudget, amount_ore: int) -> str | None:
    """The id of a goal of the budget with at least `amount_ore` left; None if there is none."""
    used_ore: dict[str, int] = {}
    spent = [(purchase.goal_id, purchase.amount_ore) for purchase in budget.purchases]
    spent += [(request.goal_id, request.amount_ore) for request in budget.requests]
    for goal_id, spent_ore in spent:
        used_ore[goal_id] = used_ore.get(goal_id, 0) + spent_ore
    return next(
        (
            goal_id
            for goal_id, (_, allocated_ore) in budget.envelopes.items()
            if allocated_ore - used_ore.get(goal_id, 0) >= amount_ore
        ),
        None,
    )
