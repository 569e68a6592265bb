"""The tables of `guides`. Every change needs a migration; a test compares the two.

The number of a guide's pairings and whether a request is paired are counted from `guides_pairing`, never stored.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from foundation.db.types import UtcDateTime, metadata
from guides.column_types import ReasonTuple, SlotTuple, StringTuple
from guides.lifecycle import OPEN

AutoIncrementId = BigInteger().with_variant(Integer, "sqlite")
_PAIRING_IS_OPEN = text(f"state IN ({', '.join(repr(state.value) for state in OPEN)})")
_REQUEST_IS_OPEN = text("status = 'open'")
_IS_DRAFT = text("draft")

guide = Table(
    "guides_guide",
    metadata,
    Column("person_id", ForeignKey("people_person.id"), primary_key=True),
    Column("languages", StringTuple, nullable=False),
    Column("gender", String(100), nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("elsewhere", Integer, nullable=False),  # pairings outside this system
    Column("helps_with", StringTuple, nullable=False),
    Column("experiences", StringTuple, nullable=False),
    Column("interests", StringTuple, nullable=False),
    Column("dislikes", StringTuple, nullable=False),
    Column("wants", StringTuple, nullable=False),
    Column("times", SlotTuple, nullable=False),
    Column("travel_minutes_max", Integer),
    Column("trained_until", Date),
    Column("trained_noted_by", ForeignKey("people_person.id")),
    Column("trained_noted_at", UtcDateTime),
    Column("checked_until", Date),  # of the record check; the document itself is never stored
    Column("checked_noted_by", ForeignKey("people_person.id")),
    Column("checked_noted_at", UtcDateTime),
    Column("paused_until", Date),
    CheckConstraint("capacity BETWEEN 0 AND 100", name="capacity_from_0_to_100"),
    CheckConstraint("elsewhere BETWEEN 0 AND 100", name="elsewhere_from_0_to_100"),
    CheckConstraint("travel_minutes_max BETWEEN 0 AND 1440", name="travel_in_a_day"),
)

request = Table(
    "guides_request",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("citizen_id", ForeignKey("people_person.id"), nullable=False),
    Column("status", String(20), nullable=False),
    Column("languages", StringTuple, nullable=False),
    Column("gender", String(100), nullable=False),
    Column("waiting_since", Date, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("wants_help_with", StringTuple, nullable=False),
    Column("experiences", StringTuple, nullable=False),
    Column("interests", StringTuple, nullable=False),
    Column("dislikes", StringTuple, nullable=False),
    Column("gives", StringTuple, nullable=False),
    Column("times", SlotTuple, nullable=False),
    Column("travel_minutes_max", Integer),
    Column("wanted_gender", String(100), nullable=False),
    Column("own_words", Text, nullable=False),  # shown to coordinators, never to a guide
    Column("made_by", ForeignKey("people_person.id")),
    Column("made_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    CheckConstraint("status IN ('open', 'closed', 'withdrawn')", name="known_status"),
    CheckConstraint("(status = 'open') = (closed_at IS NULL)", name="closed_has_a_time"),
    CheckConstraint("travel_minutes_max BETWEEN 0 AND 1440", name="travel_in_a_day"),
    Index("ix_guides_request_citizen_id", "citizen_id"),
    Index(
        "ix_guides_request_open",
        "citizen_id",
        unique=True,
        sqlite_where=_REQUEST_IS_OPEN,
        postgresql_where=_REQUEST_IS_OPEN,
    ),
    Index(
        "ix_guides_request_waiting_since",
        "waiting_since",
        sqlite_where=_REQUEST_IS_OPEN,
        postgresql_where=_REQUEST_IS_OPEN,
    ),
)

exclusion = Table(
    "guides_exclusion",
    metadata,
    Column("citizen_id", ForeignKey("people_person.id"), primary_key=True),
    Column("guide_id", ForeignKey("guides_guide.person_id"), primary_key=True),
    Column("made_by", ForeignKey("people_person.id")),
    Column("made_at", UtcDateTime, nullable=False),
)

run = Table(
    "guides_run",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("status", String(20), nullable=False),
    Column("progress", Integer, nullable=False),  # percent
    Column("step", String(200), nullable=False),  # English, marked for translation
    Column("seed", BigInteger, nullable=False),
    Column("policy", Text, nullable=False),  # TOML
    Column("totals", Text),  # JSON of Totals
    Column("result", Text),  # JSON of Proposal
    Column("insight", Text),  # JSON of RunReport; stored after the result
    Column("fault", Text),  # JSON of Reason
    Column("follows", ForeignKey("guides_run.id")),  # the run that this one repeats with overrides
    Column("made_by", ForeignKey("people_person.id"), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("published_at", UtcDateTime),
    CheckConstraint(
        "status IN ('queued', 'running', 'draft', 'published', 'discarded', 'failed')", name="known_status"
    ),
    CheckConstraint("progress BETWEEN 0 AND 100", name="progress_in_percent"),
    CheckConstraint("status NOT IN ('draft', 'published') OR result IS NOT NULL", name="draft_has_a_result"),
    Index("ix_guides_run_made_at", "made_at"),
)

ruling = Table(
    "guides_ruling",
    metadata,
    Column("run_id", ForeignKey("guides_run.id"), primary_key=True),
    Column("request_id", ForeignKey("guides_request.id"), primary_key=True),
    Column("guide_id", ForeignKey("guides_guide.person_id"), primary_key=True),
    Column("kind", String(10), nullable=False),
    CheckConstraint("kind IN ('pin', 'forbid')", name="known_kind"),
)

pairing_move = Table(
    "guides_pairing_move",
    metadata,
    Column("before", String(20), primary_key=True),
    Column("move", String(30), primary_key=True),
    Column("after", String(20), primary_key=True),
)

pairing = Table(
    "guides_pairing",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("request_id", ForeignKey("guides_request.id"), nullable=False),
    Column("guide_id", ForeignKey("guides_guide.person_id"), nullable=False),
    Column("run_id", ForeignKey("guides_run.id")),
    Column("state", String(20), nullable=False),
    Column("answer_by", Date, nullable=False),  # the last day for the guide's answer
    Column("to_citizen", ReasonTuple, nullable=False),  # reasons about the guide, shown to the citizen
    Column("to_guide", ReasonTuple, nullable=False),
    Column("question", Text, nullable=False),  # from the guide to the coordinator
    Column("answer", Text, nullable=False),
    Column("meeting_at", UtcDateTime),
    Column("meeting_place", String(200), nullable=False),
    Column("offered_at", UtcDateTime, nullable=False),
    Column("moved_at", UtcDateTime, nullable=False),  # in this state since
    Column("running_since", UtcDateTime),
    Column("end_reason", String(20)),
    CheckConstraint("(state = 'ended') = (end_reason IS NOT NULL)", name="ended_has_a_reason"),
    CheckConstraint(
        "end_reason IN ('goal_reached', 'time', 'no_fault_rematch', 'other')", name="known_end_reason"
    ),
    Index("ix_guides_pairing_request_id", "request_id"),
    Index("ix_guides_pairing_guide_id", "guide_id"),
    Index(
        "ix_guides_pairing_open",
        "request_id",
        unique=True,
        sqlite_where=_PAIRING_IS_OPEN,
        postgresql_where=_PAIRING_IS_OPEN,
    ),
)

event = Table(
    "guides_pairing_event",
    metadata,
    Column("sequence", AutoIncrementId, primary_key=True),
    Column("pairing_id", ForeignKey("guides_pairing.id"), nullable=False),
    Column("before", String(20), nullable=False),
    Column("move", String(30), nullable=False),
    Column("after", String(20), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("made_by", ForeignKey("people_person.id")),
    ForeignKeyConstraint(
        ["before", "move", "after"],
        ["guides_pairing_move.before", "guides_pairing_move.move", "guides_pairing_move.after"],
    ),
    Index("ix_guides_pairing_event_pairing_id", "pairing_id"),
)

contact = Table(
    "guides_contact",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("pairing_id", ForeignKey("guides_pairing.id"), nullable=False),
    Column("form_key", String(40), nullable=False),  # a form that is sent twice is stored once
    Column("draft", Boolean, nullable=False),
    Column("met_on", Date),
    Column("minutes", Integer),
    Column("kind", String(20)),
    Column("all_well", Boolean),
    Column("made_by", ForeignKey("people_person.id"), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    CheckConstraint("kind IN ('met', 'phone', 'message')", name="known_kind"),
    CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes_in_a_day"),
    CheckConstraint(
        "draft OR (met_on IS NOT NULL AND minutes IS NOT NULL AND kind IS NOT NULL AND all_well IS NOT NULL)",
        name="sent_is_complete",
    ),
    UniqueConstraint("pairing_id", "form_key"),
    Index("ix_guides_contact_pairing_id_met_on", "pairing_id", "met_on"),
    Index(
        "ix_guides_contact_draft",
        "pairing_id",
        unique=True,
        sqlite_where=_IS_DRAFT,
        postgresql_where=_IS_DRAFT,
    ),
)

upload = Table(
    "guides_upload",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("file_name", String(200), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("made_by", ForeignKey("people_person.id"), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    CheckConstraint("kind IN ('guides', 'requests', 'areas', 'travel_times')", name="known_kind"),
)
