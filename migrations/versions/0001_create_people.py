"""Create the tables of people: areas, persons, accounts, roles, relations, sessions and the two logs."""

import sqlalchemy as sa
from alembic import op

from migration_sql.triggers import append_only, drop_append_only

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "people_area",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name=op.f("ck_people_area_latitude_in_degrees")),
        sa.CheckConstraint(
            "longitude BETWEEN -180 AND 180", name=op.f("ck_people_area_longitude_in_degrees")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_area")),
    )
    op.create_table(
        "people_person",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("given_name", sa.String(length=120), nullable=False),
        sa.Column("surname", sa.String(length=120), nullable=False),
        sa.Column("area_id", sa.String(length=40), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("file_id", sa.String(length=80), nullable=True),
        sa.Column("helper_id", sa.String(length=20), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["people_area.id"], name=op.f("fk_people_person_area_id")),
        sa.ForeignKeyConstraint(["helper_id"], ["people_person.id"], name=op.f("fk_people_person_helper_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_person")),
    )
    op.create_index("ix_people_person_file_id", "people_person", ["file_id"], unique=False)
    op.create_index("ix_people_person_given_name", "people_person", ["given_name"], unique=False)
    op.create_table(
        "people_travel_time",
        sa.Column("start_area", sa.String(length=40), nullable=False),
        sa.Column("end_area", sa.String(length=40), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes BETWEEN 0 AND 1440", name=op.f("ck_people_travel_time_minutes_in_a_day")),
        sa.ForeignKeyConstraint(
            ["end_area"], ["people_area.id"], name=op.f("fk_people_travel_time_end_area")
        ),
        sa.ForeignKeyConstraint(
            ["start_area"], ["people_area.id"], name=op.f("fk_people_travel_time_start_area")
        ),
        sa.PrimaryKeyConstraint("start_area", "end_area", name=op.f("pk_people_travel_time")),
    )
    op.create_table(
        "people_access",
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.String(length=20), nullable=False),
        sa.Column("actor_role", sa.String(length=20), nullable=False),
        sa.Column("citizen_id", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["people_person.id"], name=op.f("fk_people_access_actor_id")),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["people_person.id"], name=op.f("fk_people_access_citizen_id")
        ),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_people_access")),
    )
    op.create_index(
        "ix_people_access_citizen_id_sequence", "people_access", ["citizen_id", "sequence"], unique=False
    )
    op.create_table(
        "people_account",
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("sign_in_name", sa.String(length=254), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people_person.id"], name=op.f("fk_people_account_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_people_account")),
        sa.UniqueConstraint("sign_in_name", name=op.f("uq_people_account_sign_in_name")),
    )
    op.create_table(
        "people_change",
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.String(length=20), nullable=True),
        sa.Column("tag", sa.String(length=80), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["people_person.id"], name=op.f("fk_people_change_actor_id")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_people_change")),
    )
    op.create_index("ix_people_change_subject_id", "people_change", ["subject_id"], unique=False)
    op.create_table(
        "people_invitation",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("made_by", sa.String(length=20), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["people_person.id"], name=op.f("fk_people_invitation_made_by")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people_person.id"], name=op.f("fk_people_invitation_person_id")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_people_invitation")),
    )
    op.create_table(
        "people_relation",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("holder_id", sa.String(length=20), nullable=False),
        sa.Column("citizen_id", sa.String(length=20), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_by", sa.String(length=20), nullable=True),
        sa.CheckConstraint(
            "kind IN ('support_worker', 'offered_guide', 'guide')", name=op.f("ck_people_relation_known_kind")
        ),
        sa.CheckConstraint(
            "ends_at IS NULL OR ends_at >= starts_at", name=op.f("ck_people_relation_ends_after_start")
        ),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["people_person.id"], name=op.f("fk_people_relation_citizen_id")
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["people_person.id"], name=op.f("fk_people_relation_holder_id")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["people_person.id"], name=op.f("fk_people_relation_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_relation")),
    )
    op.create_index("ix_people_relation_citizen_id", "people_relation", ["citizen_id"], unique=False)
    op.create_index(
        "ix_people_relation_holder_id_citizen_id",
        "people_relation",
        ["holder_id", "citizen_id"],
        unique=False,
    )
    op.create_index(
        "ix_people_relation_running",
        "people_relation",
        ["kind", "holder_id", "citizen_id"],
        unique=True,
        sqlite_where=sa.text("ends_at IS NULL"),
        postgresql_where=sa.text("ends_at IS NULL"),
    )
    op.create_table(
        "people_role",
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("area_id", sa.String(length=40), nullable=True),
        sa.Column("made_by", sa.String(length=20), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_id", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "role IN ('citizen', 'guide', 'coordinator', 'support_worker', 'budget_officer', 'leader', 'administrator')",
            name=op.f("ck_people_role_known_role"),
        ),
        sa.ForeignKeyConstraint(["area_id"], ["people_area.id"], name=op.f("fk_people_role_area_id")),
        sa.ForeignKeyConstraint(["made_by"], ["people_person.id"], name=op.f("fk_people_role_made_by")),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_people_role_person_id")),
        sa.UniqueConstraint("role", "file_id", name=op.f("uq_people_role_role_file_id")),
        sa.PrimaryKeyConstraint("person_id", "role", name=op.f("pk_people_role")),
    )
    op.create_table(
        "people_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("device", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people_person.id"], name=op.f("fk_people_session_person_id")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_people_session")),
    )
    op.create_index("ix_people_session_person_id", "people_session", ["person_id"], unique=False)
    for table in ("people_access", "people_change"):
        append_only(op, table)


def downgrade() -> None:
    """Drop the tables."""
    for table in ("people_access", "people_change"):
        drop_append_only(op, table)
    op.drop_index("ix_people_session_person_id", table_name="people_session")
    op.drop_table("people_session")
    op.drop_table("people_role")
    op.drop_index(
        "ix_people_relation_running",
        table_name="people_relation",
        sqlite_where=sa.text("ends_at IS NULL"),
        postgresql_where=sa.text("ends_at IS NULL"),
    )
    op.drop_index("ix_people_relation_holder_id_citizen_id", table_name="people_relation")
    op.drop_index("ix_people_relation_citizen_id", table_name="people_relation")
    op.drop_table("people_relation")
    op.drop_table("people_invitation")
    op.drop_index("ix_people_change_subject_id", table_name="people_change")
    op.drop_table("people_change")
    op.drop_table("people_account")
    op.drop_index("ix_people_access_citizen_id_sequence", table_name="people_access")
    op.drop_table("people_access")
    op.drop_table("people_travel_time")
    op.drop_index("ix_people_person_file_id", table_name="people_person")
    op.drop_index("ix_people_person_given_name", table_name="people_person")
    op.drop_table("people_person")
    op.drop_table("people_area")
