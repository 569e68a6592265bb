"""What all API routes about money share: types of fields, the idempotency key, submitting a command."""

from datetime import date
from hashlib import sha256
from typing import Annotated

import msgspec
from litestar.params import HeaderParameter, QueryParameter
from msgspec import Meta

from budgets.commands.group_commit import submit_command
from budgets.commands.messages import Command
from budgets.errors import InconsistentFields
from budgets.model import NAME_LENGTH_MAX, RULES_LENGTH_MAX, WHY_LENGTH_MAX
from budgets.records.receipt_files import SanitizedReceipt
from foundation.forms import YEAR_MIN
from foundation.money import AMOUNT_ORE_MAX
from people.access.model import Role
from people.access.scopes import Feature
from people.web.app_state import AppRequest
from people.web.context import read_context
from people.web.rules import require_scope

_NO_NUL = r"^[^\x00]*$"  # PostgreSQL can't store one
_NOT_BLANK = r"^[^\x00]*[^\x00\s][^\x00]*$"

OFFICER = require_scope(Feature.BUDGETS, Role.BUDGET_OFFICER)
CITIZEN = require_scope(Feature.BUDGETS, Role.CITIZEN)
READERS = require_scope(Feature.BUDGETS, Role.BUDGET_OFFICER, Role.CITIZEN, Role.SUPPORT_WORKER)

Ore = Annotated[int, Meta(ge=1, le=AMOUNT_ORE_MAX, description="Whole øre, at least 1.")]
LimitOre = Annotated[int, Meta(ge=0, le=AMOUNT_ORE_MAX, description="Whole øre; 0 is a limit.")]
Id = Annotated[str, Meta(min_length=1, max_length=40, pattern=_NO_NUL)]
NonEmptyText = Annotated[str, Meta(min_length=1, max_length=WHY_LENGTH_MAX, pattern=_NOT_BLANK)]
Name = Annotated[str, Meta(min_length=1, max_length=NAME_LENGTH_MAX, pattern=_NOT_BLANK)]
OptionalName = Annotated[str, Meta(max_length=NAME_LENGTH_MAX, pattern=_NO_NUL)]
LegalText = Annotated[str, Meta(min_length=1, max_length=RULES_LENGTH_MAX, pattern=_NOT_BLANK)]
OptionalText = Annotated[str, Meta(max_length=WHY_LENGTH_MAX, pattern=_NO_NUL)]
Page = Annotated[int, QueryParameter(ge=1, le=100_000, description="Pages are counted from 1.")]
AfterNumber = Annotated[
    int, QueryParameter(ge=0, le=2**53 - 1, description="The chain number of the last movement you have.")
]
IdempotencyKey = Annotated[
    str,
    HeaderParameter(
        name="Idempotency-Key",
        pattern=r'^(?:[!#-\[\]-~]{1,128}|"[!#-\[\]-~]{1,128}")$',
        description="1 to 128 visible ASCII characters of your own choosing, in quotation marks or bare.",
    ),
]


class CreatedResponse(msgspec.Struct, frozen=True):
    """What a change made: the id of the new record or, where there is none, of the record that was changed."""

    id: str


def check_period(starts_on: date, ends_on: date) -> None:
    """Raises InconsistentFields for a period that ends before it begins, or begins before `YEAR_MIN`."""
    if starts_on.year < YEAR_MIN:
        raise InconsistentFields(f"starts_on: not before the year {YEAR_MIN}")
    if ends_on < starts_on:
        raise InconsistentFields("ends_on: not before starts_on")


def submit(
    request: AppRequest, command: Command, idempotency_key: str, receipt: SanitizedReceipt | None = None
) -> CreatedResponse:
    """Execute an API client's command once per key and return the id. Raises as `commands.service.execute`.

    The header is that of the IETF's draft *The Idempotency-Key HTTP Header Field*
    (draft-ietf-httpapi-idempotency-key-header).
    Keys are separate for each person: the same key of another person is another key.
    """
    with read_context(request) as context:  # leaving it records that the API token was used
        person_id = context.person_id
    # The IETF draft has quotation marks; a retry without them must still be the same key.
    bare_key = idempotency_key.strip('"')
    digest = sha256(f"{person_id} {bare_key}".encode()).hexdigest()
    return CreatedResponse(submit_command(request, context.actor, command, f"api-{digest}", receipt).id)
