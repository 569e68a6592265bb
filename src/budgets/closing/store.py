"""Queries on grants that end."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, select

from budgets import tables as t
from budgets.model import GrantSummary
from budgets.records.funds import _filtered, _g, _grant_page


def ending_grants(
    db: Connection, areas: Sequence[str] | None, last_day: date, *, limit: int, offset: int
) -> tuple[tuple[GrantSummary, ...], int]:
    """Grants whose period ends on that day or before and that are not closed; the rest as `find_grants`."""
    closed = select(t.closing.c.grant_id).where(t.closing.c.grant_id == _g.id)
    chosen = _filtered(select(_g.id), "", None, areas, None)
    return _grant_page(db, chosen.where(_g.ends_on <= last_day, ~closed.exists()), limit, offset)
