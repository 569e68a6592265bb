"""Writing many rows at once, in as few statements as the database allows.

PostgreSQL gets the rows as one JSON text, which is cheaper to build than a parameter for each value, and
triggers run once for all of them; unlike COPY it works under row-level security. SQLite has no network round
trip to save and gets row after row.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Dialect, LargeBinary, Table
from sqlalchemy.dialects import postgresql, sqlite

from foundation.db.psycopg_fast_path import execute
from foundation.db.types import UtcDateTime


def bulk_insert(db: Connection, table: Table, rows: Sequence[Mapping[str, Any] | msgspec.Struct]) -> None:
    """Insert rows that all have the same columns. Raises ValueError for a time without a zone."""
    if not rows:
        return
    names = _column_names(rows[0])
    # `UtcDateTime` checks this in SQLAlchemy's statements; those below bypass it.
    _check_zones(table, names, rows)
    if db.dialect.name == "postgresql":
        execute(db, _insert_from_json(table, names), _json_parameter(rows))
    else:
        db.exec_driver_sql(_insert_each(table, names), [_sqlite_values(row, names) for row in rows])


def bulk_update(db: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Update existing rows, each found by its `id`. All rows have the same columns.

    Raises ValueError for a time without a zone.
    """
    if not rows:
        return
    names = tuple(name for name in rows[0] if name != "id")
    _check_zones(table, names, rows)
    if db.dialect.name == "postgresql":
        execute(db, _update_from_json(table, names), _json_parameter(rows))
        return
    changes = ", ".join(f'"{name}" = ?' for name in names)
    statement = f"UPDATE {table.name} SET {changes} WHERE id = ?"  # noqa: S608 - column names
    db.exec_driver_sql(statement, [_sqlite_values(row, (*names, "id")) for row in rows])


def _json_parameter(rows: Sequence[Mapping[str, Any] | msgspec.Struct]) -> tuple[str]:
    return (msgspec.json.encode(rows).decode(),)


def _column_names(row: Mapping[str, Any] | msgspec.Struct) -> tuple[str, ...]:
    return row.__struct_fields__ if isinstance(row, msgspec.Struct) else tuple(row)


def _value(row: Mapping[str, Any] | msgspec.Struct, name: str) -> Any:
    return getattr(row, name) if isinstance(row, msgspec.Struct) else row[name]


def _check_zones(
    table: Table, names: Iterable[str], rows: Sequence[Mapping[str, Any] | msgspec.Struct]
) -> None:
    for name in names:
        if isinstance(table.c[name].type, UtcDateTime):
            for row in rows:
                at = _value(row, name)
                if at is not None and at.tzinfo is None:
                    raise ValueError("a stored time needs a zone")


def _sqlite_values(row: Mapping[str, Any] | msgspec.Struct, names: Iterable[str]) -> tuple[Any, ...]:
    """The values as SQLite stores them: dates and times are text there."""
    values = (_value(row, name) for name in names)
    return tuple(_sqlite_text(value) if isinstance(value, date) else value for value in values)


def _sqlite_text(value: date) -> str:
    if isinstance(value, datetime):
        # As SQLAlchemy stores a time in SQLite, so that rows of both origins compare and sort alike.
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    return value.isoformat()


@cache
def _insert_each(table: Table, names: tuple[str, ...]) -> str:
    columns = ", ".join(f'"{name}"' for name in names)
    return f"INSERT INTO {table.name} ({columns}) VALUES ({', '.join('?' for _ in names)})"  # noqa: S608


@cache
def _insert_from_json(table: Table, names: tuple[str, ...]) -> str:
    columns = ", ".join(f'"{name}"' for name in names)
    binary = {name for name in names if isinstance(table.c[name].type, LargeBinary)}  # base 64 in JSON
    values = ", ".join(f"decode(\"{name}\", 'base64')" if name in binary else f'"{name}"' for name in names)
    return f"INSERT INTO {table.name} ({columns}) SELECT {values} FROM {_json_recordset(table, names)}"  # noqa: S608


@cache
def _update_from_json(table: Table, names: tuple[str, ...]) -> str:
    changes = ", ".join(f'"{name}" = new_row."{name}"' for name in names)
    rows = _json_recordset(table, ("id", *names))
    return f"UPDATE {table.name} SET {changes} FROM {rows} WHERE {table.name}.id = new_row.id"  # noqa: S608


def _json_recordset(table: Table, names: tuple[str, ...]) -> str:
    dialect: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    kinds = {name: table.c[name].type for name in names}
    columns = (
        f'"{name}" {"text" if isinstance(kind, LargeBinary) else kind.compile(dialect)}'
        for name, kind in kinds.items()
    )
    return f"json_to_recordset(%s::json) AS new_row ({', '.join(columns)})"


def insert_if_absent(db: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> int:
    """Insert the rows whose primary key is not stored yet, and return how many those were.

    Existing rows are left as they are, also where a concurrent transaction inserted them first.
    """
    make = sqlite.insert if db.dialect.name == "sqlite" else postgresql.insert
    stored = make(table).on_conflict_do_nothing().returning(*table.primary_key)
    return len(db.execute(stored, rows).all())
