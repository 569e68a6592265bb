"""Put the monthly letters behind the wall too, on PostgreSQL: they are the citizen's own, and the coordinator's to post."""

from alembic import op

from foundation.walls import Wall, put_up, take_down

revision = "0019"
down_revision = "0018"

WALLS = tuple(
    Wall(table, "person_id", ("coordinator",), (), ()) for table in ("people_letter", "people_letter_wish")
)


def upgrade() -> None:
    """Put the walls up."""
    for wall in WALLS:
        put_up(op, wall)


def downgrade() -> None:
    """Take them down."""
    for wall in WALLS:
        take_down(op, wall)
