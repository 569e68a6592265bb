"""Bringing a database up to the newest shape, or back."""

import sys

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from budgets import tables as budgets_tables
from budgets.reconciliation import tables as reconciliation_tables
from foundation.db.types import metadata
from foundation.resources import resource_dir
from guides import tables as guides_tables
from people.tables import sign_in as sign_in_tables
from plans import tables as plans_tables

TABLE_MODULES = (
    sign_in_tables,
    plans_tables,
    guides_tables,
    budgets_tables,
    reconciliation_tables,
)  # importing them is what fills `metadata`


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Run the migrations up to a revision: all of them, or none when one fails."""
    with engine.connect() as connection:
        command.upgrade(_config(connection), revision)
        connection.commit()


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Run the migrations down to a revision."""
    with engine.connect() as connection:
        command.downgrade(_config(connection), revision)
        connection.commit()


def is_current(engine: Engine) -> bool:
    """Whether the database has the newest shape."""
    with engine.connect() as connection:
        head = ScriptDirectory.from_config(_config(connection)).get_current_head()
        return MigrationContext.configure(connection).get_current_revision() == head


def schema_differences(connection: Connection) -> list[object]:
    """What stands in the code but not in the database, or the other way; empty when they agree."""
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


def _config(connection: Connection) -> Config:
    config = Config()
    migrations = str(resource_dir("migrations"))
    if migrations not in sys.path:  # the migrations import `migration_sql`, which is stored beside them
        sys.path.insert(0, migrations)
    config.set_main_option("script_location", migrations)
    config.attributes["connection"] = connection
    return config
