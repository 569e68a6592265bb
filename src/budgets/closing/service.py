"""What can be read about the end of money: what is told ahead, which grants end, what a closing would do."""

from datetime import date

import msgspec

from budgets.closing import store
from budgets.commands import service as commands_service
from budgets.commands.messages import CloseGrant
from budgets.commands.working_set import WorkingSet
from budgets.ledger.double_entry import AccountKind, Direction, MovementKind
from budgets.model import Grant, GrantSummary, Notice
from budgets.money import service as money_service
from budgets.money.ending_notices import NoticeStage
from budgets.records import closings as records_closings
from budgets.records import funds as records_funds
from foundation.clock import local_date
from foundation.db.actor import bypass_row_security
from people.access.model import DataKind, Purpose
from people.web.context import RequestContext

PAGE_LENGTH = 25


def ending_grants(context: RequestContext, page: int) -> tuple[tuple[GrantSummary, ...], int]:
    """Grants that are over or end within 30 days and are not closed, the first to end at the top: a page, the count of all.

    A budget officer of one area finds the citizens of that area only. Every citizen shown is logged.
    """
    last_day = date.fromordinal(local_date(context.now).toordinal() + NoticeStage.MONTH)
    found, count = store.ending_grants(
        context.db,
        money_service.officer_areas(context),
        last_day,
        limit=PAGE_LENGTH,
        offset=(page - 1) * PAGE_LENGTH,
    )
    context.authorize_reads(
        dict.fromkeys(line.grant.citizen_id for line in found), DataKind.MONEY, Purpose.BUDGET
    )
    return found, count


def later_grants(context: RequestContext, grant: Grant) -> tuple[Grant, ...]:
    """The citizen's grants that end later and are not closed: where what is left can go on."""
    context.authorize_read(grant.citizen_id, DataKind.MONEY, Purpose.BUDGET)
    later = [one.grant for one in records_funds.budgets(context.db, grant.citizen_id)]
    later = [one for one in later if one.ends_on > grant.ends_on]
    closed = records_closings.closings(context.db, [one.id for one in later])
    return tuple(one for one in later if one.id not in closed)


class ClosingStep(msgspec.Struct, frozen=True):
    """A movement that a closing would make: out of which kinds of account, into which one, how much."""

    kind: MovementKind
    starts: tuple[AccountKind, ...]
    end: AccountKind
    amount_ore: int


def preview(context: RequestContext, command: CloseGrant) -> tuple[ClosingStep, ...]:
    """Exactly the movements that closing the grant now would make. Raises as `rules_closing.close_grant`."""
    money_service.citizen_of_grant(context, command.grant_id)
    with bypass_row_security(
        context.db
    ):  # as the teller will read it; who may has been asked, and is asked again there
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


def latest_notice(context: RequestContext, grant_id: str) -> Notice | None:
    """The newest notice of a grant, for the budget officer."""
    money_service.citizen_of_grant(context, grant_id)
    return records_closings.notices(context.db, [grant_id]).get(grant_id)
