"""Purchases for programs: recorded, refunded, undone."""

from datetime import date

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody

from budgets.commands.messages import RecordPurchase, Refund, Reverse
from budgets.errors import NotYet
from budgets.model import Event
from budgets.money import service as money_service
from budgets.web.api import OFFICER, Id, IdempotencyKey, Made, Ore, Words, order
from foundation.clock import local_date
from people.access.model import Purpose
from people.web.app_state import AppRequest, house
from people.web.context import reading


class Purchase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was bought: `request_id` when money was put aside for it, `outlay` when the citizen paid and is repaid."""

    goal_id: Id
    amount_ore: Ore
    bought_on: date
    what: Words
    outlay: bool = False
    request_id: Id | None = None


class MoneyBack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a shop gave back for a purchase."""

    amount_ore: Ore
    refunded_on: date
    why: Words


class Reasons(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a movement is undone."""

    why: Words


@get("/api/movements/{movement_id:str}", opt=OFFICER, sync_to_thread=True)
def get_movement(request: AppRequest, movement_id: FromPath[str]) -> Event:
    """One movement with its entries, its number in the fund's chain and its hash."""
    with reading(request) as visit:
        return money_service.event(visit, movement_id, Purpose.BUDGET)


@post("/api/grants/{grant_id:str}/purchases", opt=OFFICER, sync_to_thread=True)
def record(
    request: AppRequest, grant_id: FromPath[str], data: JSONBody[Purchase], idempotency_key: IdempotencyKey
) -> Made:
    """Record a purchase; gives the movement."""
    _check_over(request, data.bought_on)
    return order(request, RecordPurchase(grant_id, **msgspec.structs.asdict(data)), idempotency_key)


@post("/api/movements/{movement_id:str}/refunds", opt=OFFICER, sync_to_thread=True)
def refund(
    request: AppRequest,
    movement_id: FromPath[str],
    data: JSONBody[MoneyBack],
    idempotency_key: IdempotencyKey,
) -> Made:
    """Give money that a shop paid back to the goal that it came from; gives the movement."""
    _check_over(request, data.refunded_on)
    return order(request, Refund(movement_id, data.amount_ore, data.refunded_on, data.why), idempotency_key)


def _check_over(request: AppRequest, day: date) -> None:
    """Nothing is bought or given back tomorrow. Raises NotYet."""
    if day > local_date(house(request).clock()):
        raise NotYet(day)


@post("/api/movements/{movement_id:str}/reversal", opt=OFFICER, sync_to_thread=True)
def reverse(
    request: AppRequest, movement_id: FromPath[str], data: JSONBody[Reasons], idempotency_key: IdempotencyKey
) -> Made:
    """Undo a movement by its mirror; gives the movement that undoes it."""
    return order(request, Reverse(movement_id, data.why), idempotency_key)


ROUTES = (get_movement, record, refund, reverse)
