"""Accounting periods: open or closed, and until when."""

from datetime import date

from budgets.records import closings as records_closings
from budgets.records.closings import StillOpen
from foundation.db.actor import as_system
from people.web.context import Visit


def still_open(visit: Visit, fund_id: str, through: date) -> StillOpen:
    """What is still open in a fund up to and with a day: counts, no citizen's data."""
    with as_system(visit.db):
        return records_closings.still_open(visit.db, fund_id, through)


def shut_through(visit: Visit, fund_id: str) -> date | None:
    """Up to which day, counted in, a fund's books are closed; None for not at all."""
    return records_closings.shut_through(visit.db, fund_id)
