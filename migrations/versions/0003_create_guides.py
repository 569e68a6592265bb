"""Create the tables of guides: the pool, runs of the matching, offers and pairings with their table of moves."""

import sqlalchemy as sa
from alembic import op

from migration_sql.triggers import append_only, create_guard, drop_append_only, drop_guard

revision = "0003"
down_revision = "0002"


OPEN = (
    "('offered', 'guide_willing', 'meeting', 'deciding', 'guide_confirmed', 'citizen_confirmed', 'running')"
)
BEFORE_RUNNING = ("offered", "guide_willing", "meeting", "deciding", "guide_confirmed", "citizen_confirmed")
MOVES = (
    ("offered", "guide_accepts", "guide_willing"),
    ("offered", "guide_asks", "offered"),
    ("offered", "coordinator_answers", "offered"),
    ("offered", "coordinator_extends", "offered"),
    ("offered", "deadline_passes", "lapsed"),
    ("guide_willing", "citizen_accepts", "meeting"),
    ("meeting", "meeting_planned", "meeting"),
    ("meeting", "meeting_held", "deciding"),
    ("deciding", "guide_confirms", "guide_confirmed"),
    ("deciding", "citizen_confirms", "citizen_confirmed"),
    ("guide_confirmed", "citizen_confirms", "running"),
    ("citizen_confirmed", "guide_confirms", "running"),
    ("running", "checked_in", "running"),
    ("running", "end", "ended"),
    *((state, "guide_declines", "declined") for state in BEFORE_RUNNING),
    *((state, "citizen_declines", "declined") for state in BEFORE_RUNNING),
    *((state, "coordinator_withdraws", "withdrawn") for state in BEFORE_RUNNING),
)
SEALED = ("guides_pairing_event", "guides_pairing_move")  # rows are never changed or deleted
TRIGGERS = {
    "guides_pairing_begins": "guides_pairing",
    "guides_pairing_wanted": "guides_pairing",
    "guides_pairing_room": "guides_pairing",
    "guides_pairing_ruled_out": "guides_pairing",
    "guides_pairing_moves": "guides_pairing",
    "guides_pairing_stays": "guides_pairing",
    "guides_request_closes": "guides_request",
    "guides_pairing_move_sealed": "guides_pairing_move",
}


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "guides_pairing_move",
        sa.Column("before", sa.String(length=20), nullable=False),
        sa.Column("move", sa.String(length=30), nullable=False),
        sa.Column("after", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("before", "move", "after", name=op.f("pk_guides_pairing_move")),
    )
    op.create_table(
        "guides_guide",
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("languages", sa.Text(), nullable=False),
        sa.Column("gender", sa.String(length=100), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("elsewhere", sa.Integer(), nullable=False),
        sa.Column("helps_with", sa.Text(), nullable=False),
        sa.Column("experiences", sa.Text(), nullable=False),
        sa.Column("interests", sa.Text(), nullable=False),
        sa.Column("dislikes", sa.Text(), nullable=False),
        sa.Column("wants", sa.Text(), nullable=False),
        sa.Column("times", sa.Text(), nullable=False),
        sa.Column("travel_minutes_max", sa.Integer(), nullable=True),
        sa.Column("trained_until", sa.Date(), nullable=True),
        sa.Column("trained_noted_by", sa.String(length=20), nullable=True),
        sa.Column("trained_noted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_until", sa.Date(), nullable=True),
        sa.Column("checked_noted_by", sa.String(length=20), nullable=True),
        sa.Column("checked_noted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.CheckConstraint("capacity BETWEEN 0 AND 100", name=op.f("ck_guides_guide_capacity_from_0_to_100")),
        sa.CheckConstraint(
            "elsewhere BETWEEN 0 AND 100", name=op.f("ck_guides_guide_elsewhere_from_0_to_100")
        ),
        sa.CheckConstraint(
            "travel_minutes_max BETWEEN 0 AND 1440", name=op.f("ck_guides_guide_travel_in_a_day")
        ),
        sa.ForeignKeyConstraint(
            ["checked_noted_by"], ["people_person.id"], name=op.f("fk_guides_guide_checked_noted_by")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_guides_guide_person_id")),
        sa.ForeignKeyConstraint(
            ["trained_noted_by"], ["people_person.id"], name=op.f("fk_guides_guide_trained_noted_by")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_guides_guide")),
    )
    op.create_table(
        "guides_request",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("citizen_id", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("languages", sa.Text(), nullable=False),
        sa.Column("gender", sa.String(length=100), nullable=False),
        sa.Column("waiting_since", sa.Date(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("wants_help_with", sa.Text(), nullable=False),
        sa.Column("experiences", sa.Text(), nullable=False),
        sa.Column("interests", sa.Text(), nullable=False),
        sa.Column("dislikes", sa.Text(), nullable=False),
        sa.Column("gives", sa.Text(), nullable=False),
        sa.Column("times", sa.Text(), nullable=False),
        sa.Column("travel_minutes_max", sa.Integer(), nullable=True),
        sa.Column("wanted_gender", sa.String(length=100), nullable=False),
        sa.Column("own_words", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=20), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status = 'open') = (closed_at IS NULL)", name=op.f("ck_guides_request_closed_has_a_time")
        ),
        sa.CheckConstraint(
            "status IN ('open', 'closed', 'withdrawn')", name=op.f("ck_guides_request_known_status")
        ),
        sa.CheckConstraint(
            "travel_minutes_max BETWEEN 0 AND 1440", name=op.f("ck_guides_request_travel_in_a_day")
        ),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["people_person.id"], name=op.f("fk_guides_request_citizen_id")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["people_person.id"], name=op.f("fk_guides_request_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guides_request")),
    )
    op.create_index("ix_guides_request_citizen_id", "guides_request", ["citizen_id"], unique=False)
    op.create_index(
        "ix_guides_request_open",
        "guides_request",
        ["citizen_id"],
        unique=True,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index(
        "ix_guides_request_waiting_since",
        "guides_request",
        ["waiting_since"],
        unique=False,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_table(
        "guides_run",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=200), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("totals", sa.Text(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("insight", sa.Text(), nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.Column("follows", sa.String(length=20), nullable=True),
        sa.Column("made_by", sa.String(length=20), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('queued', 'running', 'draft', 'published', 'discarded', 'failed')",
            name=op.f("ck_guides_run_known_status"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('draft', 'published') OR result IS NOT NULL",
            name=op.f("ck_guides_run_draft_has_a_result"),
        ),
        sa.CheckConstraint("progress BETWEEN 0 AND 100", name=op.f("ck_guides_run_progress_in_percent")),
        sa.ForeignKeyConstraint(["follows"], ["guides_run.id"], name=op.f("fk_guides_run_follows")),
        sa.ForeignKeyConstraint(["made_by"], ["people_person.id"], name=op.f("fk_guides_run_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guides_run")),
    )
    op.create_index("ix_guides_run_made_at", "guides_run", ["made_at"], unique=False)
    op.create_table(
        "guides_upload",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", sa.String(length=20), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('guides', 'requests', 'areas', 'travel_times')",
            name=op.f("ck_guides_upload_known_kind"),
        ),
        sa.ForeignKeyConstraint(["made_by"], ["people_person.id"], name=op.f("fk_guides_upload_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guides_upload")),
    )
    op.create_table(
        "guides_exclusion",
        sa.Column("citizen_id", sa.String(length=20), nullable=False),
        sa.Column("guide_id", sa.String(length=20), nullable=False),
        sa.Column("made_by", sa.String(length=20), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["people_person.id"], name=op.f("fk_guides_exclusion_citizen_id")
        ),
        sa.ForeignKeyConstraint(
            ["guide_id"], ["guides_guide.person_id"], name=op.f("fk_guides_exclusion_guide_id")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["people_person.id"], name=op.f("fk_guides_exclusion_made_by")),
        sa.PrimaryKeyConstraint("citizen_id", "guide_id", name=op.f("pk_guides_exclusion")),
    )
    op.create_table(
        "guides_pairing",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("request_id", sa.String(length=20), nullable=False),
        sa.Column("guide_id", sa.String(length=20), nullable=False),
        sa.Column("run_id", sa.String(length=20), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("to_citizen", sa.Text(), nullable=False),
        sa.Column("to_guide", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("meeting_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("meeting_place", sa.String(length=200), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("running_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(length=20), nullable=True),
        sa.CheckConstraint(
            "(state = 'ended') = (end_reason IS NOT NULL)", name=op.f("ck_guides_pairing_ended_has_a_reason")
        ),
        sa.CheckConstraint(
            "end_reason IN ('goal_reached', 'time', 'no_fault_rematch', 'other')",
            name=op.f("ck_guides_pairing_known_end_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["guide_id"], ["guides_guide.person_id"], name=op.f("fk_guides_pairing_guide_id")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["guides_request.id"], name=op.f("fk_guides_pairing_request_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["guides_run.id"], name=op.f("fk_guides_pairing_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guides_pairing")),
    )
    op.create_index("ix_guides_pairing_guide_id", "guides_pairing", ["guide_id"], unique=False)
    op.create_index(
        "ix_guides_pairing_open",
        "guides_pairing",
        ["request_id"],
        unique=True,
        sqlite_where=sa.text(
            "state IN ('offered', 'guide_willing', 'meeting', 'deciding', 'guide_confirmed', 'citizen_confirmed', 'running')"
        ),
        postgresql_where=sa.text(
            "state IN ('offered', 'guide_willing', 'meeting', 'deciding', 'guide_confirmed', 'citizen_confirmed', 'running')"
        ),
    )
    op.create_index("ix_guides_pairing_request_id", "guides_pairing", ["request_id"], unique=False)
    op.create_table(
        "guides_ruling",
        sa.Column("run_id", sa.String(length=20), nullable=False),
        sa.Column("request_id", sa.String(length=20), nullable=False),
        sa.Column("guide_id", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.CheckConstraint("kind IN ('pin', 'forbid')", name=op.f("ck_guides_ruling_known_kind")),
        sa.ForeignKeyConstraint(
            ["guide_id"], ["guides_guide.person_id"], name=op.f("fk_guides_ruling_guide_id")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["guides_request.id"], name=op.f("fk_guides_ruling_request_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["guides_run.id"], name=op.f("fk_guides_ruling_run_id")),
        sa.PrimaryKeyConstraint("run_id", "request_id", "guide_id", name=op.f("pk_guides_ruling")),
    )
    op.create_table(
        "guides_contact",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("pairing_id", sa.String(length=20), nullable=False),
        sa.Column("form_key", sa.String(length=40), nullable=False),
        sa.Column("draft", sa.Boolean(), nullable=False),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=True),
        sa.Column("all_well", sa.Boolean(), nullable=True),
        sa.Column("made_by", sa.String(length=20), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('met', 'phone', 'message')", name=op.f("ck_guides_contact_known_kind")),
        sa.CheckConstraint(
            "draft OR (met_on IS NOT NULL AND minutes IS NOT NULL AND kind IS NOT NULL AND all_well IS NOT NULL)",
            name=op.f("ck_guides_contact_sent_is_complete"),
        ),
        sa.CheckConstraint("minutes BETWEEN 1 AND 1440", name=op.f("ck_guides_contact_minutes_in_a_day")),
        sa.ForeignKeyConstraint(["made_by"], ["people_person.id"], name=op.f("fk_guides_contact_made_by")),
        sa.ForeignKeyConstraint(
            ["pairing_id"], ["guides_pairing.id"], name=op.f("fk_guides_contact_pairing_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guides_contact")),
        sa.UniqueConstraint("pairing_id", "form_key", name=op.f("uq_guides_contact_pairing_id_form_key")),
    )
    op.create_index(
        "ix_guides_contact_draft",
        "guides_contact",
        ["pairing_id"],
        unique=True,
        sqlite_where=sa.text("draft"),
        postgresql_where=sa.text("draft"),
    )
    op.create_index(
        "ix_guides_contact_pairing_id_met_on", "guides_contact", ["pairing_id", "met_on"], unique=False
    )
    op.create_table(
        "guides_pairing_event",
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pairing_id", sa.String(length=20), nullable=False),
        sa.Column("before", sa.String(length=20), nullable=False),
        sa.Column("move", sa.String(length=30), nullable=False),
        sa.Column("after", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(
            ["before", "move", "after"],
            ["guides_pairing_move.before", "guides_pairing_move.move", "guides_pairing_move.after"],
            name=op.f("fk_guides_pairing_event_before_move_after"),
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["people_person.id"], name=op.f("fk_guides_pairing_event_made_by")
        ),
        sa.ForeignKeyConstraint(
            ["pairing_id"], ["guides_pairing.id"], name=op.f("fk_guides_pairing_event_pairing_id")
        ),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_guides_pairing_event")),
    )
    op.create_index(
        "ix_guides_pairing_event_pairing_id", "guides_pairing_event", ["pairing_id"], unique=False
    )
    moves = sa.table("guides_pairing_move", *(sa.column(name) for name in ("before", "move", "after")))
    op.bulk_insert(moves, [dict(zip(("before", "move", "after"), move, strict=True)) for move in MOVES])
    for table in SEALED:
        append_only(op, table)
    guard_pairings()
    create_guard(
        op,
        "guides_request",
        "UPDATE OF status",
        name="guides_request_closes",
        when="NEW.status <> 'open' AND EXISTS (SELECT 1 FROM guides_pairing"  # noqa: S608 - of constants
        f" WHERE request_id = NEW.id AND state IN {OPEN})",
        message="a request with an open pairing cannot be closed",
    )
    create_guard(
        op,
        "guides_pairing_move",
        "INSERT",
        name="guides_pairing_move_sealed",
        when="1 = 1",
        message="the moves of a pairing are changed by a migration only",
    )


def guard_pairings() -> None:
    """Make the database refuse pairings that begin, change or move as they must not."""
    create_guard(
        op,
        "guides_pairing",
        "INSERT",
        name="guides_pairing_begins",
        when="NEW.state <> 'offered'",
        message="a pairing begins as an offer",
    )
    create_guard(
        op,
        "guides_pairing",
        "INSERT",
        name="guides_pairing_wanted",
        when="(SELECT status FROM guides_request WHERE id = NEW.request_id) <> 'open'",
        message="an offer needs an open request",
        lock="guides_request WHERE id = NEW.request_id",
    )
    create_guard(
        op,
        "guides_pairing",
        "INSERT",
        name="guides_pairing_room",
        when="(SELECT capacity - elsewhere FROM guides_guide WHERE person_id = NEW.guide_id) <="  # noqa: S608 - of constants
        f" (SELECT count(*) FROM guides_pairing WHERE guide_id = NEW.guide_id AND state IN {OPEN})",
        message="the guide has no room for one more",
        lock="guides_guide WHERE person_id = NEW.guide_id",
    )
    create_guard(
        op,
        "guides_pairing",
        "INSERT",
        name="guides_pairing_ruled_out",
        when="EXISTS (SELECT 1 FROM guides_exclusion JOIN guides_request USING (citizen_id)"
        " WHERE guides_request.id = NEW.request_id AND guides_exclusion.guide_id = NEW.guide_id)",
        message="these two have been ruled out as a pair",
    )
    create_guard(
        op,
        "guides_pairing",
        "UPDATE OF state",
        name="guides_pairing_moves",
        when="OLD.state <> NEW.state AND NOT EXISTS"
        " (SELECT 1 FROM guides_pairing_move WHERE before = OLD.state AND after = NEW.state)",
        message="a pairing cannot move like that",
    )
    create_guard(
        op,
        "guides_pairing",
        "UPDATE OF request_id, guide_id",
        name="guides_pairing_stays",
        when="OLD.request_id <> NEW.request_id OR OLD.guide_id <> NEW.guide_id",
        message="a pairing stays with its two people",
    )


def downgrade() -> None:
    """Drop the tables."""
    for name, table in TRIGGERS.items():
        drop_guard(op, table, name=name)
    for table in SEALED:
        drop_append_only(op, table)
    op.drop_index("ix_guides_pairing_event_pairing_id", table_name="guides_pairing_event")
    op.drop_table("guides_pairing_event")
    op.drop_index("ix_guides_contact_pairing_id_met_on", table_name="guides_contact")
    op.drop_index(
        "ix_guides_contact_draft",
        table_name="guides_contact",
        sqlite_where=sa.text("draft"),
        postgresql_where=sa.text("draft"),
    )
    op.drop_table("guides_contact")
    op.drop_table("guides_ruling")
    op.drop_index("ix_guides_pairing_request_id", table_name="guides_pairing")
    op.drop_index(
        "ix_guides_pairing_open",
        table_name="guides_pairing",
        sqlite_where=sa.text(
            "state IN ('offered', 'guide_willing', 'meeting', 'deciding', 'guide_confirmed', 'citizen_confirmed', 'running')"
        ),
        postgresql_where=sa.text(
            "state IN ('offered', 'guide_willing', 'meeting', 'deciding', 'guide_confirmed', 'citizen_confirmed', 'running')"
        ),
    )
    op.drop_index("ix_guides_pairing_guide_id", table_name="guides_pairing")
    op.drop_table("guides_pairing")
    op.drop_table("guides_exclusion")
    op.drop_table("guides_upload")
    op.drop_index("ix_guides_run_made_at", table_name="guides_run")
    op.drop_table("guides_run")
    op.drop_index(
        "ix_guides_request_waiting_since",
        table_name="guides_request",
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.drop_index(
        "ix_guides_request_open",
        table_name="guides_request",
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.drop_index("ix_guides_request_citizen_id", table_name="guides_request")
    op.drop_table("guides_request")
    op.drop_table("guides_guide")
    op.drop_table("guides_pairing_move")
