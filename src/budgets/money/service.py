"""What can be read of money: the budget of a citizen, its movements and receipts, funds and grants."""

from collections.abc import Sequence
from datetime import date

import msgspec

from budgets.errors import NoSuchRecord
from budgets.model import (
    Budget,
    Closing,
    Event,
    Fund,
    FundBalance,
    Notice,
    Receipt,
    RequestState,
    SpendingRequest,
)
from budgets.records import closings as records_closings
from budgets.records import funds as records_funds
from budgets.records import limits, movements
from budgets.records import requests as records_requests
from foundation.clock import local_date
from foundation.db.actor import as_system
from people.access.model import DataKind, Purpose, Role
from people.directory import service as directory_service
from people.directory.model import Person
from people.web.context import Visit
from plans.service import goal_titles

PAGE_LENGTH = 25
NEWEST = 3  # events on the money page


class OpenBudget(msgspec.Struct, frozen=True):
    """A budget as its page needs it: where the money stands, what the goals are called, what happened last."""

    budget: Budget
    others: tuple[Budget, ...]  # the citizen's other budgets, the one that ends last first
    titles: dict[str, str]  # of goals, by id, in the citizen's own words
    events: tuple[Event, ...]  # newest first
    today: date
    notice: Notice | None  # the newest: what is left is taken back on a day
    closing: Closing | None


def open_budget(
    visit: Visit, citizen_id: str, purpose: Purpose, grant_id: str = "", newest: int = NEWEST
) -> OpenBudget | None:
    """The budget that the citizen means today, or the one of that grant; None when there is none at all.

    Raises NoSuchRecord when `grant_id` is not one of the citizen's.
    """
    visit.look(citizen_id, DataKind.MONEY, purpose)
    found = records_funds.budgets(visit.db, citizen_id)
    closings = records_closings.closings(visit.db, [one.grant.id for one in found])
    today = local_date(visit.now)
    if grant_id:
        chosen = next((one for one in found if one.grant.id == grant_id), None)
        if chosen is None:
            raise NoSuchRecord
    else:
        still_open = tuple(one for one in found if one.grant.id not in closings)
        chosen = limits.current(still_open or found, today)
        if chosen is None:
            return None
    others = tuple(one for one in found if one is not chosen)
    events = movements.of_grant(visit.db, chosen.grant.id, limit=newest) if newest else ()
    return OpenBudget(
        chosen,
        others,
        goal_titles(visit, citizen_id),
        events,
        today,
        records_closings.notices(visit.db, [chosen.grant.id]).get(chosen.grant.id),
        closings.get(chosen.grant.id),
    )


def budget_of_grant(visit: Visit, grant_id: str, newest: int) -> OpenBudget:
    """One budget with its newest movements. Raises NoSuchRecord."""
    citizen_id = citizen_id_of(visit, grant_id)
    opened = open_budget(visit, citizen_id, purpose_of(visit, citizen_id), grant_id, newest)
    if opened is None:
        raise NoSuchRecord
    return opened


def events(visit: Visit, grant_id: str, purpose: Purpose, page: int) -> tuple[tuple[Event, ...], int]:
    """The movements of a grant, newest first: one page (from 1) and the count of all. Raises NoSuchRecord."""
    visit.look(citizen_id_of(visit, grant_id), DataKind.MONEY, purpose)
    found = movements.of_grant(visit.db, grant_id, limit=PAGE_LENGTH, offset=(page - 1) * PAGE_LENGTH)
    return found, movements.count_of_grant(visit.db, grant_id)


def own_word_ore(visit: Visit, citizen_id: str, fund: Fund) -> int:
    """How much a citizen may decide alone in a purchase from the fund now, in øre."""
    visit.look(citizen_id, DataKind.MONEY, purpose_of(visit, citizen_id))
    first, end = limits.month_of(visit.now)
    asked = records_requests.own_word_ore(visit.db, [fund.id], [citizen_id], first, end)
    return limits.own_word_ore(fund, asked.get((fund.id, citizen_id), 0))


def event(visit: Visit, movement_id: str, purpose: Purpose) -> Event:
    """One movement. Raises NoSuchRecord."""
    found = movements.event(visit.db, movement_id)
    if found is None:
        raise NoSuchRecord
    if found.grant_id is not None:
        visit.look(citizen_id_of(visit, found.grant_id), DataKind.MONEY, purpose)
    return found


def requests(
    visit: Visit, grant_id: str, purpose: Purpose, state: RequestState | None = None
) -> tuple[SpendingRequest, ...]:
    """What the citizen wanted to use money for, newest first: all of it, or what stands in that state."""
    visit.look(citizen_id_of(visit, grant_id), DataKind.MONEY, purpose)
    return records_requests.requests(visit.db, grant_id, state)


def receipt(visit: Visit, receipt_id: str) -> Receipt:
    """A receipt with its content. Raises NoSuchRecord."""
    grant_id = records_requests.grant_of_receipt(visit.db, receipt_id)
    if grant_id is None:
        raise NoSuchRecord
    citizen_id = citizen_id_of(visit, grant_id)
    visit.look(citizen_id, DataKind.RECEIPTS, purpose_of(visit, citizen_id))
    found = records_requests.receipt(visit.db, receipt_id)
    if found is None:
        raise NoSuchRecord
    return found


def purpose_of(visit: Visit, citizen_id: str) -> Purpose:
    """Why whoever acts looks at that citizen's money, by what they are to it."""
    if citizen_id == visit.person_id:
        return Purpose.OWN
    return Purpose.BUDGET if visit.actor.has(Role.BUDGET_OFFICER) else Purpose.SUPPORT


def citizen_of_grant(visit: Visit, grant_id: str) -> Person:
    """Whose grant it is. Raises NoSuchRecord, NotFound."""
    citizen_id = citizen_id_of(visit, grant_id)
    visit.look(citizen_id, DataKind.MONEY, Purpose.BUDGET)
    return directory_service.citizen(visit, citizen_id, Purpose.BUDGET)


def funds(visit: Visit) -> tuple[FundBalance, ...]:
    """All funds with where their money stands. Holds no citizen's data."""
    with as_system(visit.db):  # sums over everybody; no row of anybody leaves
        return records_funds.fund_balances(visit.db)


def fund(visit: Visit, fund_id: str) -> FundBalance:
    """One fund with where its money stands. Raises NoSuchRecord."""
    with as_system(visit.db):
        found = records_funds.fund_balances(visit.db, fund_id)
    if not found:
        raise NoSuchRecord
    return found[0]


def areas(visit: Visit) -> Sequence[str] | None:
    """The areas that a budget officer is limited to; None for no limit."""
    held = [one.area for one in visit.actor.roles if one.role is Role.BUDGET_OFFICER]
    return None if None in held else [area for area in held if area is not None]


def citizen_id_of(visit: Visit, grant_id: str) -> str:
    """Whose grant it is, not looked at yet. Raises NoSuchRecord."""
    grant = records_funds.grant(visit.db, grant_id)
    if grant is None:
        raise NoSuchRecord
    return grant.citizen_id
