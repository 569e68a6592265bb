"""People, areas, travel times, roles, relations and CPR numbers."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    text,
)

from foundation.db.types import UtcDateTime, metadata

area = Table(
    "people_area",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("latitude", Float, nullable=False),
    Column("longitude", Float, nullable=False),
    CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude_in_degrees"),
    CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude_in_degrees"),
)
travel_time = Table(
    "people_travel_time",
    metadata,
    Column("start_area", ForeignKey("people_area.id"), primary_key=True),
    Column("end_area", ForeignKey("people_area.id"), primary_key=True),
    Column("minutes", Integer, nullable=False),
    CheckConstraint("minutes BETWEEN 0 AND 1440", name="minutes_in_a_day"),
)
# Never deleted: ledger and logs refer to the row and can't change, so erasure blanks it (ADR 0011).
person = Table(
    "people_person",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("given_name", String(120), nullable=False),
    Column("surname", String(120), nullable=False),
    Column("area_id", ForeignKey("people_area.id")),
    Column("phone", String(40), nullable=False),
    Column("email", String(254), nullable=False),
    Column("file_id", String(80)),
    Column("helper_id", ForeignKey("people_person.id")),
    Column("language", String(2), nullable=False),
    # A day, not a flag, because the protection ends by itself (CPR-loven § 28).
    Column("protected_until", Date),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_people_person_file_id", "file_id"),
    Index("ix_people_person_given_name", "given_name"),
)
cpr = Table(
    "people_cpr",
    metadata,
    Column("person_id", ForeignKey("people_person.id"), primary_key=True),
    Column("cpr_sealed", String(200), nullable=False),
    Column("cpr_hash", String(64), nullable=False),
    Column("noted_at", UtcDateTime, nullable=False),
    # The same number encrypts differently each time, so only the blind index can be searched and unique.
    UniqueConstraint("cpr_hash"),
)
role = Table(
    "people_role",
    metadata,
    Column("person_id", ForeignKey("people_person.id"), primary_key=True),
    Column("role", String(20), primary_key=True),
    Column("area_id", ForeignKey("people_area.id")),
    Column("made_by", ForeignKey("people_person.id")),
    Column("made_at", UtcDateTime, nullable=False),
    # The person's file id again, to be unique per role: the guides' and the citizens' files may both have a 17.
    Column("file_id", String(80)),
    Column("given_by", String(20)),  # the provider whose directory gave it; NULL: given by hand
    UniqueConstraint("role", "file_id"),
    CheckConstraint(
        "role IN ('citizen', 'guide', 'coordinator', 'support_worker', 'budget_officer', 'leader', 'administrator')",
        name="known_role",
    ),
)
relation = Table(
    "people_relation",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("holder_id", ForeignKey("people_person.id"), nullable=False),
    Column("citizen_id", ForeignKey("people_person.id"), nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime),
    Column("made_by", ForeignKey("people_person.id")),
    CheckConstraint("kind IN ('support_worker', 'offered_guide', 'guide', 'together')", name="known_kind"),
    CheckConstraint("ends_at IS NULL OR ends_at >= starts_at", name="ends_after_start"),
    Index("ix_people_relation_holder_id_citizen_id", "holder_id", "citizen_id"),
    Index("ix_people_relation_citizen_id", "citizen_id"),
    Index(
        # Unique: of two concurrent requests that start the same relation, the database refuses one.
        "ix_people_relation_running",
        "kind",
        "holder_id",
        "citizen_id",
        unique=True,
        sqlite_where=text("ends_at IS NULL"),
        postgresql_where=text("ends_at IS NULL"),
    ),
)
