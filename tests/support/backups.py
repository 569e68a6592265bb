"""Backups of a test's database: another database that stands as the first one stood then."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine

from foundation.db.engine import make_engine


def make_backup(engine: Engine, folder: Path, fresh_database: Callable[..., str]) -> Engine:
    """A backup as docs/operations.md makes it on SQLite, a copy that the server makes on PostgreSQL. Nobody is connected."""
    engine.dispose()
    if engine.dialect.name == "postgresql":
        return make_engine(fresh_database(engine.url.render_as_string(hide_password=False)))
    path = folder / "backup.sqlite"
    with closing(sqlite3.connect(str(engine.url.database))) as kept, closing(sqlite3.connect(path)) as backup:
        kept.backup(backup)
    return make_engine(f"sqlite:///{path}")
