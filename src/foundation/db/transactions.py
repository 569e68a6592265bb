"""The door to the database: two context managers, SQLite and PostgreSQL alike.

`reading` and `writing` are the only ways in. They are opened inside a handler, so that a commit that fails reaches
the person who pressed the button. What only one of the two databases understands stands
here and in `straight`, `many`, `json_rows`, `triggers` and `walls`.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, TypeVar

from sqlalchemy import (
    Connection,
    Engine,
)

from foundation.db.psycopg_fast_path import pipeline

T = TypeVar("T")


_locks_by_url: dict[str, threading.Lock] = {}


def _sqlite_write_lock(engine: Engine) -> Any:
    """One writer at a time within the process: waiting on a lock is fair, waiting on SQLite's busy handler is not."""
    if engine.dialect.name != "sqlite":
        return nullcontext()
    return _locks_by_url.setdefault(str(engine.url), threading.Lock())


@contextmanager
def read_transaction(engine: Engine) -> Iterator[Connection]:
    """A connection for reading; whatever was written on it is rolled back."""
    with engine.connect() as connection:
        try:
            yield connection
        finally:
            _rollback(connection)


def _rollback(connection: Connection) -> None:
    """Roll back by hand on PostgreSQL: the driver's own way forgets every statement that this connection has prepared."""
    if connection.dialect.name == "postgresql" and connection.in_transaction():
        driver: Any = connection.connection.dbapi_connection
        driver.pgconn.exec_(b"ROLLBACK")


@contextmanager
def repeatable_read(engine: Engine) -> Iterator[Connection]:
    """A connection for reading on which every query sees the database as it was at the first one."""
    with read_transaction(engine) as connection:
        if engine.dialect.name == "postgresql":  # an SQLite transaction is like that anyway
            connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


@contextmanager
def write_transaction(engine: Engine) -> Iterator[Connection]:
    """A connection whose changes are committed at the end, or all undone when an exception passes."""
    last: dict[Callable[[Connection, list[Any]], None], list[Any]] = {}
    with (
        _sqlite_write_lock(engine),
        engine.connect().execution_options(writes=True, last=last) as connection,
        connection.begin() as transaction,
    ):
        yield connection
        with pipeline(connection):
            for store, rows in last.items():
                store(connection, rows)
            # In the same journey. SQLite makes none, and leaves a transaction open whose commit failed: there whoever
            # opened it ends it.
            if connection.dialect.name == "postgresql":
                transaction.commit()


def before_commit(db: Connection, store: Callable[[Connection, list[T]], None], rows: Iterable[T]) -> None:
    """Have rows stored right before the commit of a `writing`, together with all that were given for the same `store`.

    For what every transaction adds to, like a log with one order: others then wait for as short as can be.
    """
    db.get_execution_options()["last"].setdefault(store, []).extend(rows)
