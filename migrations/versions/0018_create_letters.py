"""Create the tables of the monthly letters: who wants them, and which were made."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "people_letter_wish",
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people_person.id"], name=op.f("fk_people_letter_wish_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_people_letter_wish")),
    )
    op.create_table(
        "people_letter",
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("posted_by", sa.String(length=20), nullable=True),
        sa.CheckConstraint(
            "(posted_at IS NULL) = (posted_by IS NULL)", name=op.f("ck_people_letter_posted_by_somebody")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_people_letter_person_id")),
        sa.ForeignKeyConstraint(["posted_by"], ["people_person.id"], name=op.f("fk_people_letter_posted_by")),
        sa.PrimaryKeyConstraint("person_id", "month", name=op.f("pk_people_letter")),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("people_letter")
    op.drop_table("people_letter_wish")
