"""Reads a fund's hash chain in pages: movements with number and hash, oldest first, after a given number."""

import msgspec

from budgets.errors import NoSuchRecord
from budgets.model import MovementRecord
from budgets.money import service
from budgets.records import funds as records_funds
from budgets.records import movements as records_movements
from people.access.model import DataKind, Purpose
from people.web.context import RequestContext

PAGE_MAX = 100  # movements


class MovementPage(msgspec.Struct, frozen=True):
    """Movements in the order of their chain. `after` continues the reading; None when there are no more now."""

    movements: tuple[MovementRecord, ...]
    after: int | None


def of_fund(context: RequestContext, fund_id: str, after: int) -> MovementPage:
    """The movements of a fund's chain after the number `after`.

    A budget officer of one area sees those of citizens of that area only, so numbers are missing. The read of
    every citizen among them is logged. Raises NoSuchRecord.
    """
    if records_funds.fund(context.db, fund_id) is None:
        raise NoSuchRecord
    areas = service.officer_areas(context)
    # After a number, not an offset: the chain only grows at its end, so pages never shift.
    movements = records_movements.chain_of_fund(context.db, fund_id, areas, after, PAGE_MAX)
    grant_ids = {movement.grant_id for movement in movements if movement.grant_id is not None}
    citizens = records_funds.citizens_of_grants(context.db, grant_ids)
    # After the query: only the movements tell whose money was read.
    context.authorize_reads(
        sorted({citizen.id for citizen in citizens.values()}), DataKind.MONEY, Purpose.BUDGET
    )
    return _page(movements)


def of_grant(context: RequestContext, grant_id: str, after: int) -> MovementPage:
    """The movements of a grant in its fund's chain after the number `after`.

    Raises NoSuchRecord, NotFound, NotAllowed.
    """
    citizen_id = service.citizen_id_of_grant(context, grant_id)
    context.authorize_read(citizen_id, DataKind.MONEY, service.read_purpose(context, citizen_id))
    return _page(records_movements.chain_of_grant(context.db, grant_id, after, PAGE_MAX))


def _page(movements: tuple[MovementRecord, ...]) -> MovementPage:
    # A full page may be the last one; the client's next request then returns an empty page.
    return MovementPage(movements, movements[-1].number if len(movements) == PAGE_MAX else None)
