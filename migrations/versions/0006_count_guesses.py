"""Create the tables of guesses at sign-ins and of the browsers that somebody has signed in with."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "people_device",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("remembered", sa.Boolean(), nullable=False),
        sa.Column("device", sa.String(length=80), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_people_device_person_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_people_device")),
    )
    op.create_index("ix_people_device_person_id", "people_device", ["person_id"], unique=False)
    op.create_table(
        "people_guess",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wait_until", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_people_guess_failures_counted")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_people_guess")),
    )
    op.create_index("ix_people_guess_last_at", "people_guess", ["last_at"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_index("ix_people_guess_last_at", table_name="people_guess")
    op.drop_table("people_guess")
    op.drop_index("ix_people_device_person_id", table_name="people_device")
    op.drop_table("people_device")
