"""Put legal holds behind the wall too, on PostgreSQL: why one lasts is the person's own, and the system's."""

from alembic import op

from migration_sql.row_security import RowPolicy, create_policy, drop_policy

revision = "0017"
down_revision = "0016"

WALL = RowPolicy("people_hold", "person_id", (), (), ())


def upgrade() -> None:
    """Put the wall up."""
    create_policy(op, WALL)


def downgrade() -> None:
    """Take it down."""
    drop_policy(op, WALL)
