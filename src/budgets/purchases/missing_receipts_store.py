"""Queries on purchases whose receipt is missing."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, exists, func, or_, select

from budgets import tables as t
from budgets.ledger.double_entry import PURCHASE_KINDS, AccountKind
from budgets.records.movements import is_reversed
from people.tables.directory import person

_m = t.movement.c


class MissingReceipt(msgspec.Struct, frozen=True):
    """A purchase that was not reversed and has no receipt."""

    movement_id: str
    grant_id: str
    citizen_id: str
    citizen_name: str
    fund_name: str
    account_string: str
    bought_on: date
    amount_ore: int
    why: str


def missing_receipts(
    db: Connection, areas: Sequence[str] | None, *, limit: int | None, offset: int = 0
) -> tuple[MissingReceipt, ...]:
    """Purchases without a receipt, the oldest first; of citizens in `areas`, or (None) of all."""
    chosen = _filtered(
        select(
            _m.id.label("movement_id"),
            _m.grant_id,
            t.grant.c.citizen_id,
            person.c.given_name,
            person.c.surname,
            t.fund.c.name.label("fund_name"),
            t.fund.c.account_string,
            _m.effective_on.label("bought_on"),
            t.entry.c.amount_ore,
            _m.why,
        )
        .join(t.entry, t.entry.c.movement_id == _m.id)
        .join(t.account, t.account.c.id == t.entry.c.account_id)
        .join(t.fund, t.fund.c.id == _m.fund_id)
        # A purchase also has entries that return the rest of a reservation; the spent one is the price.
        .where(t.account.c.kind == AccountKind.SPENT),
        areas,
    )
    rows = db.execute(chosen.order_by(_m.effective_on, _m.at, _m.id).limit(limit).offset(offset))
    return tuple(
        MissingReceipt(
            row.movement_id,
            row.grant_id,
            row.citizen_id,
            f"{row.given_name} {row.surname}".strip(),
            row.fund_name,
            row.account_string,
            row.bought_on,
            row.amount_ore,
            row.why,
        )
        for row in rows
    )


def count_missing(db: Connection, areas: Sequence[str] | None) -> int:
    """How many `missing_receipts` finds without a limit."""
    chosen = _filtered(select(_m.id), areas)
    return db.execute(select(func.count()).select_from(chosen.subquery())).scalar_one()


def _has_late_receipt() -> ColumnElement[bool]:
    """Whether a receipt came after the purchase, or before it with the request."""
    # A movement never changes, so a receipt that comes later is recorded in a table of its own.
    late = t.late_receipt.c
    return or_(late.movement_id == _m.id, late.request_id == _m.request_id)


def _filtered(chosen: Select[Any], areas: Sequence[str] | None) -> Select[Any]:
    chosen = (
        chosen.join(t.grant, t.grant.c.id == _m.grant_id)
        .join(person, person.c.id == t.grant.c.citizen_id)
        .where(
            _m.kind.in_(PURCHASE_KINDS),
            _m.receipt_id.is_(None),
            ~exists().where(_has_late_receipt()),
            ~is_reversed(_m.id),
        )
    )
    return chosen if areas is None else chosen.where(person.c.area_id.in_(areas))
