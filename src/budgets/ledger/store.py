"""The ledger in the database: accounts are opened, movements are posted. Nothing here is ever changed or taken away.

Whoever posts holds the lock of the funds whose accounts move; locks are taken in the order of ids, so nobody waits in a
circle. Entries are written first, then the accounts, and the movements last, whose arrival makes the database check all.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, bindparam, select

from budgets import tables as t
from budgets.ledger.double_entry import (
    Account,
    AccountKind,
    Direction,
    Leg,
    Movement,
    MovementKind,
    Posting,
    apply,
    chain_posting,
    post,
)
from foundation.crypto.hash_chain import EMPTY_HEAD, Head
from foundation.db.bulk import bulk_insert, bulk_update
from foundation.db.types import any_of

_LOCK_FUNDS = (
    select(t.fund.c.id)
    .where(any_of(t.fund.c.id, "ids"))
    .order_by(t.fund.c.id)
    .with_for_update(key_share=True)
)
# One fund at a time: then the index on its numbers gives the last one at once, whatever the planner knows of the table.
_HEAD = (
    select(t.movement.c.number, t.movement.c.hash)
    .where(t.movement.c.fund_id == bindparam("fund"))
    .order_by(t.movement.c.number.desc())
    .limit(1)
)
_ACCOUNTS_OF_FUNDS = select(t.account).where(
    any_of(t.account.c.fund_id, "ids"), t.account.c.grant_id.is_(None)
)
_ACCOUNTS_OF_GRANTS = select(t.account).where(any_of(t.account.c.grant_id, "ids"))
_ACCOUNTS = select(t.account).where(any_of(t.account.c.id, "ids"))
_MOVEMENTS = select(t.movement).where(any_of(t.movement.c.id, "ids"))
_ENTRIES = select(t.entry).where(any_of(t.entry.c.movement_id, "ids"))
_REVERSALS = select(t.movement.c.reverses, t.movement.c.id).where(any_of(t.movement.c.reverses, "ids"))


def lock_funds(db: Connection, fund_ids: Collection[str]) -> None:
    """Let others wait who would move money of these funds; on SQLite a writer is alone anyway."""
    db.execute(_LOCK_FUNDS, {"ids": fund_ids})


def chain_heads(db: Connection, fund_ids: Collection[str]) -> dict[str, Head]:
    """The ends of the funds' chains."""
    ends = {}
    for fund_id in fund_ids:
        row = db.execute(_HEAD, {"fund": fund_id}).one_or_none()
        ends[fund_id] = EMPTY_HEAD if row is None else Head(row.number, row.hash)
    return ends


def open_accounts(db: Connection, accounts: Sequence[Account]) -> None:
    """Store new accounts, empty."""
    bulk_insert(
        db,
        t.account,
        [
            msgspec.structs.asdict(one)
            | {"balance_ore": 0, "version": 0, "may_go_negative": one.may_go_negative}
            for one in accounts
        ],
    )


def bulk_post(db: Connection, movements: Sequence[Movement]) -> None:
    """Write movements in their order: all of them, or none when one is refused. Raises what `ledger.decide` raises."""
    fund_ids = {one.fund_id for one in movements}
    lock_funds(db, fund_ids)
    ends = chain_heads(db, fund_ids)
    accounts = {
        one.id: one
        for one in _accounts(
            db.execute(_ACCOUNTS, {"ids": {leg.account_id for one in movements for leg in one.legs}})
        )
    }
    postings = []
    for movement in movements:
        entries = post(movement, accounts)
        accounts |= apply(accounts, entries)
        posting = chain_posting(movement, entries, ends[movement.fund_id])
        ends[movement.fund_id] = posting.head
        postings.append(posting)
    save_postings(db, postings, accounts)


def save_postings(db: Connection, postings: Sequence[Posting], accounts: Mapping[str, Account]) -> None:
    """Store movements that were decided; `accounts` are as they stand after them."""
    if not postings:
        return
    entries = [(one.movement.id, entry) for one in postings for entry in one.entries]
    bulk_insert(db, t.entry, [msgspec.structs.asdict(entry) | {"movement_id": of} for of, entry in entries])
    moved = [accounts[one] for one in sorted({entry.account_id for _, entry in entries})]
    bulk_update(
        db,
        t.account,
        [{"id": one.id, "balance_ore": one.balance_ore, "version": one.version} for one in moved],
    )
    bulk_insert(db, t.movement, [_movement_row(one) for one in postings])


def _movement_row(posting: Posting) -> dict[str, Any]:
    values = msgspec.structs.asdict(posting.movement)
    del values["legs"]
    return values | {
        "why_hash": posting.why_hash,
        "number": posting.line.sequence,
        "previous": posting.line.previous,
        "hash": posting.line.hash,
    }


def movements(db: Connection, movement_ids: Collection[str]) -> dict[str, Movement]:
    """Movements with their legs, as they were posted."""
    legs: dict[str, list[Leg]] = {}
    for one in db.execute(_ENTRIES, {"ids": movement_ids}):
        leg = Leg(one.account_id, Direction(one.direction), one.amount_ore)
        legs.setdefault(one.movement_id, []).append(leg)
    return {
        row.id: _movement(row, tuple(legs[row.id])) for row in db.execute(_MOVEMENTS, {"ids": movement_ids})
    }


def _movement(row: Row[Any], legs: tuple[Leg, ...]) -> Movement:
    values = {name: row._mapping[name] for name in Movement.__struct_fields__ if name != "legs"}
    return Movement(legs=legs, **values | {"kind": MovementKind(row.kind)})


def reversals(db: Connection, movement_ids: Collection[str]) -> dict[str, str]:
    """Those of the movements that were undone → the movement that undid them."""
    return {row.reverses: row.id for row in db.execute(_REVERSALS, {"ids": movement_ids})}


def accounts_of_grants(db: Connection, grant_ids: Collection[str]) -> tuple[Account, ...]:
    """All accounts of these grants."""
    return _accounts(db.execute(_ACCOUNTS_OF_GRANTS, {"ids": grant_ids}))


def accounts_of_funds(db: Connection, fund_ids: Collection[str]) -> tuple[Account, ...]:
    """The funds' own accounts."""
    return _accounts(db.execute(_ACCOUNTS_OF_FUNDS, {"ids": fund_ids}))


def _accounts(rows: Iterable[Row[Any]]) -> tuple[Account, ...]:
    return tuple(
        Account(
            row.id,
            AccountKind(row.kind),
            row.fund_id,
            row.grant_id,
            row.goal_id,
            row.theme,
            row.request_id,
            row.balance_ore,
            row.version,
        )
        for row in rows
    )
