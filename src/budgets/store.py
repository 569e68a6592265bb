"""The ledger in the database: accounts are opened, movements are posted. Nothing here is ever changed or taken away.

Every posting goes through `post_many`: lock the accounts in sorted order, let the pure rules decide, write the entries,
then the accounts, and the movements last, whose arrival makes the database check them.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from budgets import tables as t
from budgets.errors import AlreadyReversed, KeyUsedBefore
from budgets.ledger import (
    Account,
    AccountKind,
    Direction,
    Entry,
    Leg,
    Movement,
    MovementKind,
    changed,
    decide,
    fingerprint,
)

CHUNK = 500  # values in one IN list

_FOLLOW = (
    update(t.account)
    .where(t.account.c.id == bindparam("account"))
    .values(balance_ore=bindparam("balance"), version=bindparam("newest"))
)


class Posted(msgspec.Struct, frozen=True):
    """A movement that stands in the ledger: from this posting (`fresh`) or from an earlier one with the same key."""

    movement_id: str
    fresh: bool


def open_accounts(db: Connection, accounts: Sequence[Account]) -> None:
    """Store new accounts, empty."""
    if accounts:
        db.execute(
            insert(t.account),
            [msgspec.structs.asdict(one) | {"may_go_negative": one.may_go_negative} for one in accounts],
        )


def post(db: Connection, movement: Movement) -> Posted:
    """Write one movement. Raises as `post_many`."""
    return post_many(db, [movement])[0]


def post_many(db: Connection, movements: Sequence[Movement]) -> list[Posted]:
    """Write movements in their order: all of them, or none when one is refused.

    A key that was posted before with the same content gives back the first movement and writes nothing. Raises
    KeyUsedBefore when the content differs, AlreadyReversed, and what `ledger.decide` raises.
    """
    accounts = _lock(db, {leg.account_id for one in movements for leg in one.legs})
    known = _keys(db, [one.key for one in movements])
    undone = _undone(db, [one.reverses for one in movements if one.reverses is not None])
    posted: list[Posted] = []
    fresh: list[tuple[Movement, tuple[Entry, ...]]] = []
    moved: set[str] = set()
    for movement in movements:
        digest = fingerprint(movement)
        if movement.key in known:
            first_id, first_digest = known[movement.key]
            if first_digest != digest:
                raise KeyUsedBefore
            posted.append(Posted(first_id, fresh=False))
            continue
        if movement.reverses in undone:
            raise AlreadyReversed
        entries = decide(movement, accounts)
        new = changed(accounts, entries)
        accounts.update(new)
        moved.update(new)
        known[movement.key] = (movement.id, digest)
        undone |= {movement.reverses} - {None}
        fresh.append((movement, entries))
        posted.append(Posted(movement.id, fresh=True))
    if fresh:
        _write(db, fresh, [accounts[account_id] for account_id in sorted(moved)])
    return posted


def _write(
    db: Connection, fresh: Sequence[tuple[Movement, tuple[Entry, ...]]], moved: Sequence[Account]
) -> None:
    entries = [
        msgspec.structs.asdict(entry) | {"movement_id": movement.id}
        for movement, of_movement in fresh
        for entry in of_movement
    ]
    db.execute(insert(t.entry), entries)
    db.execute(
        _FOLLOW, [{"account": one.id, "balance": one.balance_ore, "newest": one.version} for one in moved]
    )
    try:
        db.execute(insert(t.movement), [_values(movement) for movement, _ in fresh])
    except IntegrityError as problem:
        # The same key came at the same time with other accounts, so that no lock kept the two apart. The trigger or the
        # unique key refuses it, whichever sees the other first; a reversal's accounts are locked, so it can't be that.
        said = str(problem.orig)
        if "uq_budgets_movement_key" in said or "come once" in said:
            raise KeyUsedBefore from problem
        raise


def _values(movement: Movement) -> dict[str, Any]:
    values = msgspec.structs.asdict(movement) | {"digest": fingerprint(movement)}
    del values["legs"]
    return values


def _chunks(values: Iterable[str]) -> Iterable[list[str]]:
    ordered = sorted(set(values))
    return (ordered[start : start + CHUNK] for start in range(0, len(ordered), CHUNK))


def _lock(db: Connection, account_ids: Iterable[str]) -> dict[str, Account]:
    found: dict[str, Account] = {}
    for chunk in _chunks(account_ids):
        rows = db.execute(_LOCK, {"ids": chunk})
        found |= {row.id: _account(row) for row in rows}
    return found


_LOCK = (
    select(t.account)
    .where(t.account.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(t.account.c.id)
    .with_for_update(key_share=True)
)
_KEYS = select(t.movement.c.key, t.movement.c.id, t.movement.c.digest).where(
    t.movement.c.key.in_(bindparam("keys", expanding=True))
)


def _keys(db: Connection, keys: Iterable[str]) -> dict[str, tuple[str, str]]:
    return {
        row.key: (row.id, row.digest) for chunk in _chunks(keys) for row in db.execute(_KEYS, {"keys": chunk})
    }


def _undone(db: Connection, movement_ids: Iterable[str]) -> set[str | None]:
    undone: set[str | None] = set()
    for chunk in _chunks(movement_ids):
        found = select(t.movement.c.reverses).where(t.movement.c.reverses.in_(chunk))
        undone.update(db.execute(found).scalars())
    return undone


def posted_before(db: Connection, key: str, digest: str) -> str | None:
    """The id of the movement that the same command made, or None. Raises KeyUsedBefore for another command's key."""
    first = _keys(db, [key]).get(key)
    if first is not None and first[1] != digest:
        raise KeyUsedBefore
    return None if first is None else first[0]


def movement(db: Connection, movement_id: str) -> Movement | None:
    """A movement with its legs, as it was posted."""
    row = db.execute(select(t.movement).where(t.movement.c.id == movement_id)).one_or_none()
    if row is None:
        return None
    entries = db.execute(select(t.entry).where(t.entry.c.movement_id == movement_id))
    legs = tuple(Leg(one.account_id, Direction(one.direction), one.amount_ore) for one in entries)
    values = {name: row._mapping[name] for name in Movement.__struct_fields__ if name != "legs"}
    return Movement(legs=legs, **values | {"kind": MovementKind(row.kind)})


def accounts_of_grant(db: Connection, grant_id: str) -> tuple[Account, ...]:
    """All accounts of a grant."""
    return _accounts(db, select(t.account).where(t.account.c.grant_id == grant_id))


def accounts_of_fund(db: Connection, fund_id: str) -> dict[AccountKind, Account]:
    """A fund's own accounts, by kind."""
    chosen = select(t.account).where(t.account.c.fund_id == fund_id, t.account.c.grant_id.is_(None))
    return {one.kind: one for one in _accounts(db, chosen)}


def _accounts(db: Connection, chosen: Select[Any]) -> tuple[Account, ...]:
    return tuple(_account(row) for row in db.execute(chosen.order_by(t.account.c.id)))


def _account(row: Row[Any]) -> Account:
    return Account(
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
