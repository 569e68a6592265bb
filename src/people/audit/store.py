"""Queries on the access log and the log of changes: lines are added, each chained to the one before, and read."""

from collections.abc import Generator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Table, bindparam, func, select
from sqlalchemy.sql.elements import ColumnElement

from foundation.crypto.hash_chain import Head, Line, canonical, extend
from foundation.db.bulk import append
from foundation.db.psycopg_fast_path import ask
from foundation.db.transactions import store_last
from people.access.model import AccessLine, ChangeLine, DataKind, Purpose, Role, SeenBy
from people.access_history.anomalies import Read
from people.tables import rights as rights_tables
from people.tables import sign_in as t

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


def access_lines(
    db: Connection,
    citizen_id: str,
    *,
    own: bool = True,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int,
    offset: int,
) -> tuple[tuple[SeenBy, ...], int]:
    """Who has looked at that citizen's data, newest first: one page and the count of all.

    `own`: also what the citizen looked at; `since`, `until`: from then on, and before then.
    """
    mine: ColumnElement[bool] = rights_tables.access.c.citizen_id == citizen_id
    if not own:
        mine &= rights_tables.access.c.actor_id != citizen_id
    if since is not None:
        mine &= rights_tables.access.c.at >= since
    if until is not None:
        mine &= rights_tables.access.c.at < until
    count = db.execute(select(func.count()).where(mine)).scalar_one()
    rows = db.execute(
        select(rights_tables.access, t.person.c.given_name, t.person.c.surname, t.area.c.name.label("unit"))
        .join(t.person, t.person.c.id == rights_tables.access.c.actor_id)
        .outerjoin(t.area, t.area.c.id == rights_tables.access.c.actor_unit)
        .where(mine)
        .order_by(rights_tables.access.c.sequence.desc())
        .limit(limit)
        .offset(offset)
    )
    return tuple(_seen_by(row) for row in rows), count


def _seen_by(row: Row[Any]) -> SeenBy:
    purposes = tuple(Purpose(one) for one in row.purposes.split(","))
    kinds = tuple(DataKind(one) for one in row.kinds.split(","))
    return SeenBy(
        row.at, row.actor_id, _name_told(row, purposes), row.actor_role, row.unit or "", kinds, purposes
    )


def _name_told(row: Row[Any], purposes: Sequence[Purpose]) -> str:
    """Staff by their full name, a guide by the given name, and a guide who was asked by none: a no has no name."""
    if Purpose.OFFER in purposes:
        return ""
    if row.actor_role == Role.GUIDE:
        return str(row.given_name)
    return f"{row.given_name} {row.surname}".strip()


def restores(db: Connection) -> tuple[datetime, ...]:
    """When a restored backup was noted, newest first."""
    rows = db.execute(
        select(rights_tables.change.c.at)
        .where(rights_tables.change.c.subject_id == RESTORES)
        .order_by(rights_tables.change.c.sequence.desc())
    )
    return tuple(rows.scalars())


def reads_since(db: Connection, since: datetime) -> tuple[Read, ...]:
    """What staff have read since then, newest first. Reads from the end of the log and stops there."""
    citizen = t.person.alias("citizen")
    newest_first = (
        select(rights_tables.access, t.person.c.surname, citizen.c.surname.label("citizen_surname"))
        .join(t.person, t.person.c.id == rights_tables.access.c.actor_id)
        .join(citizen, citizen.c.id == rights_tables.access.c.citizen_id)
        .where(rights_tables.access.c.actor_role.not_in([Role.CITIZEN, Role.GUIDE]))
        .order_by(rights_tables.access.c.sequence.desc())
    )
    found = []
    with db.execute(newest_first, execution_options={"yield_per": READ_AT_ONCE}) as rows:
        for row in rows:
            if row.at < since:
                break
            purposes = tuple(Purpose(one) for one in row.purposes.split(","))
            found.append(
                Read(row.at, row.actor_id, row.citizen_id, purposes, row.surname, row.citizen_surname)
            )
    return tuple(found)
