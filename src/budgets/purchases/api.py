"""API routes on purchases: record, refund, reverse."""

from datetime import date

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody

from budgets.commands.messages import RecordPurchase, Refund, Reverse
from budgets.errors import NotYet
from budgets.model import MovementRecord
from budgets.money import service as money_service
from budgets.web.api import OFFICER, CreatedResponse, Id, IdempotencyKey, NonEmptyText, Ore, submit
from foundation.clock import local_date
from people.access.model import Purpose
from people.web.app_state import AppRequest, app_state
from people.web.context import read_context


class NewPurchase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was bought: `request_id` when money was put aside for it, `outlay` when the citizen paid and is repaid."""

    goal_id: Id
    amount_ore: Ore
    bought_on: date
    what: NonEmptyText
    outlay: bool = False
    request_id: Id | None = None


class NewRefund(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a shop gave back for a purchase."""

    amount_ore: Ore
    refunded_on: date
    why: NonEmptyText


class NewReversal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a movement is undone."""

    why: NonEmptyText


@get("/api/movements/{movement_id:str}", opt=OFFICER, sync_to_thread=True)
def get_movement(request: AppRequest, movement_id: FromPath[str]) -> MovementRecord:
    """One movement with its entries, its number in the fund's chain and its hash."""
    with read_context(request) as context:
        return money_service.movement(context, movement_id, Purpose.BUDGET)


@post("/api/grants/{grant_id:str}/purchases", opt=OFFICER, sync_to_thread=True)
def record(
    request: AppRequest, grant_id: FromPath[str], data: JSONBody[NewPurchase], idempotency_key: IdempotencyKey
) -> CreatedResponse:
    """Record a purchase; gives the movement."""
    _require_past_day(request, data.bought_on)
    return submit(request, RecordPurchase(grant_id, **msgspec.structs.asdict(data)), idempotency_key)


@post("/api/movements/{movement_id:str}/refunds", opt=OFFICER, sync_to_thread=True)
def refund(
    request: AppRequest,
    movement_id: FromPath[str],
    data: JSONBody[NewRefund],
    idempotency_key: IdempotencyKey,
) -> CreatedResponse:
    """Give money that a shop paid back to the goal that it came from; gives the movement."""
    _require_past_day(request, data.refunded_on)
    return submit(request, Refund(movement_id, data.amount_ore, data.refunded_on, data.why), idempotency_key)


def _require_past_day(request: AppRequest, day: date) -> None:
    """A purchase or refund is never in the future. Raises NotYet."""
    # The day in Copenhagen, as everywhere in the ledger; the clock is UTC.
    if day > local_date(app_state(request).clock()):
        raise NotYet(day)


@post("/api/movements/{movement_id:str}/reversal", opt=OFFICER, sync_to_thread=True)
def reverse(
    request: AppRequest,
    movement_id: FromPath[str],
    data: JSONBody[NewReversal],
    idempotency_key: IdempotencyKey,
) -> CreatedResponse:
    """Undo a movement by its mirror; gives the movement that undoes it."""
    return submit(request, Reverse(movement_id, data.why), idempotency_key)


ROUTES = (get_movement, record, refund, reverse)
