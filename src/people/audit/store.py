"""Queries on the access log and the change log: appending entries to the hash chains, and reading them."""

from collections.abc import Generator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, bindparam, select

from foundation.crypto.hash_chain import ChainLink, Head, append, canonical
from foundation.db.bulk import bulk_insert
from foundation.db.psycopg_fast_path import fetch_all
from foundation.db.transactions import before_commit
from people.audit.model import AccessEntry, ChangeEntry
from people.tables import rights as rights_tables

LOGS: Mapping[str, Table] = {"access": rights_tables.access, "change": rights_tables.change}
ROWS_PER_FETCH = 5_000
RESTORE_SUBJECT = "backup"  # the subject of change-log entries about a restored backup

_h = rights_tables.log_head.c
# Locked until the commit: two writers must not append to the same head. SQLite ignores the lock;
# its writers queue anyway.
_HEAD = select(_h.sequence, _h.hash).where(_h.log == bindparam("log")).with_for_update()
_CHAIN_COLUMNS = frozenset({"sequence", "previous", "hash"})


def add(db: Connection, entries: Sequence[AccessEntry | ChangeEntry]) -> None:
    """Append entries to the two logs at the end of the transaction."""
    if entries:
        # Last in the transaction: the head is locked for the commit only, and nothing is locked after it,
        # so writers can't deadlock (docs/adr/0006).
        before_commit(db, _append_chained, entries)


def _append_chained(db: Connection, entries: list[AccessEntry | ChangeEntry]) -> None:
    access = [_access_values(entry) for entry in entries if isinstance(entry, AccessEntry)]
    change = [msgspec.structs.asdict(entry) for entry in entries if isinstance(entry, ChangeEntry)]
    # Always in this order, because each takes the lock on its log's head.
    for table, rows in ((rights_tables.access, access), (rights_tables.change, change)):
        if rows:
            links = append(_head(db, table), (canonical_entry(table, row) for row in rows))
            bulk_insert(
                db,
                table,
                [
                    row | {"sequence": link.sequence, "previous": link.previous, "hash": link.hash}
                    for row, link in zip(rows, links, strict=True)
                ],
            )


def _access_values(entry: AccessEntry) -> dict[str, object]:
    values = msgspec.structs.asdict(entry)
    return values | {"kinds": ",".join(entry.kinds), "purposes": ",".join(entry.purposes)}


def _head(db: Connection, table: Table) -> Head:
    ((sequence, last),) = fetch_all(db, _HEAD, {"log": table.name})
    return Head(sequence, last)


def canonical_entry(table: Table, values: Mapping[Any, Any]) -> bytes:
    """The canonical form of an entry for its hash: each non-NULL column, by name and value, in the table's
    order.

    NULL is left out, so that a column which is added later leaves the hashes of older entries as they are.
    """
    parts: list[object] = []
    for name in _hashed_columns(table):
        value = values[name]
        if value is not None:
            parts += [name, value]
    return canonical(parts)


@cache
def _hashed_columns(table: Table) -> tuple[str, ...]:
    return tuple(str(name) for name in table.columns.keys() if name not in _CHAIN_COLUMNS)  # noqa: SIM118


def chain_links(db: Connection, table: Table) -> Generator[ChainLink, None, None]:
    """Every entry of a log in order, for `foundation.crypto.hash_chain.verify`. The caller closes the
    generator.
    """
    in_order = select(table).order_by(table.c.sequence)
    with db.execute(in_order, execution_options={"yield_per": ROWS_PER_FETCH}) as rows:
        for row in rows.mappings():
            yield ChainLink(row["sequence"], row["previous"], row["hash"], canonical_entry(table, row))


def restores(db: Connection) -> tuple[datetime, ...]:
    """When backups were restored, newest first."""
    rows = db.execute(
        select(rights_tables.change.c.at)
        .where(rights_tables.change.c.subject_id == RESTORE_SUBJECT)
        .order_by(rights_tables.change.c.sequence.desc())
    )
    return tuple(rows.scalars())
