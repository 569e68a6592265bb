"""The tables of `people`. Changes go through a migration; a test holds the two together."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from foundation.db.types import Moment, metadata

# SQLite keeps the rows themselves in the order of a column of exactly this type.
Sequence = BigInteger().with_variant(Integer, "sqlite")

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
    Column("protected_until", Date),
    Column("created_at", Moment, nullable=False),
    Index("ix_people_person_file_id", "file_id"),
    Index("ix_people_person_given_name", "given_name"),
)

cpr = Table(
    "people_cpr",
    metadata,
    Column("person_id", ForeignKey("people_person.id"), primary_key=True),
    Column("cpr_sealed", String(200), nullable=False),
    Column("cpr_hash", String(64), nullable=False),
    Column("noted_at", Moment, nullable=False),
    UniqueConstraint("cpr_hash"),
)

account = Table(
    "people_account",
    metadata,
    Column("person_id", ForeignKey("people_person.id"), primary_key=True),
    Column("sign_in_name", String(254), nullable=False),
    Column("password_hash", String(200)),
    Column("disabled_at", Moment),
    UniqueConstraint("sign_in_name"),
)

role = Table(
    "people_role",
    metadata,
    Column("person_id", ForeignKey("people_person.id"), primary_key=True),
    Column("role", String(20), primary_key=True),
    Column("area_id", ForeignKey("people_area.id")),
    Column("made_by", ForeignKey("people_person.id")),
    Column("made_at", Moment, nullable=False),
    # The person's file id once more: a guide 17 and a citizen 17 may stand in two sheets, two guides 17 may not.
    Column("file_id", String(80)),
    Column("given_by", String(20)),  # the provider whose directory gave it; None: given by hand
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
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment),
    Column("made_by", ForeignKey("people_person.id")),
    CheckConstraint("kind IN ('support_worker', 'offered_guide', 'guide', 'together')", name="known_kind"),
    CheckConstraint("ends_at IS NULL OR ends_at >= starts_at", name="ends_after_start"),
    Index("ix_people_relation_holder_id_citizen_id", "holder_id", "citizen_id"),
    Index("ix_people_relation_citizen_id", "citizen_id"),
    Index(
        "ix_people_relation_running",
        "kind",
        "holder_id",
        "citizen_id",
        unique=True,
        sqlite_where=text("ends_at IS NULL"),
        postgresql_where=text("ends_at IS NULL"),
    ),
)

consent = Table(
    "people_consent",
    metadata,
    Column("sequence", Sequence, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("citizen_id", ForeignKey("people_person.id"), nullable=False),
    Column("infos", String(200), nullable=False),  # kinds of information, with commas between
    Column("use", String(20), nullable=False),
    Column("agreed", Boolean, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date),  # the last day
    Column("given", String(20), nullable=False),
    Column("recorded_by", ForeignKey("people_person.id")),
    CheckConstraint("use IN ('matching', 'guide')", name="known_use"),
    CheckConstraint(
        "given IN ('self', 'by_asking', 'on_paper', 'power_of_attorney', 'guardian')", name="known_given"
    ),
    CheckConstraint("length(infos) > 0", name="says_what"),
    Index("ix_people_consent_citizen_id_sequence", "citizen_id", "sequence"),
)

emergency = Table(
    "people_emergency",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("holder_id", ForeignKey("people_person.id"), nullable=False),
    Column("citizen_id", ForeignKey("people_person.id"), nullable=False),
    Column("kinds", String(200), nullable=False),  # of data, with commas between
    Column("reason", Text, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("review_by", Date, nullable=False),
    Column("told_at", Moment),  # when the citizen said that they had read of it
    Column("reviewed_by", ForeignKey("people_person.id")),
    Column("reviewed_at", Moment),
    Column("in_order", Boolean),
    Column("review", Text, nullable=False),  # what the leader writes
    CheckConstraint("(reviewed_at IS NULL) = (reviewed_by IS NULL)", name="reviewed_by_somebody"),
    CheckConstraint("(reviewed_at IS NULL) = (in_order IS NULL)", name="reviewed_has_a_verdict"),
    CheckConstraint("reviewed_by <> holder_id", name="reviewed_by_another"),
    CheckConstraint("length(reason) > 0", name="reason_given"),
    Index("ix_people_emergency_holder_id_citizen_id", "holder_id", "citizen_id"),
    Index("ix_people_emergency_citizen_id", "citizen_id"),
    Index(
        "ix_people_emergency_to_review",
        "review_by",
        sqlite_where=text("reviewed_at IS NULL"),
        postgresql_where=text("reviewed_at IS NULL"),
    ),
)

invitation = Table(
    "people_invitation",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("person_id", ForeignKey("people_person.id"), nullable=False),
    Column("made_by", ForeignKey("people_person.id")),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
)

session = Table(
    "people_session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("person_id", ForeignKey("people_person.id"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("device", String(80), nullable=False),
    Column("way", String(20), nullable=False),
    Column("waits_for", String(20)),
    Column("roles_hash", String(64), nullable=False),
    Index("ix_people_session_person_id", "person_id"),
)

# The app that makes a person's one-time codes; `pending` is one that is being set up.
second_factor = Table(
    "people_second_factor",
    metadata,
    Column("person_id", ForeignKey("people_person.id"), primary_key=True),
    Column("secret_sealed", String(200)),
    Column("pending_sealed", String(200)),
    Column("confirmed_at", Moment),
    Column("last_step", BigInteger, nullable=False),
    CheckConstraint("(secret_sealed IS NULL) = (confirmed_at IS NULL)", name="secret_confirmed"),
)

recovery_code = Table(
    "people_recovery_code",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("person_id", ForeignKey("people_person.id"), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("used_at", Moment),
    Index("ix_people_recovery_code_person_id", "person_id"),
)

# Codes that citizens get in a letter: the first signs find one, the hash proves the rest.
letter_code = Table(
    "people_letter_code",
    metadata,
    Column("finder", String(4), primary_key=True),
    Column("person_id", ForeignKey("people_person.id"), nullable=False),
    Column("proof_hash", String(200), nullable=False),
    Column("made_by", ForeignKey("people_person.id"), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("tries_left", Integer, nullable=False),
    CheckConstraint("tries_left >= 0", name="tries_counted"),
    UniqueConstraint("person_id"),
)

# Who somebody is at a provider outside, and the tries there that are used up.
outside_identity = Table(
    "people_outside_identity",
    metadata,
    Column("provider", String(20), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("person_id", ForeignKey("people_person.id"), nullable=False),
    Column("made_at", Moment, nullable=False),
    Index("ix_people_outside_identity_person_id", "person_id"),
)

outside_try = Table(
    "people_outside_try",
    metadata,
    Column("state_hash", String(64), primary_key=True),
    Column("used_at", Moment, nullable=False),
)

# Browsers in which somebody has signed in. A known one has its own count of guesses; a remembered one signs in by itself.
device = Table(
    "people_device",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("person_id", ForeignKey("people_person.id"), nullable=False),
    Column("remembered", Boolean, nullable=False),
    Column("device", String(80), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Index("ix_people_device_person_id", "person_id"),
)

# What is tried in vain to sign in, counted by account, address or device. The keys are hashes.
guess = Table(
    "people_guess",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("wait_until", Moment, nullable=False),
    CheckConstraint("failures >= 0", name="failures_counted"),
    Index("ix_people_guess_last_at", "last_at"),
)

token = Table(
    "people_token",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("person_id", ForeignKey("people_person.id"), nullable=False),
    Column("token_hash", String(64), nullable=False),
    Column("name", String(80), nullable=False),
    Column("scopes", String(200), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    Column("revoked_at", Moment),
    UniqueConstraint("token_hash"),
    CheckConstraint("expires_at > made_at", name="holds_for_a_while"),
    Index("ix_people_token_person_id", "person_id"),
)
