"""Budgets to be imported in bulk."""

from datetime import date

import msgspec


class BulkPurchase(msgspec.Struct, frozen=True):
    """A purchase for a goal."""

    goal_id: str
    amount_ore: int
    bought_on: date
    what: str


class BulkRequest(msgspec.Struct, frozen=True):
    """A citizen's spending request, whose money is reserved."""

    goal_id: str
    amount_ore: int
    asked_on: date
    what: str
    together_with: str = ""


class BulkBudget(msgspec.Struct, frozen=True):
    """A grant with its allocations, purchases and requests. `key` is the caller's identifier of it."""

    key: str
    citizen_id: str
    amount_ore: int
    starts_on: date
    ends_on: date
    legal_basis: str
    envelopes: dict[str, tuple[str, int]]  # goal id → its theme and the amount allocated to it, in øre
    purchases: tuple[BulkPurchase, ...] = ()
    requests: tuple[BulkRequest, ...] = ()
