"""The list of grants."""

from budgets.grants import store
from budgets.model import GrantSummary
from budgets.money.service import PAGE_LENGTH, officer_areas
from foundation.clock import local_date
from people.access.model import DataKind, Purpose
from people.web.context import RequestContext


def find_grants(
    context: RequestContext, text: str, fund_id: str | None, running_only: bool, page: int
) -> tuple[tuple[GrantSummary, ...], int]:
    """Grants of citizens whose name contains `text`, the one that ends first at the top: a page and the count of all.

    A budget officer of one area finds the citizens of that area only. The read of every citizen is logged.
    """
    grants, count = store.find_grants(
        context.db,
        text,
        fund_id,
        officer_areas(context),
        local_date(context.now) if running_only else None,
        limit=PAGE_LENGTH,
        offset=(page - 1) * PAGE_LENGTH,
    )
    # After the query: only the rows tell whose money was read, and each of these reads is logged.
    context.authorize_reads((summary.grant.citizen_id for summary in grants), DataKind.MONEY, Purpose.BUDGET)
    return grants, count
