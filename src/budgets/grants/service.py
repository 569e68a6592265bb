"""Finding grants."""

from budgets.grants import store
from budgets.model import GrantSummary
from budgets.money.service import PAGE_LENGTH, officer_areas
from foundation.clock import local_date
from people.access.model import DataKind, Purpose
from people.web.context import RequestContext


def find_grants(
    context: RequestContext, text: str, fund_id: str | None, running_only: bool, page: int
) -> tuple[tuple[GrantSummary, ...], int]:
    """Grants of citizens whose name holds `text`, the one that ends first at the top: one page and the count of all.

    A budget officer of one area finds the citizens of that area only. Every citizen shown is logged.
    """
    found, count = store.find_grants(
        context.db,
        text,
        fund_id,
        officer_areas(context),
        local_date(context.now) if running_only else None,
        limit=PAGE_LENGTH,
        offset=(page - 1) * PAGE_LENGTH,
    )
    context.authorize_reads(
        dict.fromkeys(line.grant.citizen_id for line in found), DataKind.MONEY, Purpose.BUDGET
    )
    return found, count
