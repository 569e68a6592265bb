"""The ledger in the database: opens accounts and posts movements. Movements and entries are append-only.

The caller must hold the locks of the funds whose accounts change; they are taken in order of id, which rules
out deadlocks. Entries are written first, then balances, and movements last, because inserting them fires the
checks.
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
    # The same order as for commands, so that the two can't deadlock.
    .order_by(t.fund.c.id)
    .with_for_update(key_share=True)
)
# One fund at a time, so that the index on numbers finds the last one whatever the planner's statistics say.
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
    """Lock funds until the transaction ends, so that no other moves their money;

    SQLite has one writer anyway.
    """
    db.execute(_LOCK_FUNDS, {"ids": fund_ids})


def chain_heads(db: Connection, fund_ids: Collection[str]) -> dict[str, Head]:
    """The heads of the funds' hash chains, by fund."""
    heads = {}
    for fund_id in fund_ids:
        row = db.execute(_HEAD, {"fund": fund_id}).one_or_none()
        heads[fund_id] = EMPTY_HEAD if row is None else Head(row.number, row.hash)
    return heads


def open_accounts(db: Connection, accounts: Sequence[Account]) -> None:
    """Store new accounts with a balance of zero."""
    bulk_insert(
        db,
        t.account,
        [
            msgspec.structs.asdict(account)
            # Only entries may change a balance, and they are written later.
            | {"balance_ore": 0, "version": 0, "may_go_negative": account.may_go_negative}
            for account in accounts
        ],
    )


def bulk_post(db: Connection, movements: Sequence[Movement]) -> None:
    """Post movements in their order: all, or none when one is refused.

    Raises what `double_entry.post` raises.
    """
    fund_ids = {movement.fund_id for movement in movements}
    lock_funds(db, fund_ids)
    # After the lock, so that no other movement becomes the next link meanwhile.
    heads = chain_heads(db, fund_ids)
    account_ids = {leg.account_id for movement in movements for leg in movement.legs}
    accounts = {account.id: account for account in _accounts(db.execute(_ACCOUNTS, {"ids": account_ids}))}
    postings = []
    for movement in movements:
        entries = post(movement, accounts)
        accounts |= apply(accounts, entries)
        posting = chain_posting(movement, entries, heads[movement.fund_id])
        heads[movement.fund_id] = posting.head
        postings.append(posting)
    save_postings(db, postings, accounts)


def save_postings(db: Connection, postings: Sequence[Posting], accounts: Mapping[str, Account]) -> None:
    """Store postings; `accounts` holds the accounts as they are after them."""
    if not postings:
        return
    entries = [(posting.movement.id, entry) for posting in postings for entry in posting.entries]
    bulk_insert(
        db,
        t.entry,
        [msgspec.structs.asdict(entry) | {"movement_id": movement_id} for movement_id, entry in entries],
    )
    changed = [accounts[account_id] for account_id in sorted({entry.account_id for _, entry in entries})]
    bulk_update(
        db,
        t.account,
        [
            {"id": account.id, "balance_ore": account.balance_ore, "version": account.version}
            for account in changed
        ],
    )
    # Last, since this is where the database checks the sum, the accounts and the chain.
    bulk_insert(db, t.movement, [_movement_row(posting) for posting in postings])


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
    """Posted movements with their legs, by id."""
    legs: dict[str, list[Leg]] = {}
    for entry in db.execute(_ENTRIES, {"ids": movement_ids}):
        leg = Leg(entry.account_id, Direction(entry.direction), entry.amount_ore)
        legs.setdefault(entry.movement_id, []).append(leg)
    return {
        row.id: _movement(row, tuple(legs[row.id])) for row in db.execute(_MOVEMENTS, {"ids": movement_ids})
    }


def _movement(row: Row[Any], legs: tuple[Leg, ...]) -> Movement:
    values = {name: row._mapping[name] for name in Movement.__struct_fields__ if name != "legs"}
    return Movement(legs=legs, **values | {"kind": MovementKind(row.kind)})


def reversals(db: Connection, movement_ids: Collection[str]) -> dict[str, str]:
    """The reversals of these movements: reversed movement → its reversal."""
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
