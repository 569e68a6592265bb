"""Queries on grants that end."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, select

from budgets import tables as t
from budgets.model import GrantSummary
from budgets.records.funds import filter_grants, grant_page


def ending_grants(
    db: Connection, areas: Sequence[str] | None, last_day: date, *, limit: int, offset: int
) -> tuple[tuple[GrantSummary, ...], int]:
    """Grants whose period ends on that day or before and that are not closed; the rest as `find_grants`."""
    closed = select(t.closing.c.grant_id).where(t.closing.c.grant_id == t.grant.c.id)
    chosen = filter_grants(select(t.grant.c.id), "", None, areas, None)
    return grant_page(db, chosen.where(t.grant.c.ends_on <= last_day, ~closed.exists()), limit, offset)
