"""Create the table of tokens of the programming interface."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "people_token",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("scopes", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("expires_at > made_at", name=op.f("ck_people_token_holds_for_a_while")),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_people_token_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_people_token_token_hash")),
    )
    op.create_index("ix_people_token_person_id", "people_token", ["person_id"], unique=False)


def downgrade() -> None:
    """Drop the table."""
    op.drop_index("ix_people_token_person_id", table_name="people_token")
    op.drop_table("people_token")
