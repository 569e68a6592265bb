"""Reads about the end of grants: which end soon, and a preview of closing one."""

from datetime import date

import msgspec

from budgets.closing import store
from budgets.commands import service as commands_service
from budgets.commands.messages import CloseGrant
from budgets.commands.working_set import WorkingSet
from budgets.ledger.double_entry import AccountKind, Direction, MovementKind
from budgets.model import Grant, GrantSummary
from budgets.money import service as money_service
from budgets.money.ending_notices import NoticeStage
from budgets.money.service import BudgetOverview
from budgets.records import closings as records_closings
from foundation.clock import local_date
from foundation.db.actor import bypass_row_security
from people.access.model import DataKind, Purpose
from people.directory.model import Person
from people.web.context import RequestContext

PAGE_LENGTH = 25


def ending_grants(context: RequestContext, page: int) -> tuple[tuple[GrantSummary, ...], int]:
    """Grants not closed that are over or end within 30 days, the first to end at the top: a page, the count of all.

    A budget officer of one area finds the citizens of that area only. The read of every citizen is logged.
    """
    last_day = date.fromordinal(local_date(context.now).toordinal() + NoticeStage.MONTH)
    grants, count = store.ending_grants(
        context.db,
        money_service.officer_areas(context),
        last_day,
        limit=PAGE_LENGTH,
        offset=(page - 1) * PAGE_LENGTH,
    )
    # After the query: only the rows tell whose money was read, and each of these reads is logged.
    context.authorize_reads((summary.grant.citizen_id for summary in grants), DataKind.MONEY, Purpose.BUDGET)
    return grants, count


class GrantToClose(msgspec.Struct, frozen=True):
    """A grant as the page that closes it needs it."""

    citizen: Person
    overview: BudgetOverview
    later_grants: tuple[Grant, ...]  # of the citizen, not closed, to which what is left can be carried over


def grant_to_close(context: RequestContext, grant_id: str) -> GrantToClose:
    """One grant for the budget officer who closes it. Raises NoSuchRecord, NotFound, NotAllowed."""
    citizen_budget = money_service.citizen_budget(context, grant_id)
    overview = citizen_budget.overview
    later = [
        budget.grant
        for budget in overview.other_budgets
        if budget.grant.ends_on > overview.budget.grant.ends_on
    ]
    closed = records_closings.closings(context.db, [grant.id for grant in later])
    return GrantToClose(
        citizen_budget.citizen, overview, tuple(grant for grant in later if grant.id not in closed)
    )


class ClosingStep(msgspec.Struct, frozen=True):
    """A movement that a closing would post: from which kinds of account, to which one, how much."""

    kind: MovementKind
    starts: tuple[AccountKind, ...]
    end: AccountKind
    amount_ore: int


def preview(context: RequestContext, command: CloseGrant) -> tuple[ClosingStep, ...]:
    """Exactly the movements that closing the grant now would post. Raises as the command's handler."""
    citizen_id = money_service.citizen_id_of_grant(context, command.grant_id)
    # Before the dry run, which reads as the system and sees everybody's rows.
    context.authorize_read(citizen_id, DataKind.MONEY, Purpose.BUDGET)
    # As the command queue reads it. The handler authorises the actor again.
    with bypass_row_security(context.db):
        return _closing_steps(commands_service.dry_run(context, command))


def _closing_steps(working_set: WorkingSet) -> tuple[ClosingStep, ...]:
    steps = []
    for posting in working_set.postings:
        movement = posting.movement
        kinds = [(leg, working_set.accounts[leg.account_id].kind) for leg in movement.legs]
        steps.append(
            ClosingStep(
                movement.kind,
                tuple(dict.fromkeys(kind for leg, kind in kinds if leg.direction is Direction.OUT)),
                next(kind for leg, kind in kinds if leg.direction is Direction.IN),
                sum(leg.amount_ore for leg in movement.legs if leg.direction is Direction.IN),
            )
        )
    return tuple(steps)
