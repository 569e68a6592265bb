"""Put what belongs to wishes and grants behind the wall too, on PostgreSQL: pairings, contacts, receipts, the ledger."""

from alembic import context, op

from migration_sql.row_security import (
    ParentRowPolicy,
    RowPolicy,
    create_actor_function,
    create_policy,
    drop_policy,
    run_as_system,
)

revision = "0016"
down_revision = "0015"

_COORDINATOR, _OFFICER = ("coordinator",), ("budget_officer",)
_GUIDES = ("guide", "offered_guide")
POLICIES = (
    RowPolicy(
        "guides_exclusion",
        "citizen_id",
        _COORDINATOR,
        ("support_worker", *_GUIDES),
        ("wishes", "pairing"),
    ),
    ParentRowPolicy("guides_pairing", "request_id", "guides_request", _COORDINATOR),
    ParentRowPolicy("guides_pairing_event", "pairing_id", "guides_pairing", _COORDINATOR),
    ParentRowPolicy("guides_contact", "pairing_id", "guides_pairing", _COORDINATOR),
    ParentRowPolicy("guides_ruling", "request_id", "guides_request", _COORDINATOR),
    ParentRowPolicy("budgets_request", "grant_id", "budgets_grant", _OFFICER, system_writes=True),
    ParentRowPolicy("budgets_answer", "request_id", "budgets_request", _OFFICER, system_writes=True),
    ParentRowPolicy("budgets_receipt", "grant_id", "budgets_grant", _OFFICER, system_writes=True),
    ParentRowPolicy("budgets_late_receipt", "receipt_id", "budgets_receipt", _OFFICER, system_writes=True),
    ParentRowPolicy("budgets_notice", "grant_id", "budgets_grant", _OFFICER, system_writes=True),
    ParentRowPolicy("budgets_closing", "grant_id", "budgets_grant", _OFFICER, system_writes=True),
    # A fund's own accounts and movements hold nothing of anybody; what goes from them to a citizen is the citizen's.
    ParentRowPolicy(
        "budgets_account", "grant_id", "budgets_grant", _OFFICER, "grant_id IS NULL", system_writes=True
    ),
    ParentRowPolicy(
        "budgets_movement", "grant_id", "budgets_grant", _OFFICER, "grant_id IS NULL", system_writes=True
    ),
    ParentRowPolicy("budgets_entry", "movement_id", "budgets_movement", _OFFICER, system_writes=True),
)
COUNTS = ("guides_pairing_wanted", "guides_pairing_room", "guides_pairing_ruled_out", "guides_request_closes")


def upgrade() -> None:
    """Put the walls up."""
    create_actor_function(op)
    before = context.script.get_revision("0014").module.POLICIES  # they asked for each row who acts
    for wall in (*before, *POLICIES):
        create_policy(op, wall)
    for function in COUNTS:
        run_as_system(op, function)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION IF EXISTS livsmester_has_tie(text, text, text, text[], text[], text[])")
        op.execute("DROP FUNCTION IF EXISTS livsmester_sees_all(text, text[])")


def downgrade() -> None:
    """Take them down."""
    for function in COUNTS:
        run_as_system(op, function, undo=True)
    for wall in reversed(POLICIES):
        drop_policy(op, wall)
