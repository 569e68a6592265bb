"""The leader's spending report. It contains nothing about single citizens, so no read of them is recorded."""

from datetime import date, timedelta

import msgspec

from budgets.figures import store
from budgets.figures.model import FundPace, YearReport, fund_paces, year_report
from budgets.records import funds as records_funds
from foundation.clock import local_date
from foundation.db.actor import bypass_row_security
from people.access.model import Role
from people.directory.service import areas as all_areas
from people.errors import NotAllowed
from people.web.context import RequestContext


class SpendingReport(msgspec.Struct, frozen=True):
    """A year's figures through the last whole month, with the names of the groups."""

    year: int
    years: tuple[int, ...]  # with spending, newest first
    last_day: date
    year_report: YearReport
    paces: tuple[FundPace, ...]  # none for a leader of some areas: a fund is for all of them
    fund_names: dict[str, str]
    area_names: dict[str, str]


def spending_report(context: RequestContext, year: int | None) -> SpendingReport:
    """The figures of a year, or of the latest when the year has none.

    Raises NotAllowed for anybody but a leader.
    """
    if not context.actor.has_role(Role.LEADER):
        raise NotAllowed("leaders only")
    leader_areas = [assignment.area for assignment in context.actor.roles if assignment.role is Role.LEADER]
    areas = None if None in leader_areas else [area for area in leader_areas if area is not None]
    first_of_month = local_date(context.now).replace(day=1)
    last_day = first_of_month - timedelta(days=1)
    with bypass_row_security(context.db):  # returns sums only, no record of a citizen
        spending = store.spending(context.db, first_of_month, areas)
    years = tuple(sorted({item.year for item in spending}, reverse=True))
    selected_year = year if year in years else next(iter(years), last_day.year)
    funds = records_funds.fund_balances(context.db)
    return SpendingReport(
        selected_year,
        years,
        last_day,
        year_report([item for item in spending if item.year == selected_year]),
        fund_paces(spending, funds, last_day) if areas is None else (),
        {balance.fund.id: balance.fund.name for balance in funds},
        {area.id: area.name for area in all_areas(context)},
    )
