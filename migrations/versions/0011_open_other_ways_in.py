"""Create the tables of codes in letters and of sign-ins outside; let a role know which directory gave it."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "people_letter_code",
        sa.Column("finder", sa.String(length=4), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("proof_hash", sa.String(length=200), nullable=False),
        sa.Column("made_by", sa.String(length=20), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        sa.CheckConstraint("tries_left >= 0", name=op.f("ck_people_letter_code_tries_counted")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people_person.id"], name=op.f("fk_people_letter_code_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["people_person.id"], name=op.f("fk_people_letter_code_made_by")
        ),
        sa.UniqueConstraint("person_id", name=op.f("uq_people_letter_code_person_id")),
        sa.PrimaryKeyConstraint("finder", name=op.f("pk_people_letter_code")),
    )
    op.create_table(
        "people_outside_identity",
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people_person.id"], name=op.f("fk_people_outside_identity_person_id")
        ),
        sa.PrimaryKeyConstraint("provider", "subject", name=op.f("pk_people_outside_identity")),
    )
    op.create_index(
        "ix_people_outside_identity_person_id", "people_outside_identity", ["person_id"], unique=False
    )
    op.create_table(
        "people_outside_try",
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_people_outside_try")),
    )
    op.add_column("people_role", sa.Column("given_by", sa.String(length=20), nullable=True))


def downgrade() -> None:
    """Drop the tables."""
    with op.batch_alter_table("people_role") as table:
        table.drop_column("given_by")
    op.drop_table("people_outside_try")
    op.drop_index("ix_people_outside_identity_person_id", table_name="people_outside_identity")
    op.drop_table("people_outside_identity")
    op.drop_table("people_letter_code")
