"""Let words and files about people go when their time is over, note what went, and hold it back where the law asks for it."""

import sqlalchemy as sa
from alembic import op

from migration_sql.triggers import append_only, create_guard, drop_append_only, drop_guard

revision = "0015"
down_revision = "0014"

# Rows that stay, and the column of each whose content can be taken away, only that and for good.
ERASABLE = (
    (
        "budgets_receipt",
        "content",
        "length(NEW.content) <> 1",
        "id, grant_id, sha256, media_type, made_at, made_by",
    ),
    (
        "budgets_answer",
        "reasons",
        "NEW.reasons <> '–'",
        "request_id, officer_id, at, yes, rule, appeal",
    ),
    ("budgets_notice", "why", "NEW.why <> '–'", 'id, grant_id, takes_effect_on, at, "by"'),
    ("budgets_closing", "why", "NEW.why <> '–'", 'grant_id, closed_on, cause, at, "by"'),
)


def upgrade() -> None:
    """Create the two tables and let go what can go."""
    op.create_table(
        "people_hold",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=20), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.String(length=20), nullable=True),
        sa.CheckConstraint("length(why) > 0", name=op.f("ck_people_hold_why_said")),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_people_hold_ends_after_start")
        ),
        sa.CheckConstraint(
            "(lifted_at IS NULL) = (lifted_by IS NULL)", name=op.f("ck_people_hold_lifted_by_somebody")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_people_hold_person_id")),
        sa.ForeignKeyConstraint(["made_by"], ["people_person.id"], name=op.f("fk_people_hold_made_by")),
        sa.ForeignKeyConstraint(["lifted_by"], ["people_person.id"], name=op.f("fk_people_hold_lifted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_hold")),
    )
    op.create_index("ix_people_hold_person_id", "people_hold", ["person_id"], unique=False)
    op.create_table(
        "people_erasure",
        sa.Column("record_id", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('wish', 'grant', 'person')", name=op.f("ck_people_erasure_known_kind")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_people_erasure")),
    )
    append_only(op, "people_erasure")
    create_guard(
        op,
        "people_hold",
        "DELETE",
        name="people_hold_stays",
        when="1 = 1",
        message="a legal hold is lifted, never deleted",
    )
    for table, column, stays, others in ERASABLE:
        drop_guard(op, table, name=f"{table}_no_update")
        create_guard(
            op,
            table,
            f"UPDATE OF {others}",
            name=f"{table}_fixed",
            when="1 = 1",
            message=f"rows of {table} stay what they are",
        )
        create_guard(
            op,
            table,
            f"UPDATE OF {column}",
            name=f"{table}_erased_only",
            when=stays,
            message=f"what rows of {table} say can be taken away only",
        )


def downgrade() -> None:
    """Drop the tables; what is gone stays gone."""
    for table, _, _, _ in reversed(ERASABLE):
        drop_guard(op, table, name=f"{table}_erased_only")
        drop_guard(op, table, name=f"{table}_fixed")
        create_guard(
            op,
            table,
            "UPDATE",
            name=f"{table}_no_update",
            when="1 = 1",
            message=f"rows of {table} are never changed or deleted",
        )
    drop_guard(op, "people_hold", name="people_hold_stays")
    drop_append_only(op, "people_erasure")
    op.drop_table("people_erasure")
    op.drop_index("ix_people_hold_person_id", table_name="people_hold")
    op.drop_table("people_hold")
