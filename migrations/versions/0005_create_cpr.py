"""Create the table of sealed CPR numbers, and the day until which somebody's name and address are protected."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the table and the column."""
    op.create_table(
        "people_cpr",
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("cpr_sealed", sa.String(length=200), nullable=False),
        sa.Column("cpr_hash", sa.String(length=64), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_people_cpr_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_people_cpr")),
        sa.UniqueConstraint("cpr_hash", name=op.f("uq_people_cpr_cpr_hash")),
    )
    op.add_column("people_person", sa.Column("protected_until", sa.Date(), nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("people_person", "protected_until")
    op.drop_table("people_cpr")
