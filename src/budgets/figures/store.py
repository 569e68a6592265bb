"""Sums of spending for figures: no name is read, and nothing of what was bought."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, case, extract, func, select

from budgets import tables as t
from budgets.figures.model import Spending
from budgets.ledger.double_entry import SPENDING_KINDS, AccountKind, Direction
from people.tables.directory import person

_undone = t.movement.alias("undone")


def spending(db: Connection, before: date, areas: Sequence[str] | None) -> tuple[Spending, ...]:
    """What took effect before a day, per citizen, theme, fund and month; of citizens in `areas`, or (None) of all.

    Purchases, refunds, and what was reversed of them; closing a period moves what is spent but spends nothing.
    """
    movement, account = t.movement.c, t.account.c
    year, month = extract("year", movement.effective_on), extract("month", movement.effective_on)
    change = case((t.entry.c.direction == Direction.IN, t.entry.c.amount_ore), else_=-t.entry.c.amount_ore)
    groups = (t.grant.c.citizen_id, person.c.area_id, account.theme, account.fund_id, year, month)
    chosen = (
        select(*groups[:4], year.label("year"), month.label("month"), func.sum(change).label("amount_ore"))
        .select_from(t.entry)
        .join(t.movement, movement.id == t.entry.c.movement_id)
        .outerjoin(_undone, _undone.c.id == movement.reverses)
        .join(t.account, account.id == t.entry.c.account_id)
        .join(t.grant, t.grant.c.id == account.grant_id)
        .join(person, person.c.id == t.grant.c.citizen_id)
        .where(
            account.kind == AccountKind.SPENT,
            movement.effective_on < before,
            func.coalesce(_undone.c.kind, movement.kind).in_(SPENDING_KINDS),
        )
        .group_by(*groups)
    )
    if areas is not None:
        chosen = chosen.where(person.c.area_id.in_(areas))
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
        for row in db.execute(chosen)
    )
