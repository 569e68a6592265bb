"""Queries that only the list of grants needs."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, select

from budgets import tables as t
from budgets.model import GrantSummary
from budgets.records.funds import filter_grants, grant_page


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
    """Grants of citizens whose name contains `text`, the one that ends first at the top: a page and the count of all.

    `areas` limits them to citizens of these areas (None: no limit); `running_on` to grants whose period contains
    that day.
    """
    return grant_page(
        db, filter_grants(select(t.grant.c.id), text, fund_id, areas, running_on), limit, offset
    )
