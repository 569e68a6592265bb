"""Budgets to be posted in bulk."""

from datetime import date

import msgspec


class BulkPurchase(msgspec.Struct, frozen=True):
    """Something that was bought for a goal on a day."""

    goal_id: str
    amount_ore: int
    bought_on: date
    what: str


class BulkRequest(msgspec.Struct, frozen=True):
    """Something that the citizen wanted on a day, and for which money is put aside."""

    goal_id: str
    amount_ore: int
    asked_on: date
    what: str
    together_with: str = ""


class BulkBudget(msgspec.Struct, frozen=True):
    """A grant with all that happened to it. `key` is the file's or demo's own name for it."""

    key: str
    citizen_id: str
    amount_ore: int
    starts_on: date
    ends_on: date
    legal_basis: str
    envelopes: dict[str, tuple[str, int]]  # goal id → its theme and the amount that it got, in øre
    purchases: tuple[BulkPurchase, ...] = ()
    requests: tuple[BulkRequest, ...] = ()
