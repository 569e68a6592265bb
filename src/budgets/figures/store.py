"""Sums of spending for the figures; reads neither names nor descriptions."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, case, extract, func, select

from budgets import tables as t
from budgets.figures.model import Spending
from budgets.ledger.double_entry import AccountKind, Direction
from budgets.records.movements import only_spending
from people.tables.directory import person


def spending(db: Connection, before: date, areas: Sequence[str] | None) -> tuple[Spending, ...]:
    """Spending before a day, per citizen, theme, fund and month; of citizens in `areas`, or with None of all.

    Purchases less refunds and reversals. The closing of a grant, which moves what is spent, doesn't count.
    """
    movement, account = t.movement.c, t.account.c
    year, month = extract("year", movement.effective_on), extract("month", movement.effective_on)
    change = case((t.entry.c.direction == Direction.IN, t.entry.c.amount_ore), else_=-t.entry.c.amount_ore)
    groups = (t.grant.c.citizen_id, person.c.area_id, account.theme, account.fund_id, year, month)
    query = only_spending(
        select(*groups[:4], year.label("year"), month.label("month"), func.sum(change).label("amount_ore"))
        .select_from(t.entry)
        .join(t.movement, movement.id == t.entry.c.movement_id)
        .join(t.account, account.id == t.entry.c.account_id)
        .join(t.grant, t.grant.c.id == account.grant_id)
        .join(person, person.c.id == t.grant.c.citizen_id)
        .where(account.kind == AccountKind.SPENT, movement.effective_on < before)
        .group_by(*groups)
    )
    if areas is not None:
        query = query.where(person.c.area_id.in_(areas))
    return tuple(
        Spending(
            row.citizen_id,
            row.area_id or "",
            row.theme,
            row.fund_id,
            int(row.year),
            int(row.month),
            int(row.amount_ore),
        )
        for row in db.execute(query)
    )
