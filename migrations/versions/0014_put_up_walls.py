"""Put a wall before the tables that hold what citizens say and are, on PostgreSQL."""

from alembic import op

from foundation.walls import Wall, clear_foundation, lay_foundation, put_up, take_down

revision = "0014"
down_revision = "0013"

_STAFF = ("coordinator", "budget_officer")
_GUIDES = ("guide", "offered_guide")
# Somebody with another role than citizen is known to all who are signed in: their name stands in logs and on boards.
_NOT_ONLY_CITIZEN = (
    "NOT EXISTS (SELECT 1 FROM people_role c WHERE c.person_id = people_person.id AND c.role = 'citizen')"
    " OR EXISTS (SELECT 1 FROM people_role o WHERE o.person_id = people_person.id AND o.role <> 'citizen')"
)

WALLS = (
    Wall(
        "people_person",
        "id",
        _STAFF,
        ("support_worker", *_GUIDES),
        ("identity",),
        unless=_NOT_ONLY_CITIZEN,
        area="people_person.area_id",
    ),
    Wall("people_cpr", "person_id", ("coordinator",), (), ()),
    Wall("people_consent", "citizen_id", ("coordinator",), _GUIDES, ()),
    # Whoever reads the money reads for which goal it is.
    Wall("plans_goal", "citizen_id", ("budget_officer",), ("support_worker",), ("goals", "money")),
    Wall(
        "guides_request", "citizen_id", ("coordinator",), ("support_worker", *_GUIDES), ("wishes", "pairing")
    ),
    Wall("budgets_grant", "citizen_id", ("budget_officer",), ("support_worker",), ("money", "receipts")),
)


def upgrade() -> None:
    """Put the walls up."""
    lay_foundation(op)
    for wall in WALLS:
        put_up(op, wall)


def downgrade() -> None:
    """Take them down."""
    for wall in reversed(WALLS):
        take_down(op, wall)
    clear_foundation(op)
