"""Streaming the ledger from the database, a few thousand rows at a time.

The four parts are read side by side, so the transaction must be a
`foundation.db.transactions.repeatable_read`.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Select, case, extract, func, select

from budgets import tables as t
from budgets.export.journal import (
    BY_CITIZEN,
    BY_SYSTEM,
    AccountOpening,
    Checkpoint,
    Journal,
    JournalAccount,
    JournalEntry,
    JournalMovement,
)
from budgets.ledger.double_entry import AccountKind, Direction, MovementKind

ROWS_AT_ONCE = 2_000

_a, _e, _m = t.account.c, t.entry.c, t.movement.c
_ACCOUNT = (
    _a.id.label("account_id"),
    _a.kind.label("account_kind"),
    _a.fund_id.label("account_fund_id"),
    t.fund.c.name.label("fund_name"),
    t.fund.c.account_string,
    _a.grant_id.label("account_grant_id"),
    _a.goal_id,
    _a.theme,
    _a.request_id.label("account_request_id"),
)
_CHANGE = case((_e.direction == Direction.IN, _e.amount_ore), else_=-_e.amount_ore)
# The citizen's own id is left out: an export names nobody whose budget it is.
_BY = case(
    (_m.actor_id.is_(None), BY_SYSTEM), (_m.actor_id == t.grant.c.citizen_id, BY_CITIZEN), else_=_m.actor_id
)


class LedgerScope(msgspec.Struct, frozen=True):
    """Which part of the ledger: all funds or one, through a day of effect or to the end."""

    fund_id: str | None = None
    as_of: date | None = None


def fund_ids(db: Connection) -> dict[str, str]:
    """The ids of all funds, by name."""
    return {row.name: row.id for row in db.execute(select(t.fund.c.name, t.fund.c.id))}


def read_journal(db: Connection, scope: LedgerScope) -> Journal:
    """The ledger within a scope. A movement between two funds is included whole for either of them."""
    last_day = select(func.max(_m.effective_on)).where(*_movements_in(scope))
    ends_on: date | None = db.execute(last_day).scalar_one()
    if ends_on is not None and scope.as_of is not None:
        ends_on = scope.as_of
    return Journal(
        ends_on,
        _openings(db, scope),
        _movements(db, scope),
        _months(db, scope, ends_on or date.min),
        _closing(db, scope, ends_on or date.min),
    )


def _stream(db: Connection, query: Select[Any]) -> Iterator[Row[Any]]:
    yield from db.execute(query, execution_options={"yield_per": ROWS_AT_ONCE})


def _movements_in(scope: LedgerScope) -> tuple[ColumnElement[bool], ...]:
    conditions: tuple[ColumnElement[bool], ...] = ()
    if scope.as_of is not None:
        conditions += (_m.effective_on <= scope.as_of,)
    if scope.fund_id is not None:
        touching = select(_e.movement_id).join(t.account, _a.id == _e.account_id)
        conditions += (_m.id.in_(touching.where(_a.fund_id == scope.fund_id)),)
    return conditions


def _accounts_in(scope: LedgerScope) -> tuple[ColumnElement[bool], ...]:
    return () if scope.fund_id is None else (_a.fund_id == scope.fund_id,)


def _with_accounts(query: Select[Any]) -> Select[Any]:
    """Select from entries with their movements, accounts and funds."""
    return (
        query.select_from(t.entry)
        .join(t.movement, _m.id == _e.movement_id)
        .join(t.account, _a.id == _e.account_id)
        .join(t.fund, t.fund.c.id == _a.fund_id)
    )


def _movements(db: Connection, scope: LedgerScope) -> Iterator[JournalMovement]:
    columns = (_m.id, _m.kind, _m.fund_id, _m.grant_id, _m.request_id, _m.receipt_id, _m.reverses)
    rows = _with_accounts(
        select(
            *columns,
            _m.effective_on,
            _m.at,
            _BY.label("by"),
            _m.why,
            _e.direction,
            _e.amount_ore,
            *_ACCOUNT,
        )
    ).outerjoin(t.grant, t.grant.c.id == _m.grant_id)
    ordered = rows.where(*_movements_in(scope)).order_by(
        _m.effective_on, _m.at, _m.id, _e.direction.desc(), _e.account_id
    )
    for _, entries in groupby(_stream(db, ordered), key=lambda row: row.id):
        yield _movement(list(entries))


def _openings(db: Connection, scope: LedgerScope) -> Iterator[AccountOpening]:
    first = func.min(_m.effective_on).label("opened_on")
    query = _with_accounts(select(first, *_ACCOUNT)).where(*_movements_in(scope))
    grouped = query.group_by(*t.account.c, t.fund.c.name, t.fund.c.account_string)
    for row in _stream(db, grouped.order_by(first, _a.id)):
        yield AccountOpening(_account(row), row.opened_on)


def _months(db: Connection, scope: LedgerScope, ends_on: date) -> Iterator[Checkpoint]:
    year, month = extract("year", _m.effective_on), extract("month", _m.effective_on)
    changes = (
        select(_e.account_id, year.label("year"), month.label("month"), func.sum(_CHANGE).label("change_ore"))
        .join(t.movement, _m.id == _e.movement_id)
        .where(*_movements_in(scope))
        .group_by(_e.account_id, year, month)
        .subquery()
    )
    balance = func.sum(changes.c.change_ore).over(
        partition_by=changes.c.account_id, order_by=(changes.c.year, changes.c.month)
    )
    query = (
        select(changes.c.year, changes.c.month, balance.label("balance_ore"), *_ACCOUNT)
        .join(t.account, _a.id == changes.c.account_id)
        .join(t.fund, t.fund.c.id == _a.fund_id)
        .where(*_accounts_in(scope))
        .order_by(changes.c.year, changes.c.month, _a.id)
    )
    for row in _stream(db, query):
        on = last_of_month(int(row.year), int(row.month))
        if on < ends_on:
            yield Checkpoint(_account(row), on, int(row.balance_ore))


def last_of_month(year: int, month: int) -> date:
    """The last day of a month."""
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    return first_of_next - timedelta(days=1)


def _closing(db: Connection, scope: LedgerScope, ends_on: date) -> Iterator[Checkpoint]:
    """Every account with movements: its stored balance, or with `as_of` the sum of entries until then."""
    # The stored balances are the ones that pages show, so the other program checks them against the entries.
    query = _stored(scope) if scope.as_of is None else _summed(scope)
    for row in _stream(db, query.order_by(_a.id)):
        yield Checkpoint(_account(row), ends_on, int(row.balance_ore))


def _stored(scope: LedgerScope) -> Select[Any]:
    columns: tuple[ColumnElement[Any], ...] = (_a.balance_ore, *_ACCOUNT)
    query: Select[Any] = select(*columns).join(t.fund, t.fund.c.id == _a.fund_id)
    return query.where(_a.version > 0, *_accounts_in(scope))


def _summed(scope: LedgerScope) -> Select[Any]:
    query = _with_accounts(select(func.sum(_CHANGE).label("balance_ore"), *_ACCOUNT))
    return query.where(*_movements_in(scope), *_accounts_in(scope)).group_by(
        *t.account.c, t.fund.c.name, t.fund.c.account_string
    )


def _movement(rows: list[Row[Any]]) -> JournalMovement:
    first = rows[0]
    entries = tuple(JournalEntry(_account(row), Direction(row.direction), row.amount_ore) for row in rows)
    return JournalMovement(
        id=first.id,
        kind=MovementKind(first.kind),
        fund_id=first.fund_id,
        grant_id=first.grant_id,
        request_id=first.request_id,
        receipt_id=first.receipt_id,
        reverses=first.reverses,
        effective_on=first.effective_on,
        at=first.at,
        by=first.by,
        why=first.why,
        entries=entries,
    )


def _account(row: Row[Any]) -> JournalAccount:
    return JournalAccount(
        row.account_id,
        AccountKind(row.account_kind),
        row.account_fund_id,
        row.fund_name,
        row.account_string,
        row.account_grant_id,
        row.goal_id,
        row.theme,
        row.account_request_id,
    )
