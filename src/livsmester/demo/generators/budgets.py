"""Generates the budgets of the demo municipality: how fast they are spent, and the purchases for each goal."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import cycle

import msgspec

from budgets.imports.model import BulkBudget, BulkPurchase, BulkRequest
from budgets.model import Fund
from livsmester.demo.content.goals import GoalText
from livsmester.demo.generators.funds import funding_ore, make_funds
from livsmester.demo.model import ORE_PER_KRONE, DemoBuilder, DemoFinances, PlannedBudget, Population
from people.access.model import Role
from plans.model import Goal

GoalsWithTexts = Sequence[tuple[Goal, GoalText]]

# Pace → ranges in percent of the period that has passed and of the money that is spent; names as in `budgets.money.pace`.
PACES: dict[str, tuple[tuple[int, int], tuple[int, int]]] = {
    "enough": ((40, 65), (42, 62)),
    "plenty": ((20, 32), (9, 20)),
    "soon used": ((50, 80), (89, 95)),
    "used": ((60, 90), (100, 100)),
    "slow": ((72, 92), (8, 20)),
    "just begun": ((2, 5), (0, 0)),
}
_PACE_SEQUENCE = (
    *("enough", "plenty", "enough", "soon used", "slow"),
    *("enough", "used", "enough", "plenty", "just begun"),
)
_FUND_WEIGHTS = (6, 3, 2)
_COMPANIONS = ("", "", "min bostøtte", "min søster", "min guide", "min nabo", "en ven")
_DISCOUNTS_ORE = (0, 0, 0, 5)  # subtracted from a price: 89 kr. or 88,95 kr.
RESERVED_DAYS = 21  # younger purchases may still be reservations
SHOWCASE_BUDGET_ORE = 6_000_00  # the demo citizen's, see `demo.showcase_budget`


def make_finances(
    builder: DemoBuilder, population: Population, goals: Mapping[str, GoalsWithTexts]
) -> DemoFinances:
    """Funds, and a budget for each citizen in `goals` with an allocation per goal."""
    funds = make_funds(builder)
    officers = population.roles[Role.BUDGET_OFFICER]
    granted_ore = {fund.id: 0 for fund in funds} | {funds[0].id: SHOWCASE_BUDGET_ORE}
    planned = []
    for (citizen_id, citizen_goals), pace in zip(goals.items(), cycle(_PACE_SEQUENCE), strict=False):
        fund = builder.random.choices(funds, _FUND_WEIGHTS)[0]
        budget = _budget(builder, fund, citizen_id, citizen_goals, pace)
        if budget.amount_ore > fund.grant_max_ore:
            fund, budget = funds[0], msgspec.structs.replace(budget, legal_basis=funds[0].legal_basis)
        granted_ore[fund.id] += budget.amount_ore
        planned.append(PlannedBudget(fund.id, builder.random.choice(officers), budget))
    return DemoFinances(tuple((fund, funding_ore(granted_ore[fund.id])) for fund in funds), tuple(planned))


def _budget(
    builder: DemoBuilder, fund: Fund, citizen_id: str, goals: GoalsWithTexts, pace: str
) -> BulkBudget:
    time_percent, money_percent = PACES[pace]
    days = builder.random.randint(180, 365)
    starts_on = builder.today - timedelta(days=max(1, days * builder.random.randint(*time_percent) // 100))
    envelopes: dict[str, tuple[str, int]] = {}
    purchases: list[BulkPurchase] = []
    for goal, text in goals:
        amount_ore, bought = _envelope(builder, goal, text, starts_on, builder.random.randint(*money_percent))
        envelopes[goal.id] = (goal.theme, amount_ore)
        purchases += bought
    spare_ore = builder.random.choice((0, 0, 0, 0, 500, 1_000)) * ORE_PER_KRONE if pace == "enough" else 0
    reserved = [purchase for purchase in purchases if _is_reserved(builder, fund, purchase)]
    return BulkBudget(
        builder.new_id(),
        citizen_id,
        spare_ore + sum(amount_ore for _, amount_ore in envelopes.values()),
        starts_on,
        starts_on + timedelta(days=days - 1),
        fund.legal_basis,
        envelopes,
        tuple(purchase for purchase in purchases if purchase not in reserved),
        tuple(
            BulkRequest(
                purchase.goal_id,
                purchase.amount_ore,
                purchase.bought_on,
                purchase.what,
                builder.random.choice(_COMPANIONS),
            )
            for purchase in reserved
        ),
    )


def _envelope(
    builder: DemoBuilder, goal: Goal, text: GoalText, starts_on: date, used_percent: int
) -> tuple[int, list[BulkPurchase]]:
    """A goal's allocation in øre and its purchases, which add up to about `used_percent` of it."""
    random = builder.random
    available = list(text.buys.items())
    if used_percent == 0:
        return sum(text.buys.values()) * ORE_PER_KRONE, []
    bought = available if used_percent >= 25 else [min(available, key=lambda item: item[1])]
    prices = [kroner * ORE_PER_KRONE - random.choice(_DISCOUNTS_ORE) for _, kroner in bought]
    ten_kroner = 10 * ORE_PER_KRONE
    amount_ore = -(-sum(prices) * 100 // (used_percent * ten_kroner)) * ten_kroner
    if used_percent == 100:
        prices[-1] += amount_ore - sum(prices)
    days = _days(builder, starts_on, len(bought))
    return amount_ore, [
        BulkPurchase(goal.id, price, day, what)
        for (what, _), price, day in zip(bought, prices, days, strict=True)
    ]


def _days(builder: DemoBuilder, starts_on: date, count: int) -> list[date]:
    """Sorted dates for `count` purchases, between the first day and today where the budget is old enough."""
    length = max(1, (builder.today - starts_on).days - 1)
    return sorted(starts_on + timedelta(days=1 + builder.random.randrange(length)) for _ in range(count))


def _is_reserved(builder: DemoBuilder, fund: Fund, purchase: BulkPurchase) -> bool:
    """Whether the purchase becomes a reservation instead: recent, and within the self-approval limit."""
    is_recent = (builder.today - purchase.bought_on).days < RESERVED_DAYS
    return is_recent and purchase.amount_ore <= fund.own_purchase_ore and builder.random.random() < 0.6
