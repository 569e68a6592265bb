"""What can be read of money: the budget of a citizen, its movements and receipts, funds and grants."""

from collections.abc import Sequence
from datetime import date

import msgspec

from budgets.errors import NoSuchRecord
from budgets.model import (
    Budget,
    Closing,
    Fund,
    FundBalance,
    MovementRecord,
    Notice,
    Receipt,
    RequestState,
    SpendingRequest,
)
from budgets.records import closings as records_closings
from budgets.records import funds as records_funds
from budgets.records import limits
from budgets.records import movements as records_movements
from budgets.records import requests as records_requests
from foundation.clock import local_date
from foundation.db.actor import bypass_row_security
from people.access.model import DataKind, Purpose, Role
from people.directory import service as directory_service
from people.directory.model import Person
from people.web.context import RequestContext
from plans.service import goal_titles

PAGE_LENGTH = 25
LATEST_MOVEMENTS = 3  # events on the money page


class BudgetOverview(msgspec.Struct, frozen=True):
    """A budget as its page needs it: where the money stands, what the goals are called, what happened last."""

    budget: Budget
    other_budgets: tuple[Budget, ...]  # the citizen's other budgets, the one that ends last first
    goal_titles: dict[str, str]  # of goals, by id, in the citizen's own words
    movements: tuple[MovementRecord, ...]  # newest first
    today: date
    notice: Notice | None  # the newest: what is left is taken back on a day
    closing: Closing | None


def budget_overview(
    context: RequestContext,
    citizen_id: str,
    purpose: Purpose,
    grant_id: str = "",
    movement_limit: int = LATEST_MOVEMENTS,
) -> BudgetOverview | None:
    """The budget that the citizen means today, or the one of that grant; None when there is none at all.

    Raises NoSuchRecord when `grant_id` is not one of the citizen's.
    """
    context.authorize_read(citizen_id, DataKind.MONEY, purpose)
    found = records_funds.budgets(context.db, citizen_id)
    closings = records_closings.closings(context.db, [one.grant.id for one in found])
    today = local_date(context.now)
    if grant_id:
        chosen = next((one for one in found if one.grant.id == grant_id), None)
        if chosen is None:
            raise NoSuchRecord
    else:
        still_open = tuple(one for one in found if one.grant.id not in closings)
        chosen = limits.current_budget(still_open or found, today)
        if chosen is None:
            return None
    others = tuple(one for one in found if one is not chosen)
    events = (
        records_movements.of_grant(context.db, chosen.grant.id, limit=movement_limit)
        if movement_limit
        else ()
    )
    return BudgetOverview(
        chosen,
        others,
        goal_titles(context, citizen_id),
        events,
        today,
        records_closings.notices(context.db, [chosen.grant.id]).get(chosen.grant.id),
        closings.get(chosen.grant.id),
    )


def grant_overview(context: RequestContext, grant_id: str, movement_limit: int) -> BudgetOverview:
    """One budget with its newest movements. Raises NoSuchRecord."""
    citizen_id = citizen_id_of_grant(context, grant_id)
    opened = budget_overview(context, citizen_id, read_purpose(context, citizen_id), grant_id, movement_limit)
    if opened is None:
        raise NoSuchRecord
    return opened


def movements(
    context: RequestContext, grant_id: str, purpose: Purpose, page: int
) -> tuple[tuple[MovementRecord, ...], int]:
    """The movements of a grant, newest first: one page (from 1) and the count of all. Raises NoSuchRecord."""
    context.authorize_read(citizen_id_of_grant(context, grant_id), DataKind.MONEY, purpose)
    found = records_movements.of_grant(
        context.db, grant_id, limit=PAGE_LENGTH, offset=(page - 1) * PAGE_LENGTH
    )
    return found, records_movements.count_of_grant(context.db, grant_id)


def self_approval_limit_ore(context: RequestContext, citizen_id: str, fund: Fund) -> int:
    """How much a citizen may decide alone in a purchase from the fund now, in øre."""
    context.authorize_read(citizen_id, DataKind.MONEY, read_purpose(context, citizen_id))
    first, end = limits.month_bounds(context.now)
    asked = records_requests.self_approved_ore(context.db, [fund.id], [citizen_id], first, end)
    return limits.self_approval_limit_ore(fund, asked.get((fund.id, citizen_id), 0))


def movement(context: RequestContext, movement_id: str, purpose: Purpose) -> MovementRecord:
    """One movement. Raises NoSuchRecord."""
    found = records_movements.movement(context.db, movement_id)
    if found is None:
        raise NoSuchRecord
    if found.grant_id is not None:
        context.authorize_read(citizen_id_of_grant(context, found.grant_id), DataKind.MONEY, purpose)
    return found


def requests(
    context: RequestContext, grant_id: str, purpose: Purpose, state: RequestState | None = None
) -> tuple[SpendingRequest, ...]:
    """What the citizen wanted to use money for, newest first: all of it, or what stands in that state."""
    context.authorize_read(citizen_id_of_grant(context, grant_id), DataKind.MONEY, purpose)
    return records_requests.requests(context.db, grant_id, state)


def receipt(context: RequestContext, receipt_id: str) -> Receipt:
    """A receipt with its content. Raises NoSuchRecord."""
    grant_id = records_requests.grant_of_receipt(context.db, receipt_id)
    if grant_id is None:
        raise NoSuchRecord
    citizen_id = citizen_id_of_grant(context, grant_id)
    context.authorize_read(citizen_id, DataKind.RECEIPTS, read_purpose(context, citizen_id))
    found = records_requests.receipt(context.db, receipt_id)
    if found is None:
        raise NoSuchRecord
    return found


def read_purpose(context: RequestContext, citizen_id: str) -> Purpose:
    """Why whoever acts looks at that citizen's money, by what they are to it."""
    if citizen_id == context.person_id:
        return Purpose.OWN
    return Purpose.BUDGET if context.actor.has_role(Role.BUDGET_OFFICER) else Purpose.SUPPORT


def citizen_of_grant(context: RequestContext, grant_id: str) -> Person:
    """Whose grant it is. Raises NoSuchRecord, NotFound."""
    citizen_id = citizen_id_of_grant(context, grant_id)
    context.authorize_read(citizen_id, DataKind.MONEY, Purpose.BUDGET)
    return directory_service.citizen(context, citizen_id, Purpose.BUDGET)


def funds(context: RequestContext) -> tuple[FundBalance, ...]:
    """All funds with where their money stands. Holds no citizen's data."""
    with bypass_row_security(context.db):  # sums over everybody; no row of anybody leaves
        return records_funds.fund_balances(context.db)


def fund(context: RequestContext, fund_id: str) -> FundBalance:
    """One fund with where its money stands. Raises NoSuchRecord."""
    with bypass_row_security(context.db):
        found = records_funds.fund_balances(context.db, fund_id)
    if not found:
        raise NoSuchRecord
    return found[0]


def officer_areas(context: RequestContext) -> Sequence[str] | None:
    """The areas that a budget officer is limited to; None for no limit."""
    held = [one.area for one in context.actor.roles if one.role is Role.BUDGET_OFFICER]
    return None if None in held else [area for area in held if area is not None]


def citizen_id_of_grant(context: RequestContext, grant_id: str) -> str:
    """Whose grant it is, not looked at yet. Raises NoSuchRecord."""
    grant = records_funds.grant(context.db, grant_id)
    if grant is None:
        raise NoSuchRecord
    return grant.citizen_id
