"""Put a wall before the tables that hold what citizens say and are, on PostgreSQL."""

from alembic import op

from migration_sql.row_security import (
    RowPolicy,
    create_actor_function,
    create_policy,
    drop_actor_function,
    drop_policy,
)

revision = "0014"
down_revision = "0013"

_STAFF = ("coordinator", "budget_officer")
_GUIDES = ("guide", "offered_guide")
# Somebody with another role than citizen is known to all who are signed in: their name stands in logs and on boards.
_NOT_ONLY_CITIZEN = (
    "NOT EXISTS (SELECT 1 FROM people_role c WHERE c.person_id = people_person.id AND c.role = 'citizen')"
    " OR EXISTS (SELECT 1 FROM people_role o WHERE o.person_id = people_person.id AND o.role <> 'citizen')"
)

POLICIES = (
    RowPolicy(
        "people_person",
        "id",
        _STAFF,
        ("support_worker", *_GUIDES),
        ("identity",),
        unless=_NOT_ONLY_CITIZEN,
        area="people_person.area_id",
    ),
    RowPolicy("people_cpr", "person_id", ("coordinator",), (), ()),
    RowPolicy("people_consent", "citizen_id", ("coordinator",), _GUIDES, ()),
    # Whoever reads the money reads for which goal it is.
    RowPolicy("plans_goal", "citizen_id", ("budget_officer",), ("support_worker",), ("goals", "money")),
    RowPolicy(
        "guides_request", "citizen_id", ("coordinator",), ("support_worker", *_GUIDES), ("wishes", "pairing")
    ),
    RowPolicy("budgets_grant", "citizen_id", ("budget_officer",), ("support_worker",), ("money", "receipts")),
)


def upgrade() -> None:
    """Put the walls up."""
    create_actor_function(op)
    for wall in POLICIES:
        create_policy(op, wall)


def downgrade() -> None:
    """Take them down."""
    for wall in reversed(POLICIES):
        drop_policy(op, wall)
    drop_actor_function(op)
