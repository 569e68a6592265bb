"""Create the tables of one-time codes; let sessions know how they began, what they wait for and with which roles."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create the tables. Everybody signs in anew: nobody knows how the sessions before this began."""
    op.create_table(
        "people_second_factor",
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("secret_sealed", sa.String(length=200), nullable=True),
        sa.Column("pending_sealed", sa.String(length=200), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(secret_sealed IS NULL) = (confirmed_at IS NULL)",
            name=op.f("ck_people_second_factor_secret_confirmed"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people_person.id"], name=op.f("fk_people_second_factor_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_people_second_factor")),
    )
    op.create_table(
        "people_recovery_code",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people_person.id"], name=op.f("fk_people_recovery_code_person_id")
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_people_recovery_code")),
    )
    op.create_index("ix_people_recovery_code_person_id", "people_recovery_code", ["person_id"], unique=False)
    op.execute("DELETE FROM people_session")
    with op.batch_alter_table("people_session") as table:
        table.add_column(sa.Column("way", sa.String(length=20), nullable=False))
        table.add_column(sa.Column("waits_for", sa.String(length=20), nullable=True))
        table.add_column(sa.Column("roles_hash", sa.String(length=64), nullable=False))


def downgrade() -> None:
    """Drop the tables."""
    with op.batch_alter_table("people_session") as table:
        table.drop_column("roles_hash")
        table.drop_column("waits_for")
        table.drop_column("way")
    op.drop_index("ix_people_recovery_code_person_id", table_name="people_recovery_code")
    op.drop_table("people_recovery_code")
    op.drop_table("people_second_factor")
