"""Backups of a test's database."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine

from foundation.db.engine import make_engine


def make_backup(engine: Engine, folder: Path, fresh_database: Callable[..., str]) -> Engine:
    """An engine on a copy of the database: a backup on SQLite, a template copy on PostgreSQL. Closes all connections."""
    engine.dispose()
    if engine.dialect.name == "postgresql":
        return make_engine(fresh_database(engine.url.render_as_string(hide_password=False)))
    path = folder / "backup.sqlite"
    with (
        closing(sqlite3.connect(str(engine.url.database))) as source,
        closing(sqlite3.connect(path)) as backup,
    ):
        source.backup(backup)
    return make_engine(f"sqlite:///{path}")
