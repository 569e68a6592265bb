"""Transactions on SQLite and PostgreSQL.

They are opened inside a request handler, so that an error at the commit is reported in the response.
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


# By URL, because two engines for the same file have to queue on the same lock.
_locks_by_url: dict[str, threading.Lock] = {}


def _sqlite_write_lock(engine: Engine) -> Any:
    """A lock that queues the writers of this process: waiting on it is fair, SQLite's busy handler is not."""
    if engine.dialect.name != "sqlite":
        return nullcontext()
    return _locks_by_url.setdefault(str(engine.url), threading.Lock())


@contextmanager
def read_transaction(engine: Engine) -> Iterator[Connection]:
    """A connection for reading; anything written on it is rolled back."""
    with engine.connect() as connection:
        try:
            yield connection
        finally:
            _rollback(connection)


def _rollback(connection: Connection) -> None:
    """Roll back by hand on PostgreSQL: psycopg's own rollback drops the connection's prepared statements."""
    if connection.dialect.name == "postgresql" and connection.in_transaction():
        driver: Any = connection.connection.dbapi_connection
        driver.pgconn.exec_(b"ROLLBACK")


@contextmanager
def repeatable_read(engine: Engine) -> Iterator[Connection]:
    """A connection for reading on which every query sees the database as of the first one."""
    with read_transaction(engine) as connection:
        if engine.dialect.name == "postgresql":  # an SQLite transaction always is
            connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


@contextmanager
def write_transaction(engine: Engine) -> Iterator[Connection]:
    """A connection whose changes are committed on leaving, or rolled back when an exception is raised."""
    last: dict[Callable[[Connection, list[Any]], None], list[Any]] = {}
    with (
        # Before BEGIN IMMEDIATE, so that writers wait here in turn and not in SQLite's busy handler.
        _sqlite_write_lock(engine),
        engine.connect().execution_options(writes=True, last=last) as connection,
        connection.begin() as transaction,
    ):
        yield connection
        # Last of all: the heads of the logs are locked here. Nothing is locked after them, so that writers
        # can't deadlock (ADR 0006).
        with pipeline(connection):
            for store, rows in last.items():
                store(connection, rows)
            # Commit in the same round trip. Not on SQLite, where a failed commit leaves the transaction open and
            # `begin` above has to roll it back.
            if connection.dialect.name == "postgresql":
                transaction.commit()


def before_commit(db: Connection, store: Callable[[Connection, list[T]], None], rows: Iterable[T]) -> None:
    """Store rows right before the commit of a `write_transaction`, together with all others for the same
    `store`.

    For what every transaction appends to, such as a hash-chained log: it keeps the lock on its head short.
    """
    db.get_execution_options()["last"].setdefault(store, []).extend(rows)
