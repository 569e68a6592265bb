"""Reads about money: a citizen's budget with its movements and receipts, funds and grants."""

from collections.abc import Sequence
from datetime import date

import msgspec

from budgets.errors import NoSuchRecord
from budgets.model import (
    Budget,
    Closing,
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
LATEST_MOVEMENTS = 3  # on the money page


class BudgetOverview(msgspec.Struct, frozen=True):
    """A budget with balances, titles of goals and latest movements. Its reader has been authorised."""

    budget: Budget
    other_budgets: tuple[Budget, ...]  # the citizen's other budgets, the one that ends last first
    goal_titles: dict[str, str]  # of goals, by id, in the citizen's own words
    movements: tuple[MovementRecord, ...]  # newest first
    today: date
    notice: Notice | None  # the newest: what is left is taken back on a day
    closing: Closing | None


class CitizenBudget(msgspec.Struct, frozen=True):
    """A budget and the citizen who has it, as a budget officer's page needs them."""

    citizen: Person
    overview: BudgetOverview


def budget_overview(
    context: RequestContext,
    citizen_id: str,
    purpose: Purpose,
    grant_id: str = "",
    movement_limit: int = LATEST_MOVEMENTS,
) -> BudgetOverview | None:
    """The citizen's current budget, or the budget of that grant; None when the citizen has no budget.

    Raises NoSuchRecord when `grant_id` is not one of the citizen's, NotFound or NotAllowed.
    """
    context.authorize_read(citizen_id, DataKind.MONEY, purpose)
    budgets = records_funds.budgets(context.db, citizen_id)
    closings = records_closings.closings(context.db, [budget.grant.id for budget in budgets])
    today = local_date(context.now)
    if grant_id:
        chosen = next((budget for budget in budgets if budget.grant.id == grant_id), None)
        # Another citizen's grant is answered like one that doesn't exist.
        if chosen is None:
            raise NoSuchRecord
    else:
        still_open = tuple(budget for budget in budgets if budget.grant.id not in closings)
        # When all budgets are closed, the citizen can still read a closed one.
        chosen = limits.current_budget(still_open or budgets, today)
        if chosen is None:
            return None
    return BudgetOverview(
        budget=chosen,
        other_budgets=tuple(budget for budget in budgets if budget is not chosen),
        goal_titles=goal_titles(context, citizen_id),
        movements=(
            records_movements.of_grant(context.db, chosen.grant.id, limit=movement_limit)
            if movement_limit
            else ()
        ),
        today=today,
        notice=records_closings.notices(context.db, [chosen.grant.id]).get(chosen.grant.id),
        closing=closings.get(chosen.grant.id),
    )


def grant_overview(context: RequestContext, grant_id: str, movement_limit: int = 0) -> BudgetOverview:
    """The budget of a grant with its latest movements, for any of its readers.

    Raises NoSuchRecord, NotFound, NotAllowed.
    """
    citizen_id = citizen_id_of_grant(context, grant_id)
    return _grant_overview(context, citizen_id, read_purpose(context, citizen_id), grant_id, movement_limit)


def citizen_budget(context: RequestContext, grant_id: str, movement_limit: int = 0) -> CitizenBudget:
    """The budget of a grant and its citizen, for a budget officer.

    Raises NoSuchRecord, NotFound, NotAllowed.
    """
    citizen_id = citizen_id_of_grant(context, grant_id)
    overview = _grant_overview(context, citizen_id, Purpose.BUDGET, grant_id, movement_limit)
    return CitizenBudget(directory_service.citizen(context, citizen_id, Purpose.BUDGET), overview)


def _grant_overview(
    context: RequestContext, citizen_id: str, purpose: Purpose, grant_id: str, movement_limit: int
) -> BudgetOverview:
    overview = budget_overview(context, citizen_id, purpose, grant_id, movement_limit)
    if overview is None:
        raise NoSuchRecord
    return overview


def movements(
    context: RequestContext, overview: BudgetOverview, page: int
) -> tuple[tuple[MovementRecord, ...], int]:
    """The movements of a budget, newest first: one page (from 1) and the count of all."""
    grant_id = overview.budget.grant.id
    rows = records_movements.of_grant(
        context.db, grant_id, limit=PAGE_LENGTH, offset=(page - 1) * PAGE_LENGTH
    )
    return rows, records_movements.count_of_grant(context.db, grant_id)


def requests(
    context: RequestContext, overview: BudgetOverview, state: RequestState | None = None
) -> tuple[SpendingRequest, ...]:
    """The spending requests of a budget, newest first: all of them, or those in one state."""
    return records_requests.requests(context.db, overview.budget.grant.id, state)


def self_approval_limit_ore(context: RequestContext, overview: BudgetOverview) -> int:
    """How much the citizen may decide alone in one purchase from the budget's fund now, in øre."""
    fund, citizen_id = overview.budget.fund, overview.budget.grant.citizen_id
    month_start, month_end = limits.month_bounds(context.now)
    approved_ore = records_requests.self_approved_ore(
        context.db, [fund.id], [citizen_id], month_start, month_end
    )
    return limits.self_approval_limit_ore(fund, approved_ore.get((fund.id, citizen_id), 0))


def movement(context: RequestContext, movement_id: str, purpose: Purpose) -> MovementRecord:
    """One movement. Raises NoSuchRecord, NotFound, NotAllowed."""
    record = records_movements.movement(context.db, movement_id)
    if record is None:
        raise NoSuchRecord
    # Without a grant it is money put into the fund, which is no citizen's data.
    if record.grant_id is not None:
        context.authorize_read(citizen_id_of_grant(context, record.grant_id), DataKind.MONEY, purpose)
    return record


def receipt(context: RequestContext, receipt_id: str) -> Receipt:
    """A receipt with its content. Raises NoSuchRecord, NotFound, NotAllowed."""
    grant_id = records_requests.grant_of_receipt(context.db, receipt_id)
    if grant_id is None:
        raise NoSuchRecord
    citizen_id = citizen_id_of_grant(context, grant_id)
    context.authorize_read(citizen_id, DataKind.RECEIPTS, read_purpose(context, citizen_id))
    # The content, up to 10 MB and private, is read only after the authorisation.
    record = records_requests.receipt(context.db, receipt_id)
    if record is None:
        raise NoSuchRecord
    return record


def read_purpose(context: RequestContext, citizen_id: str) -> Purpose:
    """The purpose for which the actor reads that citizen's money, by the actor's role."""
    # First, because an officer can have a budget too and reads that one as its citizen.
    if citizen_id == context.person_id:
        return Purpose.OWN
    # This only states the purpose; authorize_read decides whether the actor may read for it.
    return Purpose.BUDGET if context.actor.has_role(Role.BUDGET_OFFICER) else Purpose.SUPPORT


def funds(context: RequestContext) -> tuple[FundBalance, ...]:
    """All funds with their balances. Holds no citizen's data."""
    with bypass_row_security(context.db):  # sums over all citizens; no citizen's row is returned
        return records_funds.fund_balances(context.db)


def fund(context: RequestContext, fund_id: str) -> FundBalance:
    """One fund with its balances. Raises NoSuchRecord."""
    with bypass_row_security(context.db):  # as in `funds`
        balances = records_funds.fund_balances(context.db, fund_id)
    if not balances:
        raise NoSuchRecord
    return balances[0]


def officer_areas(context: RequestContext) -> Sequence[str] | None:
    """The areas that a budget officer is limited to; None for no limit."""
    areas = [assignment.area for assignment in context.actor.roles if assignment.role is Role.BUDGET_OFFICER]
    return None if None in areas else [area for area in areas if area is not None]


def citizen_id_of_grant(context: RequestContext, grant_id: str) -> str:
    """The citizen of a grant; the caller still has to authorise the read. Raises NoSuchRecord."""
    grant = records_funds.grant(context.db, grant_id)
    if grant is None:
        raise NoSuchRecord
    return grant.citizen_id
