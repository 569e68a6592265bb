"""Accounting periods of a fund: what is still open in one, and through which day the books are closed."""

from datetime import date

from budgets.records import closings as records_closings
from budgets.records.closings import StillOpen
from foundation.db.actor import bypass_row_security
from people.web.context import RequestContext


def still_open(context: RequestContext, fund_id: str, through: date) -> StillOpen:
    """What is still open in a fund through a day (counted in): counts, no citizen's data."""
    # The books are closed for the whole fund, so this counts also what an officer of one area can't read.
    with bypass_row_security(context.db):
        return records_closings.still_open(context.db, fund_id, through)


def closed_through(context: RequestContext, fund_id: str) -> date | None:
    """The last day, counted in, for which a fund's books are closed; None when they were never closed."""
    return records_closings.closed_through(context.db, fund_id)
