"""Engines for SQLite and PostgreSQL, with the settings that both need to be safe."""

import stat
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url

from foundation.db.actor import SYSTEM_ACTOR

POOL_SIZE = 42  # the web server's 40 worker threads, the log writer and one to spare
# A failed statement is logged; its parameters are personal data and must not be.
_OPTIONS: dict[str, Any] = {"pool_size": POOL_SIZE, "max_overflow": 0, "hide_parameters": True}


def make_engine(url: str) -> Engine:
    """An engine for `sqlite:///path` or `postgresql+psycopg://…`; creates an SQLite file.

    Raises ValueError for any other database.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            _create_private(Path(parsed.database))
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


def _create_private(path: Path) -> None:
    """Create the file for its owner alone, whatever the umask; SQLite gives `-wal` and `-shm` the same mode."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)


def is_private(engine: Engine) -> bool:
    """Whether nobody but its owner can open the database's file; also true where there is no file."""
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or not Path(path).exists():
        return True
    return not Path(path).stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # Python's driver would begin transactions by itself; `_begin_sqlite` decides when and how.
    connection.isolation_level = None
    # SQLite checks foreign keys only for connections that ask for it. FULL, because a log entry has to be
    # on disk before the page that it records is sent.
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    # A writer locks at its start: SQLite refuses, without waiting, to let a transaction write that read
    # before another one's commit.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _prepare_postgresql(connection: Any, _record: object) -> None:
    """Set the default actor of the connection; `set_actor` overrides it until the end of its transaction."""
    # The policies show no row to a connection that states no actor (ADR 0010).
    connection.execute(f"SET livsmester.actor TO '{SYSTEM_ACTOR}'")
    # PostgreSQL undoes a SET when the transaction that made it is rolled back.
    connection.commit()
