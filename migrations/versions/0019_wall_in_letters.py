"""Put the monthly letters behind the wall too, on PostgreSQL: they are the citizen's own, and the coordinator's to post."""

from alembic import op

from migration_sql.row_security import RowPolicy, create_policy, drop_policy

revision = "0019"
down_revision = "0018"

POLICIES = tuple(
    RowPolicy(table, "person_id", ("coordinator",), (), ())
    for table in ("people_letter", "people_letter_wish")
)


def upgrade() -> None:
    """Put the walls up."""
    for wall in POLICIES:
        create_policy(op, wall)


def downgrade() -> None:
    """Take them down."""
    for wall in POLICIES:
        drop_policy(op, wall)
