"""Accounting periods: open or closed, and until when."""

from datetime import date

from budgets.records import closings as records_closings
from budgets.records.closings import StillOpen
from foundation.db.actor import bypass_row_security
from people.web.context import RequestContext


def still_open(context: RequestContext, fund_id: str, through: date) -> StillOpen:
    """What is still open in a fund up to and with a day: counts, no citizen's data."""
    with bypass_row_security(context.db):
        return records_closings.still_open(context.db, fund_id, through)


def closed_through(context: RequestContext, fund_id: str) -> date | None:
    """Up to which day, counted in, a fund's books are closed; None for not at all."""
    return records_closings.closed_through(context.db, fund_id)
