"""What a fund has seen."""

from datetime import date

import msgspec

from budgets.errors import NoSuchRecord
from budgets.model import Event, Fund
from budgets.money.service import PAGE_LENGTH, areas
from budgets.records import closings as records_closings
from budgets.records import funds as records_funds
from budgets.records import movements
from people.access.model import DataKind, Purpose
from people.web.context import Visit


class FundEvents(msgspec.Struct, frozen=True):
    """Movements of a fund, the count of all that would be shown on all pages, and whose the grants are."""

    fund: Fund
    events: tuple[Event, ...]
    count: int
    names: dict[str, str]  # of citizens, by grant
    closed: frozenset[str]  # grants of which nothing can be undone any more


def fund_events(
    visit: Visit, fund_id: str, first_day: date | None, last_day: date | None, page: int | None
) -> FundEvents:
    """The movements of a fund between two days, newest first: one page or (None) all.

    A budget officer of one area sees the movements of citizens of that area only. Every citizen among them is logged.
    """
    found = records_funds.fund(visit.db, fund_id)
    if found is None:
        raise NoSuchRecord
    limited_to = areas(visit)
    limit, offset = (None, 0) if page is None else (PAGE_LENGTH, (page - 1) * PAGE_LENGTH)
    shown = movements.of_fund(visit.db, fund_id, limited_to, first_day, last_day, limit=limit, offset=offset)
    citizens = records_funds.citizens_of_grants(
        visit.db, {one.grant_id for one in shown if one.grant_id is not None}
    )
    for citizen_id in sorted({one.id for one in citizens.values()}):
        visit.look(citizen_id, DataKind.MONEY, Purpose.BUDGET)
    count = movements.count_of_fund(visit.db, fund_id, limited_to, first_day, last_day)
    closed = frozenset(records_closings.closings(visit.db, citizens.keys()))
    return FundEvents(found, shown, count, {key: one.full_name for key, one in citizens.items()}, closed)
