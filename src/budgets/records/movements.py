"""Queries on movements with their entries and actors, and conditions on reversals for other queries."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, func, select

from budgets import tables as t
from budgets.ledger.double_entry import (
    PURCHASE_KINDS,
    SPENDING_KINDS,
    AccountKind,
    Direction,
    MovementKind,
)
from budgets.model import EntryRecord, MovementRecord
from people.tables.directory import person

_m = t.movement.c
_original = t.movement.alias("original")
_reversal = t.movement.alias("reversal")


def is_reversed(movement_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a later movement reverses the one with this id."""
    return select(_reversal.c.id).where(_reversal.c.reverses == movement_id).exists()


def only_spending(movements: Select[Any]) -> Select[Any]:
    """Restrict a query on `tables.movement` to purchases, refunds and reversals of either."""
    return movements.outerjoin(_original, _original.c.id == _m.reverses).where(
        func.coalesce(_original.c.kind, _m.kind).in_(SPENDING_KINDS)
    )


def _with_entries(movements: Select[Any]) -> Select[Any]:
    """Join a page of movements to their entries, a row for each entry."""
    page = movements.subquery("page")
    return (
        select(
            *page.c,
            person.c.given_name,
            is_reversed(page.c.id).label("reversed"),
            t.entry.c.account_id,
            t.entry.c.direction,
            t.entry.c.amount_ore,
            t.account.c.kind.label("account_kind"),
            t.account.c.goal_id,
        )
        .join(t.entry, t.entry.c.movement_id == page.c.id)
        .join(t.account, t.account.c.id == t.entry.c.account_id)
        .outerjoin(person, person.c.id == page.c.actor_id)
        .order_by(page.c.at.desc(), page.c.id.desc(), t.entry.c.direction.desc(), t.entry.c.account_id)
    )


_late = t.late_receipt.c
# A receipt may be attached after its purchase, or before it to the request.
_LATE_RECEIPT = (
    select(func.max(_late.receipt_id))
    .where((_late.movement_id == _m.id) | ((_late.request_id == _m.request_id) & _m.kind.in_(PURCHASE_KINDS)))
    .scalar_subquery()
)
_NEWEST_FIRST = (_m.at.desc(), _m.id.desc())
_COLUMNS = (
    _m.id,
    _m.kind,
    _m.grant_id,
    _m.fund_id,
    _m.effective_on,
    _m.at,
    _m.actor_id,
    _m.why,
    func.coalesce(_m.receipt_id, _LATE_RECEIPT).label("receipt_id"),
    _m.request_id,
    _m.reverses,
    _m.number,
    _m.hash,
)
_MOVEMENTS_OF_GRANT = _with_entries(
    select(*_COLUMNS)
    .where(_m.grant_id == bindparam("grant"))
    .order_by(*_NEWEST_FIRST)
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
# A carry-over belongs to the grant that it leaves and has entries on the accounts of both grants.
_ALL_OF_GRANT = _with_entries(
    select(*_COLUMNS).where(
        _m.id.in_(
            select(t.entry.c.movement_id)
            .join(t.account, t.account.c.id == t.entry.c.account_id)
            .where(t.account.c.grant_id == bindparam("grant"))
        )
    )
).where(t.account.c.grant_id == bindparam("grant"))
_COUNT_OF_GRANT = select(func.count()).where(_m.grant_id == bindparam("grant"))


def of_grant(db: Connection, grant_id: str, *, limit: int, offset: int = 0) -> tuple[MovementRecord, ...]:
    """The movements of a grant, newest first."""
    return _decode(db.execute(_MOVEMENTS_OF_GRANT, {"grant": grant_id, "limit": limit, "offset": offset}))


def all_of_grant(db: Connection, grant_id: str) -> tuple[MovementRecord, ...]:
    """Every movement with entries on a grant's accounts, newest first, with those entries only."""
    return _decode(db.execute(_ALL_OF_GRANT, {"grant": grant_id}))


def count_of_grant(db: Connection, grant_id: str) -> int:
    """How many movements a grant has."""
    return db.execute(_COUNT_OF_GRANT, {"grant": grant_id}).scalar_one()


def movement(db: Connection, movement_id: str) -> MovementRecord | None:
    """A movement; None when there is none with this id."""
    return next(iter(_decode(db.execute(_with_entries(select(*_COLUMNS).where(_m.id == movement_id))))), None)


def of_fund(
    db: Connection,
    fund_id: str,
    areas: Sequence[str] | None,
    first_day: date | None,
    last_day: date | None,
    *,
    limit: int | None = None,
    offset: int = 0,
) -> tuple[MovementRecord, ...]:
    """The movements of a fund that took effect from `first_day` to `last_day`, both included, newest first.

    `areas` leaves out the movements of citizens in other areas; None includes all.
    """
    query = _filtered(select(*_COLUMNS), fund_id, areas, first_day, last_day)
    return _decode(db.execute(_with_entries(query.order_by(*_NEWEST_FIRST).limit(limit).offset(offset))))


def count_of_fund(
    db: Connection, fund_id: str, areas: Sequence[str] | None, first_day: date | None, last_day: date | None
) -> int:
    """How many movements `of_fund` returns without a limit."""
    query = _filtered(select(_m.id), fund_id, areas, first_day, last_day)
    return db.execute(select(func.count()).select_from(query.subquery())).scalar_one()


def chain_of_fund(
    db: Connection, fund_id: str, areas: Sequence[str] | None, after: int, limit: int
) -> tuple[MovementRecord, ...]:
    """The movements of a fund whose chain number is above `after`, by number; `areas` as in `of_fund`."""
    return _chain_page(db, _filtered(select(*_COLUMNS), fund_id, areas, None, None), after, limit)


def chain_of_grant(db: Connection, grant_id: str, after: int, limit: int) -> tuple[MovementRecord, ...]:
    """The movements of a grant whose number in its fund's chain is above `after`, by number."""
    return _chain_page(db, select(*_COLUMNS).where(_m.grant_id == grant_id), after, limit)


def _chain_page(db: Connection, query: Select[Any], after: int, limit: int) -> tuple[MovementRecord, ...]:
    page = query.where(_m.number > after).order_by(_m.number).limit(limit)
    records = _decode(db.execute(_with_entries(page)))
    return tuple(sorted(records, key=lambda movement: movement.number))


def _filtered(
    query: Select[Any],
    fund_id: str,
    areas: Sequence[str] | None,
    first_day: date | None,
    last_day: date | None,
) -> Select[Any]:
    query = query.where(_m.fund_id == fund_id)
    if areas is not None:
        query = (
            query.outerjoin(t.grant, t.grant.c.id == _m.grant_id)
            .outerjoin(person, person.c.id == t.grant.c.citizen_id)
            # Movements of the fund itself concern no citizen, so no limit of areas hides them.
            .where(_m.grant_id.is_(None) | person.c.area_id.in_(areas))
        )
    if first_day is not None:
        query = query.where(_m.effective_on >= first_day)
    if last_day is not None:
        query = query.where(_m.effective_on <= last_day)
    return query


def _decode(rows: Iterable[Row[Any]]) -> tuple[MovementRecord, ...]:
    by_movement: dict[str, list[Row[Any]]] = {}
    for row in rows:
        by_movement.setdefault(row.id, []).append(row)
    return tuple(_decode_movement(of_movement) for of_movement in by_movement.values())


def _decode_movement(rows: Sequence[Row[Any]]) -> MovementRecord:
    first = rows[0]
    entries = tuple(
        EntryRecord(
            row.account_id,
            AccountKind(row.account_kind),
            row.goal_id,
            Direction(row.direction),
            row.amount_ore,
        )
        for row in rows
    )
    return MovementRecord(
        id=first.id,
        kind=MovementKind(first.kind),
        grant_id=first.grant_id,
        fund_id=first.fund_id,
        effective_on=first.effective_on,
        at=first.at,
        actor_id=first.actor_id,
        actor_name=first.given_name or "",
        why=first.why,
        receipt_id=first.receipt_id,
        request_id=first.request_id,
        reverses=first.reverses,
        reversed=first.reversed,
        entries=entries,
        number=first.number,
        hash=first.hash,
    )
