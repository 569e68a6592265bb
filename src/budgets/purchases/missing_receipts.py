"""Purchases whose receipt is missing, for the budget officer who follows up on them."""

from budgets.money import service as money_service
from budgets.purchases import missing_receipts_store
from budgets.purchases.missing_receipts_store import MissingReceipt
from people.access.model import DataKind, Purpose
from people.web.context import RequestContext

PAGE_LENGTH = 50


def missing_receipts(context: RequestContext, page: int | None) -> tuple[tuple[MissingReceipt, ...], int]:
    """Purchases without a receipt, the oldest first: one page (from 1) or (None) all, and the count of all.

    A budget officer of one area finds the citizens of that area only. The read of every citizen is logged.
    """
    areas = money_service.officer_areas(context)
    limit, offset = (None, 0) if page is None else (PAGE_LENGTH, (page - 1) * PAGE_LENGTH)
    purchases = missing_receipts_store.missing_receipts(context.db, areas, limit=limit, offset=offset)
    context.authorize_reads((purchase.citizen_id for purchase in purchases), DataKind.MONEY, Purpose.BUDGET)
    return purchases, missing_receipts_store.count_missing(context.db, areas)
