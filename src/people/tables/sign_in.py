"""Tables behind signing in: accounts, sessions, second factors, codes, devices, API tokens."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from foundation.db.types import UtcDateTime, metadata

# SQLite stores the rows in the order of an integer primary key only if its type is exactly INTEGER.
SequenceNumber = BigInteger().with_variant(Integer, "sqlite")


account = Table(
    "people_account",
    metadata,
    Column("person_id", ForeignKey("people_person.id"), primary_key=True),
    Column("sign_in_name", String(254), nullable=False),
    Column("password_hash", String(200)),
    Column("disabled_at", UtcDateTime),
    UniqueConstraint("sign_in_name"),
)


invitation = Table(
    "people_invitation",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("person_id", ForeignKey("people_person.id"), nullable=False),
    Column("made_by", ForeignKey("people_person.id")),
    Column("made_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
)

# Only a hash of the token, so that whoever reads the database or a backup can't use the session.
session = Table(
    "people_session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("person_id", ForeignKey("people_person.id"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("device", String(80), nullable=False),
    Column("way", String(20), nullable=False),
    Column("waits_for", String(20)),
    Column("roles_hash", String(64), nullable=False),
    Index("ix_people_session_person_id", "person_id"),
)

# A person's authenticator app; `pending` is one that is being set up.
second_factor = Table(
    "people_second_factor",
    metadata,
    Column("person_id", ForeignKey("people_person.id"), primary_key=True),
    Column("secret_sealed", String(200)),
    Column("pending_sealed", String(200)),
    Column("confirmed_at", UtcDateTime),
    Column("last_step", BigInteger, nullable=False),
    CheckConstraint("(secret_sealed IS NULL) = (confirmed_at IS NULL)", name="secret_confirmed"),
)

recovery_code = Table(
    "people_recovery_code",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("person_id", ForeignKey("people_person.id"), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Index("ix_people_recovery_code_person_id", "person_id"),
)

# Letter codes: `finder` is the lookup part, `proof_hash` the hash of the secret part.
letter_code = Table(
    "people_letter_code",
    metadata,
    Column("finder", String(4), primary_key=True),
    Column("person_id", ForeignKey("people_person.id"), nullable=False),
    Column("proof_hash", String(200), nullable=False),
    Column("made_by", ForeignKey("people_person.id"), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("tries_left", Integer, nullable=False),
    CheckConstraint("tries_left >= 0", name="tries_counted"),
    UniqueConstraint("person_id"),
)

# Who a person is at an identity provider, and the states of sign-ins there that were used.
outside_identity = Table(
    "people_outside_identity",
    metadata,
    Column("provider", String(20), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("person_id", ForeignKey("people_person.id"), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Index("ix_people_outside_identity_person_id", "person_id"),
)

outside_try = Table(
    "people_outside_try",
    metadata,
    Column("state_hash", String(64), primary_key=True),
    Column("used_at", UtcDateTime, nullable=False),
)

# Browsers in which people have signed in: each has its own count of failed attempts; a remembered one signs in by itself.
device = Table(
    "people_device",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("person_id", ForeignKey("people_person.id"), nullable=False),
    Column("remembered", Boolean, nullable=False),
    Column("device", String(80), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Index("ix_people_device_person_id", "person_id"),
)

# Failed sign-in attempts by account, address or device. The keys are hashes.
guess = Table(
    "people_guess",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Column("wait_until", UtcDateTime, nullable=False),
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
    Column("made_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
    UniqueConstraint("token_hash"),
    CheckConstraint("expires_at > made_at", name="holds_for_a_while"),
    Index("ix_people_token_person_id", "person_id"),
)
