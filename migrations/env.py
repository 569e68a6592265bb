"""Runs the migrations on the connection that `livsmester migrate` or a test hands over."""

from alembic import context
from sqlalchemy import text

connection = context.config.attributes["connection"]
sqlite = connection.dialect.name == "sqlite"

# Batch mode rebuilds a table by copying it; with foreign keys on, SQLite would empty the tables that refer to it.
if sqlite:
    connection.exec_driver_sql("PRAGMA foreign_keys=OFF")

context.configure(connection=connection, render_as_batch=sqlite, transaction_per_migration=False)
with context.begin_transaction():
    context.run_migrations()
    if sqlite:
        broken = connection.execute(text("PRAGMA foreign_key_check")).all()
        if broken:
            raise RuntimeError(f"a migration left rows that refer to nothing: {broken[:5]}")

if sqlite:
    connection.commit()
    connection.exec_driver_sql("PRAGMA foreign_keys=ON")
