"""Create the table of goals."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "plans_goal",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("citizen_id", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("theme", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('active', 'reached', 'put_away')", name=op.f("ck_plans_goal_known_state")
        ),
        sa.CheckConstraint(
            "theme IN ('relations', 'community', 'communication', 'mobility', 'self_care', 'practical')",
            name=op.f("ck_plans_goal_known_theme"),
        ),
        sa.CheckConstraint("length(title) > 0", name=op.f("ck_plans_goal_title_said")),
        sa.ForeignKeyConstraint(["citizen_id"], ["people_person.id"], name=op.f("fk_plans_goal_citizen_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans_goal")),
    )
    op.create_index("ix_plans_goal_citizen_id", "plans_goal", ["citizen_id"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_index("ix_plans_goal_citizen_id", table_name="plans_goal")
    op.drop_table("plans_goal")
