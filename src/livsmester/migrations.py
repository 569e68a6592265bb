"""Runs the Alembic migrations and compares the schema with the code."""

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
)  # importing these modules fills `metadata`


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Run the migrations up to a revision in one transaction."""
    with engine.connect() as connection:
        command.upgrade(_config(connection), revision)
        connection.commit()


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Run the migrations down to a revision."""
    with engine.connect() as connection:
        command.downgrade(_config(connection), revision)
        connection.commit()


def is_current(engine: Engine) -> bool:
    """Whether the database is at the latest revision."""
    with engine.connect() as connection:
        head = ScriptDirectory.from_config(_config(connection)).get_current_head()
        return MigrationContext.configure(connection).get_current_revision() == head


def schema_differences(connection: Connection) -> list[object]:
    """Differences between the tables in the code and in the database; empty when they agree."""
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


def _config(connection: Connection) -> Config:
    config = Config()
    migrations = str(resource_dir("migrations"))
    if migrations not in sys.path:  # the migrations import `migration_sql`, which is stored beside them
        sys.path.insert(0, migrations)
    config.set_main_option("script_location", migrations)
    config.attributes["connection"] = connection
    return config
