"""What `plans` holds about a person."""

from sqlalchemy import Connection

from foundation.i18n import N_
from people.data_export.model import Held
from people.data_export.reader import KEY, Part, read_parts
from plans.model import STATE_NAMES, THEME_NAMES
from plans.tables import goal

PARTS = (
    Part(
        "goals",
        N_("Your goals"),
        goal,
        (goal.c.citizen_id,),
        {
            "title": N_("Goal"),
            "words": N_("In your own words"),
            "theme": N_("Theme"),
            "state": N_("Where it stands"),
            "created_at": N_("Written"),
        },
        {"id": KEY, "citizen_id": KEY, "version": KEY},
        {"theme": THEME_NAMES, "state": STATE_NAMES},
    ),
)

NOT_ABOUT: dict[str, str] = {}


def held_about(db: Connection, person_id: str) -> tuple[Held, ...]:
    """Everything that this package holds about a person."""
    return read_parts(db, PARTS, person_id)
