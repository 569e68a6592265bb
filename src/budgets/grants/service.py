"""Finding grants."""

from budgets.grants import store
from budgets.model import GrantLine
from budgets.money.service import PAGE_LENGTH, areas
from foundation.clock import local_date
from people.access.model import DataKind, Purpose
from people.web.context import Visit


def find_grants(
    visit: Visit, text: str, fund_id: str | None, running: bool, page: int
) -> tuple[tuple[GrantLine, ...], int]:
    """Grants of citizens whose name holds `text`, the one that ends first at the top: one page and the count of all.

    A budget officer of one area finds the citizens of that area only. Every citizen shown is logged.
    """
    found, count = store.find_grants(
        visit.db,
        text,
        fund_id,
        areas(visit),
        local_date(visit.now) if running else None,
        limit=PAGE_LENGTH,
        offset=(page - 1) * PAGE_LENGTH,
    )
    for citizen_id in dict.fromkeys(line.grant.citizen_id for line in found):
        visit.look(citizen_id, DataKind.MONEY, Purpose.BUDGET)
    return found, count
