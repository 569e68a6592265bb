"""The door to the database: two context managers, SQLite and PostgreSQL alike.

`reading` and `writing` are the only ways in. They are opened inside a handler, so that a commit that fails reaches
the person who pressed the button. What only one of the two databases understands stands
here and in `straight`, `many`, `json_rows`, `triggers` and `walls`.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    String,
    TypeDecorator,
    bindparam,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from foundation.db.psycopg_fast_path import sent_together

SYSTEM = "system"  # who acts where no person does; no id of a person looks like it
POOL_SIZE = 42  # the web server's 40 worker threads, the log writer and one to spare

# What failed is logged with its statement; the parameters are somebody's data.
_OPTIONS: dict[str, Any] = {"pool_size": POOL_SIZE, "max_overflow": 0, "hide_parameters": True}

T = TypeVar("T")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """A point in time: UTC in both databases, always with its zone in Python."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """UTC for storage; a time without a zone is a mistake in the code that made it."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """The stored time with its zone, which SQLite drops."""
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value


def connect(url: str) -> Engine:
    """An engine for `sqlite:///path` or `postgresql+psycopg://…`; makes the folder of an SQLite file."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed, **_OPTIONS)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if parsed.get_backend_name() == "postgresql":
        engine = create_engine(parsed.set(drivername="postgresql+psycopg"), **_OPTIONS)
        event.listen(engine, "connect", _prepare_postgresql)
        return engine
    raise ValueError(
        f"{parsed.get_backend_name()} is not a database that this software knows: use sqlite or postgresql"
    )


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _prepare_postgresql(connection: Any, _record: object) -> None:
    """Who acts where a transaction says nothing; what a transaction says (`act_as`) ends with it."""
    connection.execute(f"SET livsmester.actor TO '{SYSTEM}'")
    connection.commit()


_ACT_AS = text("SELECT livsmester_act_as(:actor, :now)").bindparams(bindparam("now", type_=Moment()))


def act_as(db: Connection, person_id: str, now: datetime) -> None:
    """From here on the transaction sees what that person may see, as far as PostgreSQL holds a wall before it (`walls`).

    A transaction begins as the system: jobs, the command line and the writer of the logs stay so.
    """
    if db.dialect.name == "postgresql":
        db.execute(_ACT_AS, {"actor": person_id, "now": now})


@contextmanager
def as_system(db: Connection) -> Iterator[None]:
    """For a question about everybody, such as whether a name is taken; whatever is raised in it, the wall stands again."""
    if db.dialect.name != "postgresql":
        yield
        return
    change = text(
        "SELECT current_setting('livsmester.actor', true), set_config('livsmester.actor', :actor, true)"
    )
    before = db.execute(change, {"actor": SYSTEM}).scalar_one()
    ended = False
    try:
        yield
    except DBAPIError:
        ended = True  # the transaction takes nothing any more
        raise
    finally:
        if not ended:
            db.execute(change, {"actor": before})


_sqlite_writers: dict[str, threading.Lock] = {}


def _write_turn(engine: Engine) -> Any:
    """One writer at a time within the process: waiting on a lock is fair, waiting on SQLite's busy handler is not."""
    if engine.dialect.name != "sqlite":
        return nullcontext()
    return _sqlite_writers.setdefault(str(engine.url), threading.Lock())


class _Ids(TypeDecorator[Any]):
    """Many ids as one parameter: an array for PostgreSQL, JSON for SQLite."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """The database's own type for it."""
        return dialect.type_descriptor(ARRAY(String()) if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """The ids in one order, so that locks are taken in one order too."""
        ids = sorted(value)
        return ids if dialect.name == "postgresql" else msgspec.json.encode(ids).decode()


class _Among(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True
    name = "among"

    def self_group(self, against: Any = None) -> Any:  # noqa: ARG002
        """As it stands: SQLAlchemy would write `= 1` behind it for SQLite, which then reads the whole table."""
        return self


@compiles(_Among, "postgresql")
def _any(element: Any, compiler: Any, **options: Any) -> str:
    column, ids = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} = ANY ({ids})"


@compiles(_Among, "sqlite")
def _each(element: Any, compiler: Any, **options: Any) -> str:
    column, ids = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({ids}))"  # noqa: S608 - compiled parts, not data


def among(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Whether the column is one of the ids that are handed over as the parameter `name`, however many there are.

    One text for the database, so that it is compiled and planned once; an IN list is another one for each length.
    """
    return _Among(column, bindparam(name, type_=_Ids()))


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection for reading; whatever was written on it is rolled back."""
    with engine.connect() as connection:
        try:
            yield connection
        finally:
            _undo(connection)


def _undo(connection: Connection) -> None:
    """Roll back by hand on PostgreSQL: the driver's own way forgets every statement that this connection has prepared."""
    if connection.dialect.name == "postgresql" and connection.in_transaction():
        driver: Any = connection.connection.dbapi_connection
        driver.pgconn.exec_(b"ROLLBACK")


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection for reading on which every query sees the database as it was at the first one."""
    with reading(engine) as connection:
        if engine.dialect.name == "postgresql":  # an SQLite transaction is like that anyway
            connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A connection whose changes are committed at the end, or all undone when an exception passes."""
    last: dict[Callable[[Connection, list[Any]], None], list[Any]] = {}
    with (
        _write_turn(engine),
        engine.connect().execution_options(writes=True, last=last) as connection,
        connection.begin() as transaction,
    ):
        yield connection
        with sent_together(connection):
            for store, rows in last.items():
                store(connection, rows)
            # In the same journey. SQLite makes none, and leaves a transaction open whose commit failed: there whoever
            # opened it ends it.
            if connection.dialect.name == "postgresql":
                transaction.commit()


def store_last(db: Connection, store: Callable[[Connection, list[T]], None], rows: Iterable[T]) -> None:
    """Have rows stored right before the commit of a `writing`, together with all that were given for the same `store`.

    For what every transaction adds to, like a log with one order: others then wait for as short as can be.
    """
    db.get_execution_options()["last"].setdefault(store, []).extend(rows)
