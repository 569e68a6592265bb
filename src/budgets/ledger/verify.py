"""Verifies the ledger from its rows alone, with queries of its own, independent of the code that wrote them.

Each rule is one query that finds violations, and the hash chain of each fund is recomputed from its rows.
"""

from collections.abc import Generator, Mapping
from itertools import groupby
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, func, or_, select

from budgets import tables as t
from budgets.ledger.double_entry import (
    AccountKind,
    Direction,
    Entry,
    Movement,
    MovementKind,
    description_hash,
    hashed_row,
)
from foundation.crypto.hash_chain import ChainLink

ROWS_AT_ONCE = 5_000
EXAMPLES_MAX = 5  # ids reported for each violated rule

_m, _e, _a = t.movement.c, t.entry.c, t.account.c
_before = t.entry.alias("before")
_newest = t.entry.alias("newest")
_original = t.movement.alias("original")
_opposite = t.entry.alias("opposite")
_CHANGE = case((_e.direction == Direction.IN, _e.amount_ore), else_=-_e.amount_ore)


class RuleViolation(msgspec.Struct, frozen=True):
    """A violated rule, with the number of records that violate it and the ids of the first few."""

    rule: str
    ids: tuple[str, ...]
    count: int


def _unbalanced_movements() -> Select[Any]:
    return (
        select(_m.id)
        .select_from(t.movement)
        .outerjoin(t.entry, _e.movement_id == _m.id)
        .group_by(_m.id)
        .having(or_(func.count(_e.account_id) < 2, func.coalesce(func.sum(_CHANGE), 1) != 0))
    )


def _entries_out_of_sequence() -> Select[Any]:
    earlier = and_(_before.c.account_id == _e.account_id, _before.c.account_version == _e.account_version - 1)
    first = and_(_before.c.account_id.is_(None), _e.account_version == 1)
    return (
        select(_e.account_id)
        .select_from(t.entry)
        .outerjoin(_before, earlier)
        .where(
            or_(
                and_(_before.c.account_id.is_(None), ~first),
                _e.before_ore != func.coalesce(_before.c.after_ore, 0),
                _e.after_ore != _e.before_ore + _CHANGE,
            )
        )
    )


def _balances_unlike_entries() -> Select[Any]:
    last = and_(_newest.c.account_id == _a.id, _newest.c.account_version == _a.version)
    later = select(func.max(_e.account_version)).where(_e.account_id == _a.id).scalar_subquery()
    return (
        select(_a.id)
        .select_from(t.account)
        .outerjoin(_newest, last)
        .where(
            or_(
                _a.balance_ore != func.coalesce(_newest.c.after_ore, 0),
                _a.version != func.coalesce(later, 0),
            )
        )
    )


def _negative_balances() -> Select[Any]:
    return select(_a.id).where(_a.kind != AccountKind.SOURCE, _a.balance_ore < 0)


def _incorrect_reversals() -> Select[Any]:
    same = and_(
        _opposite.c.movement_id == _m.reverses,
        _opposite.c.account_id == _e.account_id,
        _opposite.c.amount_ore == _e.amount_ore,
        _opposite.c.direction != _e.direction,
    )
    return (
        select(_m.id)
        .select_from(t.movement)
        .join(_original, _original.c.id == _m.reverses)
        .join(t.entry, _e.movement_id == _m.id)
        .outerjoin(_opposite, same)
        .group_by(_m.id)
        .having(
            or_(func.count(_opposite.c.account_id) < func.count(), func.max(_original.c.kind) == "reverse")
        )
    )


def _accounts_of_closed_grants_with_money() -> Select[Any]:
    return select(_a.id).join(t.closing, t.closing.c.grant_id == _a.grant_id).where(_a.balance_ore != 0)


def _total_ore() -> ColumnElement[int]:
    return func.coalesce(func.sum(_a.balance_ore), 0)


def _orphaned_entries() -> Select[Any]:
    return (
        select(_e.movement_id)
        .select_from(t.entry)
        .outerjoin(t.movement, _m.id == _e.movement_id)
        .where(_m.id.is_(None))
    )


RULES: Mapping[str, Select[Any]] = {
    "every movement has two entries or more that sum to zero": _unbalanced_movements(),
    "every entry belongs to a movement": _orphaned_entries(),
    "every entry goes on where its account was, from version 1 without a gap": _entries_out_of_sequence(),
    "every balance is what the account's newest entry says": _balances_unlike_entries(),
    "no balance is below zero but the source's": _negative_balances(),
    "every reversal is the mirror of a movement that is none": _incorrect_reversals(),
    "every closed grant is empty": _accounts_of_closed_grants_with_money(),
    "all balances together are zero": select(func.count())
    .select_from(select(_total_ore().label("total")).having(_total_ore() != 0).subquery())
    .having(func.count() > 0),
}


def rule_violations(db: Connection) -> tuple[RuleViolation, ...]:
    """The rules that the rows violate; empty when the ledger is intact."""
    violations = []
    for rule, violating in RULES.items():
        rows = violating.subquery()
        count = db.execute(select(func.count()).select_from(rows)).scalar_one()
        if count:
            ids = db.execute(select(rows).limit(EXAMPLES_MAX)).scalars()
            violations.append(RuleViolation(rule, tuple(str(record_id) for record_id in ids), count))
    return tuple(violations)


def fund_names(db: Connection) -> dict[str, str]:
    """The names of all funds, by id."""
    return {row.id: row.name for row in db.execute(select(t.fund.c.id, t.fund.c.name))}


def fund_chain(db: Connection, fund_id: str) -> Generator[ChainLink, None, None]:
    """The links of a fund's hash chain from its rows, by number, for `foundation.crypto.hash_chain.verify`.

    A movement whose description was changed, and not only erased, gets a row that matches no hash.
    """
    query = (
        select(*t.movement.c, *(column.label(f"of_{column.name}") for column in t.entry.c))
        .outerjoin(t.entry, _e.movement_id == _m.id)
        .where(_m.fund_id == fund_id)
        .order_by(_m.number, _e.account_id)
    )
    with db.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}) as rows:
        for number, of_movement in groupby(rows, key=lambda row: row.number):
            movement_rows = list(of_movement)
            first = movement_rows[0]
            yield ChainLink(number, first.previous, first.hash, _hashed_row(first, movement_rows))


def _hashed_row(first: Row[Any], rows: list[Row[Any]]) -> bytes:
    values = {name: first._mapping[name] for name in Movement.__struct_fields__ if name != "legs"}
    movement = Movement(legs=(), **values | {"kind": MovementKind(first.kind)})
    # An empty description may have been erased at the end of its retention period, which is no violation.
    if movement.why and description_hash(movement) != first.why_hash:
        return b"other words"
    entries = [
        Entry(
            row.of_account_id,
            Direction(row.of_direction),
            row.of_amount_ore,
            row.of_before_ore,
            row.of_after_ore,
            row.of_account_version,
        )
        for row in rows
        if row.of_account_id is not None
    ]
    return hashed_row(movement, entries, first.why_hash)
