"""Create the table of consents. Who has asked for a guide has by that said yes to what the form said."""

import sqlalchemy as sa
from alembic import op

from migration_sql.triggers import append_only, drop_append_only

revision = "0009"
down_revision = "0008"

# As the form for a guide said at each field, on the day of this migration.
ASKED = {
    "matching": "area,experiences,gender_wish,interests,languages,times",
    "guide": "area,experiences,interests,languages,times",
}


def upgrade() -> None:
    """Create the table and fill it."""
    op.create_table(
        "people_consent",
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("citizen_id", sa.String(length=20), nullable=False),
        sa.Column("infos", sa.String(length=200), nullable=False),
        sa.Column("use", sa.String(length=20), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("given", sa.String(length=20), nullable=False),
        sa.Column("recorded_by", sa.String(length=20), nullable=True),
        sa.CheckConstraint("use IN ('matching', 'guide')", name=op.f("ck_people_consent_known_use")),
        sa.CheckConstraint(
            "given IN ('self', 'by_asking', 'on_paper', 'power_of_attorney', 'guardian')",
            name=op.f("ck_people_consent_known_given"),
        ),
        sa.CheckConstraint("length(infos) > 0", name=op.f("ck_people_consent_says_what")),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["people_person.id"], name=op.f("fk_people_consent_citizen_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people_person.id"], name=op.f("fk_people_consent_recorded_by")
        ),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_people_consent")),
    )
    op.create_index(
        "ix_people_consent_citizen_id_sequence", "people_consent", ["citizen_id", "sequence"], unique=False
    )
    for use, infos in ASKED.items():
        op.get_bind().execute(
            sa.text(
                "INSERT INTO people_consent (at, citizen_id, infos, use, agreed, starts_on, given, recorded_by) "
                "SELECT made_at, citizen_id, :infos, :use, TRUE, waiting_since, 'by_asking', made_by "
                "FROM guides_request ORDER BY made_at, id"
            ),
            {"infos": infos, "use": use},
        )
    append_only(op, "people_consent")


def downgrade() -> None:
    """Drop the table."""
    drop_append_only(op, "people_consent")
    op.drop_index("ix_people_consent_citizen_id_sequence", table_name="people_consent")
    op.drop_table("people_consent")
