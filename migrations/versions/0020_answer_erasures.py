"""Let one person be erased on request: note pieces of people, more than once, and keep what they were told."""

import sqlalchemy as sa
from alembic import op

from migration_sql.row_security import RowPolicy, create_policy, drop_policy
from migration_sql.triggers import append_only, create_guard, drop_append_only, drop_guard

revision = "0020"
down_revision = "0019"

WALL = RowPolicy("people_erasure_answer", "person_id", (), (), ())
WHOLE = "'wish', 'grant', 'person'"
PIECES = "'guiding', 'goals', 'contact'"


def upgrade() -> None:
    """Widen the notes and create the answers."""
    _note(["record_id", "kind", "at"], f"{WHOLE}, {PIECES}")
    op.create_table(
        "people_erasure_answer",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.String(length=20), nullable=True),
        sa.Column("gone", sa.String(length=200), nullable=False),
        sa.Column("kept", sa.String(length=200), nullable=False),
        sa.Column("money_until", sa.Date(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "answered_by <> person_id", name=op.f("ck_people_erasure_answer_answered_by_another")
        ),
        sa.CheckConstraint(
            "length(gone) + length(kept) > 0", name=op.f("ck_people_erasure_answer_says_what")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people_person.id"], name=op.f("fk_people_erasure_answer_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["people_person.id"], name=op.f("fk_people_erasure_answer_answered_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_erasure_answer")),
    )
    op.create_index("ix_people_erasure_answer_person_id", "people_erasure_answer", ["person_id"])
    create_guard(
        op,
        "people_erasure_answer",
        "DELETE",
        name="people_erasure_answer_stays",
        when="1 = 1",
        message="an answer that was given is never deleted",
    )
    create_guard(
        op,
        "people_erasure_answer",
        "UPDATE OF id, person_id, at, answered_by, gone, kept, money_until",
        name="people_erasure_answer_fixed",
        when="1 = 1",
        message="an answer that was given stays what it is",
    )
    create_guard(
        op,
        "people_erasure_answer",
        "UPDATE OF why",
        name="people_erasure_answer_erased_only",
        when="NEW.why <> ''",
        message="the words of an answer can be taken away only",
    )
    create_policy(op, WALL)


def downgrade() -> None:
    """Drop the answers; notes of pieces are forgotten."""
    drop_policy(op, WALL)
    for name in ("erased_only", "fixed", "stays"):
        drop_guard(op, "people_erasure_answer", name=f"people_erasure_answer_{name}")
    op.drop_index("ix_people_erasure_answer_person_id", table_name="people_erasure_answer")
    op.drop_table("people_erasure_answer")
    _note(["record_id"], WHOLE)


def _note(key: list[str], kinds: str) -> None:
    """Make the table of notes anew with that key and those kinds."""
    drop_append_only(op, "people_erasure")
    op.execute(f"DELETE FROM people_erasure WHERE kind NOT IN ({kinds})")  # noqa: S608 - of constants
    with op.batch_alter_table("people_erasure") as notes:
        notes.drop_constraint(op.f("ck_people_erasure_known_kind"), type_="check")
        notes.drop_constraint(op.f("pk_people_erasure"), type_="primary")
        notes.create_primary_key(op.f("pk_people_erasure"), key)
        notes.create_check_constraint(op.f("ck_people_erasure_known_kind"), f"kind IN ({kinds})")
    append_only(op, "people_erasure")
