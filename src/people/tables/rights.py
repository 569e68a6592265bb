"""Tables behind citizens' rights: consent, emergency access, the logs and letters about them, holds,
erasures.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    text,
)

from foundation.db.types import UtcDateTime, metadata
from people.tables.sign_in import SequenceNumber

# Rows are only ever added: the municipality has to show that consent was given (GDPR art. 7(1)).
consent = Table(
    "people_consent",
    metadata,
    Column("sequence", SequenceNumber, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("citizen_id", ForeignKey("people_person.id"), nullable=False),
    Column("infos", String(200), nullable=False),  # kinds of information, comma-separated
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
    Column("kinds", String(200), nullable=False),  # of data, comma-separated
    Column("reason", Text, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("review_by", Date, nullable=False),
    Column("told_at", UtcDateTime),  # when the citizen acknowledged it
    Column("reviewed_by", ForeignKey("people_person.id")),
    Column("reviewed_at", UtcDateTime),
    Column("in_order", Boolean),
    Column("review", Text, nullable=False),  # what the leader writes
    CheckConstraint("(reviewed_at IS NULL) = (reviewed_by IS NULL)", name="reviewed_by_somebody"),
    CheckConstraint("(reviewed_at IS NULL) = (in_order IS NULL)", name="reviewed_has_a_verdict"),
    # The service refuses this too; the constraint also holds for plain SQL.
    CheckConstraint("reviewed_by <> holder_id", name="reviewed_by_another"),
    # Holds after erasure too: an erased reason is a dash (ERASED_TEXT).
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


# A legal hold: nothing about that person is erased while it lasts, whatever the retention periods.
hold = Table(
    "people_hold",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("person_id", ForeignKey("people_person.id"), nullable=False),
    Column("why", Text, nullable=False),  # read by that person
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date),  # the last day; NULL: until it is lifted
    Column("made_at", UtcDateTime, nullable=False),
    Column("made_by", ForeignKey("people_person.id"), nullable=False),
    Column("lifted_at", UtcDateTime),
    Column("lifted_by", ForeignKey("people_person.id")),
    CheckConstraint("length(why) > 0", name="why_said"),
    CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
    CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="lifted_by_somebody"),
    Index("ix_people_hold_person_id", "person_id"),
)

# What was erased: ids of records and people, nothing else. The list beside the database has the same entries. A category
# can be erased again for a person who came back, hence `at` in the key.
erasure = Table(
    "people_erasure",
    metadata,
    Column("record_id", String(20), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("at", UtcDateTime, primary_key=True),
    CheckConstraint("kind IN ('wish', 'grant', 'person', 'guiding', 'goals', 'contact')", name="known_kind"),
)

# Decisions on requests for erasure.
answer = Table(
    "people_erasure_answer",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("person_id", ForeignKey("people_person.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("answered_by", ForeignKey("people_person.id")),  # NULL: the command line
    Column("gone", String(200), nullable=False),  # categories, comma-separated
    Column("kept", String(200), nullable=False),
    Column("money_until", Date),
    Column("why", Text, nullable=False),  # read by that person; erased with them
    # Nobody decides their own request (ADR 0012). The command line, NULL, passes the check.
    CheckConstraint("answered_by <> person_id", name="answered_by_another"),
    CheckConstraint("length(gone) + length(kept) > 0", name="says_what"),
    Index("ix_people_erasure_answer_person_id", "person_id"),
)

# Subscriptions to the monthly letter about who has read, and the letters: each is about the month that begins then.
letter_wish = Table(
    "people_letter_wish",
    metadata,
    Column("person_id", ForeignKey("people_person.id"), primary_key=True),
    Column("since", UtcDateTime, nullable=False),
)

letter = Table(
    "people_letter",
    metadata,
    Column("person_id", ForeignKey("people_person.id"), primary_key=True),
    Column("month", Date, primary_key=True),
    Column("made_at", UtcDateTime, nullable=False),
    Column("posted_at", UtcDateTime),
    Column("posted_by", ForeignKey("people_person.id")),
    CheckConstraint("(posted_at IS NULL) = (posted_by IS NULL)", name="posted_by_somebody"),
)

# Ids and codes alone: single entries of a hash chain can't be deleted, so both logs hold no text that would
# have to be (ADR 0006, 0011). What identifies an id is erased in the person's own row.
access = Table(
    "people_access",
    metadata,
    # Not numbered by the database, which leaves gaps after a rollback: here a gap means a removed entry.
    Column("sequence", SequenceNumber, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor_id", ForeignKey("people_person.id"), nullable=False),
    Column("actor_role", String(20), nullable=False),
    Column("actor_unit", String(40)),  # an area; no foreign key, because the log outlives the areas
    Column("citizen_id", ForeignKey("people_person.id"), nullable=False),
    Column("kinds", String(200), nullable=False),  # comma-separated
    Column("purposes", String(200), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("ix_people_access_citizen_id_sequence", "citizen_id", "sequence"),
)

change = Table(
    "people_change",
    metadata,
    Column("sequence", SequenceNumber, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor_id", ForeignKey("people_person.id")),
    Column("tag", String(80), nullable=False),
    Column("subject_id", String(40), nullable=False),
    Column("details", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("ix_people_change_subject_id", "subject_id"),
)

# The last entry of each log. A trigger updates it; writers lock it, so that two of them never use the same number.
log_head = Table(
    "people_log_head",
    metadata,
    Column("log", String(40), primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
)
