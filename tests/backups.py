"""Backups of a test's database: another database that stands as the first one stood then."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine

from foundation.db.engine import connect


def copy_of(engine: Engine, folder: Path, fresh_database: Callable[..., str]) -> Engine:
    """A backup as docs/operations.md makes it on SQLite, a copy that the server makes on PostgreSQL. Nobody is connected."""
    engine.dispose()
    if engine.dialect.name == "postgresql":
        return connect(fresh_database(engine.url.render_as_string(hide_password=False)))
    path = folder / "backup.sqlite"
    with closing(sqlite3.connect(str(engine.url.database))) as kept, closing(sqlite3.connect(path)) as backup:
        kept.backup(backup)
    return connect(f"sqlite:///{path}")
