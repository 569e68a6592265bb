"""API routes on grants: find, read, make, allocate to goals."""

from datetime import date
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from budgets.commands.messages import AllocateToGoal, MakeGrant, ReallocateToGoal
from budgets.errors import InconsistentFields
from budgets.grants import service
from budgets.model import Closing, Grant, GrantSummary, Notice
from budgets.money import chain_feed
from budgets.money import service as money_service
from budgets.money.chain_feed import MovementPage
from budgets.money.service import BudgetOverview
from budgets.web.api import (
    OFFICER,
    READERS,
    AfterNumber,
    CreatedResponse,
    Id,
    IdempotencyKey,
    LegalText,
    OptionalText,
    Ore,
    Page,
    check_period,
    submit,
)
from people.web.app_state import AppRequest
from people.web.context import read_context

Search = Annotated[str, QueryParameter(max_length=120, description="Words of the citizen's name.")]
FundChoice = Annotated[str, QueryParameter(max_length=40, description="The id of a fund; empty for all.")]


class NewGrant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Money from a fund for one citizen in a period, both ends counted."""

    fund_id: Id
    citizen_id: Id
    amount_ore: Ore
    starts_on: date
    ends_on: date
    legal_basis: LegalText

    def command(self) -> MakeGrant:
        """The command for these fields. Raises InconsistentFields."""
        check_period(self.starts_on, self.ends_on)
        return MakeGrant(**msgspec.structs.asdict(self))


class Allocation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Money that has no goal yet, for a goal."""

    goal_id: Id
    amount_ore: Ore


class Reallocation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Money from a goal for another one or, without `to_goal_id`, for none yet."""

    from_goal_id: Id
    amount_ore: Ore
    to_goal_id: Id | None = None
    why: OptionalText = ""

    def command(self, grant_id: str) -> ReallocateToGoal:
        """The command for these fields. Raises InconsistentFields."""
        if self.from_goal_id == self.to_goal_id:
            raise InconsistentFields("to_goal_id: another goal than from_goal_id")
        return ReallocateToGoal(grant_id, **msgspec.structs.asdict(self))


class GrantPage(msgspec.Struct, frozen=True):
    """One page of a list; `count` is that of all pages."""

    grants: tuple[GrantSummary, ...]
    count: int
    page_length: int = money_service.PAGE_LENGTH


class GoalBalance(msgspec.Struct, frozen=True):
    """The balances of one goal; `title` is in the citizen's own words."""

    goal_id: str
    title: str
    left_ore: int
    reserved_ore: int
    spent_ore: int


class GrantBalance(msgspec.Struct, frozen=True):
    """A grant with its balances: left is neither put aside nor spent, `unallocated_ore` of it has no goal yet."""

    grant: Grant
    unallocated_ore: int
    left_ore: int
    reserved_ore: int
    spent_ore: int
    goals: tuple[GoalBalance, ...]
    notice: Notice | None
    closing: Closing | None


@get("/api/grants", opt=OFFICER, sync_to_thread=True)
def list_grants(
    request: AppRequest,
    text: Search = "",
    fund: FundChoice = "",
    running: FromQuery[bool] = True,
    page: Page = 1,
) -> GrantPage:
    """Grants by citizen's name and fund, the running ones or all, the one that ends first at the top."""
    with read_context(request) as context:
        return GrantPage(*service.find_grants(context, text, fund or None, running, page))


@get("/api/grants/{grant_id:str}", opt=READERS, sync_to_thread=True)
def get_grant(request: AppRequest, grant_id: FromPath[str]) -> GrantBalance:
    """One grant with where its money stands."""
    with read_context(request) as context:
        return _balance(money_service.grant_overview(context, grant_id))


def _balance(overview: BudgetOverview) -> GrantBalance:
    budget = overview.budget
    goals = tuple(
        GoalBalance(
            envelope.goal_id,
            overview.goal_titles.get(envelope.goal_id, "…"),
            envelope.left_ore,
            envelope.reserved_ore,
            envelope.spent_ore,
        )
        for envelope in budget.envelopes
    )
    return GrantBalance(
        budget.grant,
        budget.unallocated_ore,
        budget.left_ore,
        budget.reserved_ore,
        budget.spent_ore,
        goals,
        overview.notice,
        overview.closing,
    )


@get("/api/grants/{grant_id:str}/movements", opt=READERS, sync_to_thread=True)
def list_grants_movements(
    request: AppRequest, grant_id: FromPath[str], after: AfterNumber = 0
) -> MovementPage:
    """The movements of a grant in the order of its fund's chain, after a number."""
    with read_context(request) as context:
        return chain_feed.of_grant(context, grant_id, after)


@post("/api/grants", opt=OFFICER, sync_to_thread=True)
def make_grant(
    request: AppRequest, data: JSONBody[NewGrant], idempotency_key: IdempotencyKey
) -> CreatedResponse:
    """Grant money to a citizen."""
    return submit(request, data.command(), idempotency_key)


@post("/api/grants/{grant_id:str}/allocations", opt=OFFICER, sync_to_thread=True)
def allocate(
    request: AppRequest, grant_id: FromPath[str], data: JSONBody[Allocation], idempotency_key: IdempotencyKey
) -> CreatedResponse:
    """Give money that has no goal yet to a goal; gives the movement."""
    return submit(request, AllocateToGoal(grant_id, data.goal_id, data.amount_ore), idempotency_key)


@post("/api/grants/{grant_id:str}/moves", opt=OFFICER, sync_to_thread=True)
def move(
    request: AppRequest,
    grant_id: FromPath[str],
    data: JSONBody[Reallocation],
    idempotency_key: IdempotencyKey,
) -> CreatedResponse:
    """Move money from a goal to another, or to none yet; gives the movement."""
    return submit(request, data.command(grant_id), idempotency_key)


ROUTES = (list_grants, get_grant, list_grants_movements, make_grant, allocate, move)
