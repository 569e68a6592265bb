"""Reading a fund's chain link by link: every movement with its number and hash, oldest first, from where a reader stopped."""

import msgspec

from budgets.errors import NoSuchRecord
from budgets.model import Event
from budgets.money import service
from budgets.records import funds as records_funds
from budgets.records import movements as records_movements
from people.access.model import DataKind, Purpose
from people.web.context import Visit

LINKS_MAX = 100  # at once


class Links(msgspec.Struct, frozen=True):
    """Movements in the order of their chain. `after` is what to ask for next; None when there are no more now."""

    movements: tuple[Event, ...]
    after: int | None


def of_fund(visit: Visit, fund_id: str, after: int) -> Links:
    """The links of a fund that follow the number `after`.

    A budget officer of one area sees those of citizens of that area only, so numbers are left out. Every citizen among
    them is logged. Raises NoSuchRecord.
    """
    if records_funds.fund(visit.db, fund_id) is None:
        raise NoSuchRecord
    areas = service.areas(visit)
    found = records_movements.links_of_fund(visit.db, fund_id, areas, after, LINKS_MAX)
    grant_ids = {one.grant_id for one in found if one.grant_id is not None}
    citizens = records_funds.citizens_of_grants(visit.db, grant_ids)
    for citizen_id in sorted({one.id for one in citizens.values()}):
        visit.look(citizen_id, DataKind.MONEY, Purpose.BUDGET)
    return _links(found)


def of_grant(visit: Visit, grant_id: str, after: int) -> Links:
    """The links of its fund's chain that are about a grant, after a number. Raises NoSuchRecord."""
    citizen_id = service.citizen_id_of(visit, grant_id)
    visit.look(citizen_id, DataKind.MONEY, service.purpose_of(visit, citizen_id))
    return _links(records_movements.links_of_grant(visit.db, grant_id, after, LINKS_MAX))


def _links(found: tuple[Event, ...]) -> Links:
    return Links(found, found[-1].number if len(found) == LINKS_MAX else None)
