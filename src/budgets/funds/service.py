"""What a fund has seen."""

from datetime import date

import msgspec

from budgets.errors import NoSuchRecord
from budgets.model import Fund, MovementRecord
from budgets.money.service import PAGE_LENGTH, officer_areas
from budgets.records import closings as records_closings
from budgets.records import funds as records_funds
from budgets.records import movements
from people.access.model import DataKind, Purpose
from people.web.context import RequestContext


class FundMovements(msgspec.Struct, frozen=True):
    """Movements of a fund, the count of all that would be shown on all pages, and whose the grants are."""

    fund: Fund
    movements: tuple[MovementRecord, ...]
    count: int
    citizen_names: dict[str, str]  # of citizens, by grant
    closed_grant_ids: frozenset[str]  # grants of which nothing can be undone any more


def fund_movements(
    context: RequestContext, fund_id: str, first_day: date | None, last_day: date | None, page: int | None
) -> FundMovements:
    """The movements of a fund between two days, newest first: one page or (None) all.

    A budget officer of one area sees the movements of citizens of that area only. Every citizen among them is logged.
    """
    found = records_funds.fund(context.db, fund_id)
    if found is None:
        raise NoSuchRecord
    limited_to = officer_areas(context)
    limit, offset = (None, 0) if page is None else (PAGE_LENGTH, (page - 1) * PAGE_LENGTH)
    shown = movements.of_fund(
        context.db, fund_id, limited_to, first_day, last_day, limit=limit, offset=offset
    )
    citizens = records_funds.citizens_of_grants(
        context.db, {one.grant_id for one in shown if one.grant_id is not None}
    )
    context.authorize_reads(sorted({one.id for one in citizens.values()}), DataKind.MONEY, Purpose.BUDGET)
    count = movements.count_of_fund(context.db, fund_id, limited_to, first_day, last_day)
    closed = frozenset(records_closings.closings(context.db, citizens.keys()))
    return FundMovements(found, shown, count, {key: one.full_name for key, one in citizens.items()}, closed)
