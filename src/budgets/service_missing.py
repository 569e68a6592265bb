"""Purchases whose receipt is missing, for the budget officer who asks after them."""

from collections.abc import Sequence

from budgets import store_missing
from budgets.store_missing import MissingReceipt
from people.model import DataKind, Purpose, Role
from people.visits import Visit

PAGE_LENGTH = 50


def missing_receipts(visit: Visit, page: int | None) -> tuple[tuple[MissingReceipt, ...], int]:
    """Purchases without a receipt, the oldest first: one page (from 1) or (None) all, and the count of all.

    A budget officer of one area finds the citizens of that area only. Every citizen shown is logged.
    """
    areas = officer_areas(visit)
    limit, offset = (None, 0) if page is None else (PAGE_LENGTH, (page - 1) * PAGE_LENGTH)
    found = store_missing.missing_receipts(visit.db, areas, limit=limit, offset=offset)
    for citizen_id in dict.fromkeys(one.citizen_id for one in found):
        visit.look(citizen_id, DataKind.MONEY, Purpose.BUDGET)
    return found, store_missing.count_missing(visit.db, areas)


def officer_areas(visit: Visit) -> Sequence[str] | None:
    """The areas whose citizens a budget officer sees; None is all of them."""
    held = [one.area for one in visit.actor.roles if one.role is Role.BUDGET_OFFICER]
    return None if None in held else [area for area in held if area is not None]
