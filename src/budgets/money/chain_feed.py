"""Reading a fund's chain link by link: every movement with its number and hash, oldest first, from where a reader stopped."""

import msgspec

from budgets.errors import NoSuchRecord
from budgets.model import MovementRecord
from budgets.money import service
from budgets.records import funds as records_funds
from budgets.records import movements as records_movements
from people.access.model import DataKind, Purpose
from people.web.context import RequestContext

PAGE_MAX = 100  # at once


class MovementPage(msgspec.Struct, frozen=True):
    """Movements in the order of their chain. `after` is what to ask for next; None when there are no more now."""

    movements: tuple[MovementRecord, ...]
    after: int | None


def of_fund(context: RequestContext, fund_id: str, after: int) -> MovementPage:
    """The links of a fund that follow the number `after`.

    A budget officer of one area sees those of citizens of that area only, so numbers are left out. Every citizen among
    them is logged. Raises NoSuchRecord.
    """
    if records_funds.fund(context.db, fund_id) is None:
        raise NoSuchRecord
    areas = service.officer_areas(context)
    found = records_movements.chain_of_fund(context.db, fund_id, areas, after, PAGE_MAX)
    grant_ids = {one.grant_id for one in found if one.grant_id is not None}
    citizens = records_funds.citizens_of_grants(context.db, grant_ids)
    context.authorize_reads(sorted({one.id for one in citizens.values()}), DataKind.MONEY, Purpose.BUDGET)
    return _page(found)


def of_grant(context: RequestContext, grant_id: str, after: int) -> MovementPage:
    """The links of its fund's chain that are about a grant, after a number. Raises NoSuchRecord."""
    citizen_id = service.citizen_id_of_grant(context, grant_id)
    context.authorize_read(citizen_id, DataKind.MONEY, service.read_purpose(context, citizen_id))
    return _page(records_movements.chain_of_grant(context.db, grant_id, after, PAGE_MAX))


def _page(movements: tuple[MovementRecord, ...]) -> MovementPage:
    return MovementPage(movements, movements[-1].number if len(movements) == PAGE_MAX else None)
