"""Put legal holds behind the wall too, on PostgreSQL: why one lasts is the person's own, and the system's."""

from alembic import op

from foundation.walls import Wall, put_up, take_down

revision = "0017"
down_revision = "0016"

WALL = Wall("people_hold", "person_id", (), (), ())


def upgrade() -> None:
    """Put the wall up."""
    put_up(op, WALL)


def downgrade() -> None:
    """Take it down."""
    take_down(op, WALL)
