"""Queries on the access log and the log of changes: lines are added, each chained to the one before, and read."""

from collections.abc import Generator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, bindparam, select

from foundation.crypto.hash_chain import Head, Line, canonical, extend
from foundation.db.bulk import append
from foundation.db.psycopg_fast_path import ask
from foundation.db.transactions import store_last
from people.audit.model import AccessLine, ChangeLine
from people.tables import rights as rights_tables

LOGS: Mapping[str, Table] = {"access": rights_tables.access, "change": rights_tables.change}
READ_AT_ONCE = 5_000
RESTORES = "backup"  # what the log of changes calls the subject when a backup was restored

_h = rights_tables.log_head.c
_HEAD = select(_h.sequence, _h.hash).where(_h.log == bindparam("log")).with_for_update()
_CHAINED_BY = frozenset({"sequence", "previous", "hash"})


def add(db: Connection, lines: Sequence[AccessLine | ChangeLine]) -> None:
    """Append lines to the two logs at the end of the transaction."""
    if lines:
        store_last(db, _append, lines)


def _append(db: Connection, lines: list[AccessLine | ChangeLine]) -> None:
    access = [_access_values(line) for line in lines if isinstance(line, AccessLine)]
    change = [msgspec.structs.asdict(line) for line in lines if isinstance(line, ChangeLine)]
    for table, rows in (
        (rights_tables.access, access),
        (rights_tables.change, change),
    ):  # always in this order: each holds a lock
        if rows:
            chained = extend(_head(db, table), (said(table, row) for row in rows))
            append(
                db,
                table,
                [
                    row | {"sequence": line.sequence, "previous": line.previous, "hash": line.hash}
                    for row, line in zip(rows, chained, strict=True)
                ],
            )


def _access_values(line: AccessLine) -> dict[str, object]:
    values = msgspec.structs.asdict(line)
    return values | {"kinds": ",".join(line.kinds), "purposes": ",".join(line.purposes)}


def _head(db: Connection, table: Table) -> Head:
    ((sequence, last),) = ask(db, _HEAD, {"log": table.name})
    return Head(sequence, last)


def said(table: Table, values: Mapping[Any, Any]) -> bytes:
    """What a line says, for its hash: each column that holds something, by name and value, in the table's order.

    What is NULL is left out, so that a column which is added later leaves the hashes of older lines as they are.
    """
    parts: list[object] = []
    for name in _columns_said(table):
        value = values[name]
        if value is not None:
            parts += [name, value]
    return canonical(parts)


@cache
def _columns_said(table: Table) -> tuple[str, ...]:
    return tuple(str(name) for name in table.columns.keys() if name not in _CHAINED_BY)  # noqa: SIM118


def chain(db: Connection, table: Table) -> Generator[Line, None, None]:
    """Every line of a log in the order of its numbers, as `foundation.crypto.hash_chain.verify` takes them. To be closed."""
    in_order = select(table).order_by(table.c.sequence)
    with db.execute(in_order, execution_options={"yield_per": READ_AT_ONCE}) as rows:
        for row in rows.mappings():
            yield Line(row["sequence"], row["previous"], row["hash"], said(table, row))


def restores(db: Connection) -> tuple[datetime, ...]:
    """When a restored backup was noted, newest first."""
    rows = db.execute(
        select(rights_tables.change.c.at)
        .where(rights_tables.change.c.subject_id == RESTORES)
        .order_by(rights_tables.change.c.sequence.desc())
    )
    return tuple(rows.scalars())
