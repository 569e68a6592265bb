"""Queries on grants that end."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, select

from budgets import tables as t
from budgets.model import GrantLine
from budgets.records.funds import _g, _lines, _narrowed


def ending_grants(
    db: Connection, areas: Sequence[str] | None, last_day: date, *, limit: int, offset: int
) -> tuple[tuple[GrantLine, ...], int]:
    """Grants whose period ends on that day or before and that are not closed; the rest as `find_grants`."""
    closed = select(t.closing.c.grant_id).where(t.closing.c.grant_id == _g.id)
    chosen = _narrowed(select(_g.id), "", None, areas, None)
    return _lines(db, chosen.where(_g.ends_on <= last_day, ~closed.exists()), limit, offset)
