"""What a leader reads of spending. Nothing about one citizen leaves here, so no look is logged."""

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
    """A year's figures up to the end of the last whole month, with what the groups are called."""

    year: int
    years: tuple[int, ...]  # that have figures, the newest first
    last_day: date
    year_report: YearReport
    paces: tuple[FundPace, ...]  # none for a leader of some areas: a fund is for all of them
    fund_names: dict[str, str]
    area_names: dict[str, str]


def spending_report(context: RequestContext, year: int | None) -> SpendingReport:
    """The figures of a year, or of the newest. Raises NotAllowed for anybody but a leader."""
    if not context.actor.has_role(Role.LEADER):
        raise NotAllowed("leaders only")
    held = [one.area for one in context.actor.roles if one.role is Role.LEADER]
    areas = None if None in held else [area for area in held if area is not None]
    first_of_month = local_date(context.now).replace(day=1)
    last_day = first_of_month - timedelta(days=1)
    with bypass_row_security(context.db):  # sums over everybody; no row of anybody leaves
        spending = store.spending(context.db, first_of_month, areas)
    years = tuple(sorted({one.year for one in spending}, reverse=True))
    chosen = year if year in years else next(iter(years), last_day.year)
    funds = records_funds.fund_balances(context.db)
    return SpendingReport(
        chosen,
        years,
        last_day,
        year_report([one for one in spending if one.year == chosen]),
        fund_paces(spending, funds, last_day) if areas is None else (),
        {one.fund.id: one.fund.name for one in funds},
        {one.id: one.name for one in all_areas(context)},
    )
