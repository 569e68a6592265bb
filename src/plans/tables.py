"""The tables of `plans`."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text

from foundation.db.types import UtcDateTime, metadata

goal = Table(
    "plans_goal",
    metadata,
    Column("id", String(20), primary_key=True),
    # No cascade: a person's row is blanked at erasure and never deleted (ADR 0011).
    Column("citizen_id", ForeignKey("people_person.id"), nullable=False),
    Column("title", String(120), nullable=False),
    Column("words", Text, nullable=False),
    Column("theme", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("version", Integer, nullable=False),
    CheckConstraint(
        "theme IN ('relations', 'community', 'communication', 'mobility', 'self_care', 'practical')",
        name="known_theme",
    ),
    CheckConstraint("state IN ('active', 'reached', 'put_away')", name="known_state"),
    CheckConstraint("length(title) > 0", name="title_said"),
    Index("ix_plans_goal_citizen_id", "citizen_id"),
)
