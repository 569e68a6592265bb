"""Reads the movements of a fund."""

from datetime import date

import msgspec

from budgets.errors import NoSuchRecord
from budgets.model import Fund, MovementRecord
from budgets.money.service import PAGE_LENGTH, officer_areas
from budgets.records import closings as records_closings
from budgets.records import funds as records_funds
from budgets.records import movements as records_movements
from people.access.model import DataKind, Purpose
from people.web.context import RequestContext


class FundMovements(msgspec.Struct, frozen=True):
    """Movements of a fund, the count on all pages, and the citizens of the grants."""

    fund: Fund
    movements: tuple[MovementRecord, ...]
    count: int
    citizen_names: dict[str, str]  # of citizens, by grant
    closed_grant_ids: frozenset[str]  # grants in which no movement can be reversed any more


def fund_movements(
    context: RequestContext, fund_id: str, first_day: date | None, last_day: date | None, page: int | None
) -> FundMovements:
    """The movements of a fund between two days, newest first: one page or (None) all.

    A budget officer of one area sees the movements of citizens of that area only. The read of every citizen is
    logged. Raises NoSuchRecord.
    """
    fund = records_funds.fund(context.db, fund_id)
    if fund is None:
        raise NoSuchRecord
    areas = officer_areas(context)
    limit, offset = (None, 0) if page is None else (PAGE_LENGTH, (page - 1) * PAGE_LENGTH)
    rows = records_movements.of_fund(
        context.db, fund_id, areas, first_day, last_day, limit=limit, offset=offset
    )
    citizens = records_funds.citizens_of_grants(
        context.db, {movement.grant_id for movement in rows if movement.grant_id is not None}
    )
    # Each citizen once, however many movements: the read of every citizen is logged.
    context.authorize_reads(
        sorted({citizen.id for citizen in citizens.values()}), DataKind.MONEY, Purpose.BUDGET
    )
    count = records_movements.count_of_fund(context.db, fund_id, areas, first_day, last_day)
    closed = frozenset(records_closings.closings(context.db, citizens.keys()))
    names = {grant_id: citizen.full_name for grant_id, citizen in citizens.items()}
    return FundMovements(fund, rows, count, names, closed)
