"""Create the table of emergencies, and let a relation say that two look together."""

import sqlalchemy as sa
from alembic import op

from migration_sql.triggers import create_guard, drop_guard

revision = "0007"
down_revision = "0006"

_RELATIONS = "kind IN ('support_worker', 'offered_guide', 'guide'{more})"


def upgrade() -> None:
    """Create the table."""
    _know_relations(", 'together'")
    op.create_table(
        "people_emergency",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("holder_id", sa.String(length=20), nullable=False),
        sa.Column("citizen_id", sa.String(length=20), nullable=False),
        sa.Column("kinds", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("review_by", sa.Date(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by", sa.String(length=20), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("in_order", sa.Boolean(), nullable=True),
        sa.Column("review", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(reviewed_at IS NULL) = (reviewed_by IS NULL)",
            name=op.f("ck_people_emergency_reviewed_by_somebody"),
        ),
        sa.CheckConstraint(
            "(reviewed_at IS NULL) = (in_order IS NULL)",
            name=op.f("ck_people_emergency_reviewed_has_a_verdict"),
        ),
        sa.CheckConstraint("reviewed_by <> holder_id", name=op.f("ck_people_emergency_reviewed_by_another")),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_people_emergency_reason_given")),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["people_person.id"], name=op.f("fk_people_emergency_holder_id")
        ),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["people_person.id"], name=op.f("fk_people_emergency_citizen_id")
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by"], ["people_person.id"], name=op.f("fk_people_emergency_reviewed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_emergency")),
    )
    op.create_index(
        "ix_people_emergency_holder_id_citizen_id",
        "people_emergency",
        ["holder_id", "citizen_id"],
        unique=False,
    )
    op.create_index("ix_people_emergency_citizen_id", "people_emergency", ["citizen_id"], unique=False)
    op.create_index(
        "ix_people_emergency_to_review",
        "people_emergency",
        ["review_by"],
        unique=False,
        sqlite_where=sa.text("reviewed_at IS NULL"),
        postgresql_where=sa.text("reviewed_at IS NULL"),
    )
    create_guard(
        op,
        "people_emergency",
        "DELETE",
        name="people_emergency_stays",
        when="1 = 1",
        message="an emergency is never deleted",
    )


def downgrade() -> None:
    """Drop the table."""
    drop_guard(op, "people_emergency", name="people_emergency_stays")
    for index in ("to_review", "citizen_id", "holder_id_citizen_id"):
        op.drop_index(f"ix_people_emergency_{index}", table_name="people_emergency")
    op.drop_table("people_emergency")
    op.execute("DELETE FROM people_relation WHERE kind = 'together'")
    _know_relations("")


def _know_relations(more: str) -> None:
    with op.batch_alter_table("people_relation") as relation:
        relation.drop_constraint("ck_people_relation_known_kind", type_="check")
        relation.create_check_constraint(op.f("ck_people_relation_known_kind"), _RELATIONS.format(more=more))
