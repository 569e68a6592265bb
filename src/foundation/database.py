"""The door to the database: two context managers, SQLite and PostgreSQL alike.

`reading` and `writing` are the only ways in. They are opened inside a handler, so that a commit that fails reaches
the person who pressed the button. What only one of the two databases understands stands here or in `triggers.py`.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import psycopg
from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Engine,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
    bindparam,
    create_engine,
    event,
    insert,
    make_url,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

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


def append(db: Connection, table: Table, rows: Sequence[Mapping[str, Any] | msgspec.Struct]) -> None:
    """Insert rows that all have the same columns, in one statement on PostgreSQL, so that triggers run once.

    The rows travel as one JSON text, which is made faster than a parameter for each value; unlike COPY it also passes a wall
    between citizens.
    """
    if not rows:
        return
    names = _names(rows[0])
    if db.dialect.name == "postgresql":
        db.exec_driver_sql(_insert_from_json(table, names), (msgspec.json.encode(rows).decode(),))
    else:
        db.execute(insert(table), [{name: _value(row, name) for name in names} for row in rows])


def change_all(db: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Change rows that are there, each found by its `id`: in one statement on PostgreSQL. All rows name the same columns."""
    if not rows:
        return
    names = tuple(name for name in rows[0] if name != "id")
    if db.dialect.name == "postgresql":
        db.exec_driver_sql(_update_from_json(table, names), (msgspec.json.encode(rows).decode(),))
        return
    changing = update(table).where(table.c.id == bindparam("which"))
    db.execute(
        changing.values({name: bindparam(f"new_{name}") for name in names}),
        [{"which": row["id"]} | {f"new_{name}": row[name] for name in names} for row in rows],
    )


def _names(row: Mapping[str, Any] | msgspec.Struct) -> tuple[str, ...]:
    return row.__struct_fields__ if isinstance(row, msgspec.Struct) else tuple(row)


def _value(row: Mapping[str, Any] | msgspec.Struct, name: str) -> Any:
    return getattr(row, name) if isinstance(row, msgspec.Struct) else row[name]


@cache
def _insert_from_json(table: Table, names: tuple[str, ...]) -> str:
    columns = ", ".join(f'"{name}"' for name in names)
    binary = {name for name in names if isinstance(table.c[name].type, LargeBinary)}  # base 64 in JSON
    values = ", ".join(f"decode(\"{name}\", 'base64')" if name in binary else f'"{name}"' for name in names)
    return f"INSERT INTO {table.name} ({columns}) SELECT {values} FROM {_json_rows(table, names)}"  # noqa: S608


@cache
def _update_from_json(table: Table, names: tuple[str, ...]) -> str:
    changes = ", ".join(f'"{name}" = given."{name}"' for name in names)
    rows = _json_rows(table, ("id", *names))
    return f"UPDATE {table.name} SET {changes} FROM {rows} WHERE {table.name}.id = given.id"  # noqa: S608


def _json_rows(table: Table, names: tuple[str, ...]) -> str:
    dialect: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    kinds = {name: table.c[name].type for name in names}
    columns = (
        f'"{name}" {"text" if isinstance(kind, LargeBinary) else kind.compile(dialect)}'
        for name, kind in kinds.items()
    )
    return f"json_to_recordset(%s::json) AS given ({', '.join(columns)})"


@contextmanager
def sent_together(db: Connection) -> Iterator[None]:
    """Statements that nobody waits for an answer of, sent to PostgreSQL one behind the other; a refusal comes at the end."""
    if db.dialect.name != "postgresql":
        yield
        return
    connection: Any = db.connection.driver_connection
    try:
        with connection.pipeline():
            yield
    except psycopg.Error as problem:  # as SQLAlchemy raises it in its own statements
        raise DBAPIError.instance(
            None, None, problem, psycopg.Error, hide_parameters=True, dialect=db.dialect
        ) from problem


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
        connection.begin(),
    ):
        yield connection
        for store, rows in last.items():
            store(connection, rows)


def store_last(db: Connection, store: Callable[[Connection, list[T]], None], rows: Iterable[T]) -> None:
    """Have rows stored right before the commit of a `writing`, together with all that were given for the same `store`.

    For what every transaction adds to, like a log with one order: others then wait for as short as can be.
    """
    db.get_execution_options()["last"].setdefault(store, []).extend(rows)


def insert_missing(db: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> int:
    """Store the rows whose key isn't there yet and give how many those were; the others stay as they are, whoever was faster."""
    make = sqlite.insert if db.dialect.name == "sqlite" else postgresql.insert
    stored = make(table).on_conflict_do_nothing().returning(*table.primary_key)
    return len(db.execute(stored, rows).all())
