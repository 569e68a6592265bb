"""API routes on the end of a grant: its statement, notice to the citizen, closing after a preview."""

from datetime import date
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from budgets.closing import service
from budgets.closing.service import ClosingStep
from budgets.commands.messages import CloseGrant, GiveNotice
from budgets.errors import InconsistentFields
from budgets.model import ClosingCause, Grant
from budgets.statements import service as statements_service
from budgets.statements.model import GoalTotals, Statement, StatementLine
from budgets.web.api import (
    OFFICER,
    READERS,
    CreatedResponse,
    Id,
    IdempotencyKey,
    NonEmptyText,
    OptionalText,
    submit,
)
from people.web.app_state import AppRequest
from people.web.context import read_context

NextGrant = Annotated[
    str, QueryParameter(max_length=40, description="The later grant that what is left goes on to, if any.")
]


class NewNotice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Said to the citizen in advance: when what is left is taken back, and why."""

    takes_effect_on: date
    why: NonEmptyText


class NewClosing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a grant is closed, and which later grant of the citizen what is left goes on to."""

    cause: ClosingCause
    why: OptionalText = ""
    next_grant_id: Id | None = None

    def command(self, grant_id: str) -> CloseGrant:
        """The command for these fields. Raises InconsistentFields."""
        if self.cause is ClosingCause.WITHDRAWN and not self.why.strip():
            raise InconsistentFields("why: a grant is not withdrawn without a reason")
        return CloseGrant(grant_id, **msgspec.structs.asdict(self))


class StatementResponse(msgspec.Struct, frozen=True):
    """A grant up to the end of a day: what came in is spent + put aside + left + ended, for each goal and in all."""

    grant: Grant
    until: date
    came_in: tuple[StatementLine, ...]
    purchases: tuple[StatementLine, ...]
    corrections: tuple[StatementLine, ...]
    ended: tuple[StatementLine, ...]
    goals: tuple[GoalTotals, ...]
    came_in_ore: int
    total: GoalTotals
    closed_on: date | None


@get("/api/grants/{grant_id:str}/statement", opt=READERS, sync_to_thread=True)
def get_statement(request: AppRequest, grant_id: FromPath[str]) -> StatementResponse:
    """Today's statement of a grant."""
    with read_context(request) as context:
        citizen_statement = statements_service.of_grant(context, grant_id)
    return _response(citizen_statement.statement)


def _response(statement: Statement) -> StatementResponse:
    return StatementResponse(
        **{name: getattr(statement, name) for name in StatementResponse.__struct_fields__}
    )


@post("/api/grants/{grant_id:str}/notices", opt=OFFICER, sync_to_thread=True)
def give_notice(
    request: AppRequest, grant_id: FromPath[str], data: JSONBody[NewNotice], idempotency_key: IdempotencyKey
) -> CreatedResponse:
    """Tell the citizen on which day what is left is taken back, and why; gives the notice."""
    return submit(request, GiveNotice(grant_id, data.takes_effect_on, data.why), idempotency_key)


@get("/api/grants/{grant_id:str}/closing", opt=OFFICER, sync_to_thread=True)
def preview_closing(
    request: AppRequest,
    grant_id: FromPath[str],
    cause: FromQuery[ClosingCause] = ClosingCause.ENDED,
    next_grant_id: NextGrant = "",
) -> tuple[ClosingStep, ...]:
    """Exactly the movements that closing the grant now would make; nothing is done."""
    with read_context(request) as context:
        # Executed like the real closing, on a working set that isn't saved (ADR 0007).
        command = CloseGrant(grant_id, cause, next_grant_id=next_grant_id or None)
        return service.preview(context, command)


@post("/api/grants/{grant_id:str}/closing", opt=OFFICER, sync_to_thread=True)
def close_grant(
    request: AppRequest, grant_id: FromPath[str], data: JSONBody[NewClosing], idempotency_key: IdempotencyKey
) -> CreatedResponse:
    """Close a grant for good; gives the grant."""
    return submit(request, data.command(grant_id), idempotency_key)


ROUTES = (get_statement, give_notice, preview_closing, close_grant)
