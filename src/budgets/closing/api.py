"""The end of a grant for programs: its statement, told in advance, closed after a preview."""

from datetime import date
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from budgets.closing import service
from budgets.closing.service import Step
from budgets.commands.messages import CloseGrant, GiveNotice
from budgets.errors import FieldsDisagree
from budgets.model import Cause, Grant
from budgets.money.service import citizen_id_of, purpose_of
from budgets.statements import service as statements_service
from budgets.statements.model import GoalSums, Line, Statement
from budgets.web.api import OFFICER, WHO_READS, Id, IdempotencyKey, Made, MaybeWords, Words, order
from people.web.app_state import AppRequest
from people.web.context import reading

NextGrant = Annotated[
    str, QueryParameter(max_length=40, description="The later grant that what is left goes on to, if any.")
]


class NewNotice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Said to the citizen in advance: when what is left is taken back, and why."""

    takes_effect_on: date
    why: Words


class Ending(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a grant is closed, and which later grant of the citizen what is left goes on to."""

    cause: Cause
    why: MaybeWords = ""
    next_grant_id: Id | None = None

    def command(self, grant_id: str) -> CloseGrant:
        """The order that it is. Raises FieldsDisagree."""
        if self.cause is Cause.WITHDRAWN and not self.why.strip():
            raise FieldsDisagree("why: a grant is not withdrawn without a reason")
        return CloseGrant(grant_id, **msgspec.structs.asdict(self))


class StatementValues(msgspec.Struct, frozen=True):
    """A grant up to the end of a day: what came in is spent + put aside + left + ended, for each goal and in all."""

    grant: Grant
    until: date
    came_in: tuple[Line, ...]
    purchases: tuple[Line, ...]
    corrections: tuple[Line, ...]
    ended: tuple[Line, ...]
    goals: tuple[GoalSums, ...]
    came_in_ore: int
    total: GoalSums
    closed_on: date | None


@get("/api/grants/{grant_id:str}/statement", opt=WHO_READS, sync_to_thread=True)
def get_statement(request: AppRequest, grant_id: FromPath[str]) -> StatementValues:
    """Today's statement of a grant."""
    with reading(request) as visit:
        citizen_id = citizen_id_of(visit, grant_id)
        opened = statements_service.of_citizen(visit, citizen_id, purpose_of(visit, citizen_id), grant_id)
    return _values(opened.statement)


def _values(made: Statement) -> StatementValues:
    own = {name: getattr(made, name) for name in StatementValues.__struct_fields__}
    return StatementValues(**own)


@post("/api/grants/{grant_id:str}/notices", opt=OFFICER, sync_to_thread=True)
def give_notice(
    request: AppRequest, grant_id: FromPath[str], data: JSONBody[NewNotice], idempotency_key: IdempotencyKey
) -> Made:
    """Tell the citizen on which day what is left is taken back, and why; gives the notice."""
    return order(request, GiveNotice(grant_id, data.takes_effect_on, data.why), idempotency_key)


@get("/api/grants/{grant_id:str}/closing", opt=OFFICER, sync_to_thread=True)
def preview_closing(
    request: AppRequest,
    grant_id: FromPath[str],
    cause: FromQuery[Cause] = Cause.ENDED,
    next_grant_id: NextGrant = "",
) -> tuple[Step, ...]:
    """Exactly the movements that closing the grant now would make; nothing is done."""
    with reading(request) as visit:
        command = CloseGrant(grant_id, cause, next_grant_id=next_grant_id or None)
        return service.preview(visit, command)


@post("/api/grants/{grant_id:str}/closing", opt=OFFICER, sync_to_thread=True)
def close_grant(
    request: AppRequest, grant_id: FromPath[str], data: JSONBody[Ending], idempotency_key: IdempotencyKey
) -> Made:
    """Close a grant for good; gives the grant."""
    return order(request, data.command(grant_id), idempotency_key)


ROUTES = (get_statement, give_notice, preview_closing, close_grant)
