"""Wishes above what citizens decide alone: some wait for a budget officer, one of them for too long."""

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

# Asked so many days ago; a fund answers within 14.
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
    """Let citizens with enough left ask for a little more than they decide alone. `grant_ids` are by the budgets' keys."""
    by_id = {fund.id: fund for fund in funds}
    wishes = iter(_REQUESTS)
    wish = next(wishes, None)
    for one in planned:
        if wish is None:
            return
        days_ago, what, wanted_when = wish
        asked_at = now - timedelta(days=days_ago)
        amount_ore = by_id[one.fund_id].own_purchase_ore + 250_00
        goal_id = _goal_with_balance(one.budget, amount_ore)
        runs = one.budget.starts_on <= local_date(asked_at) <= one.budget.ends_on
        if goal_id is None or not runs:
            continue
        citizen = Actor(one.budget.citizen_id, roles=(RoleAssignment(Role.CITIZEN),))
        command = RequestSpending(
            grant_ids[one.budget.key], goal_id, what, amount_ore, "min bostøtte", wanted_when
        )
        execute(RequestContext(db, citizen, asked_at), command, f"demo-wish-{days_ago}")
        wish = next(wishes, None)


def _goal_with_balance(budget: BulkBudget, amount_ore: int) -> str | None:
    """A goal that has so much left."""
    used_ore: dict[str, int] = {}
    taken = [(one.goal_id, one.amount_ore) for one in budget.purchases]
    taken += [(one.goal_id, one.amount_ore) for one in budget.requests]
    for goal_id, taken_ore in taken:
        used_ore[goal_id] = used_ore.get(goal_id, 0) + taken_ore
    return next(
        (
            goal_id
            for goal_id, (_, got_ore) in budget.envelopes.items()
            if got_ore - used_ore.get(goal_id, 0) >= amount_ore
        ),
        None,
    )
