"""Queries that only the list of grants needs."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, select

from budgets.model import GrantSummary
from budgets.records.funds import _filtered, _g, _grant_page


def find_grants(
    db: Connection,
    text: str,
    fund_id: str | None,
    areas: Sequence[str] | None,
    running_on: date | None,
    *,
    limit: int,
    offset: int,
) -> tuple[tuple[GrantSummary, ...], int]:
    """Grants of citizens whose name holds `text`: one page and the count of all, the one that ends first at the top.

    `areas` limits them to citizens of these areas, None to none; `running_on` to grants whose period holds that day.
    """
    return _grant_page(db, _filtered(select(_g.id), text, fund_id, areas, running_on), limit, offset)
