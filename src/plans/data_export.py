"""What `plans` stores about a person, for the export of their data."""

from sqlalchemy import Connection

from foundation.i18n import N_
from people.data_export.model import ExportSection
from people.data_export.reader import TECHNICAL_KEY, ExportSource, read_sections
from plans.model import STATE_NAMES, THEME_NAMES
from plans.tables import goal

EXPORT_SOURCES = (
    ExportSource(
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
        {"id": TECHNICAL_KEY, "citizen_id": TECHNICAL_KEY, "version": TECHNICAL_KEY},
        {"theme": THEME_NAMES, "state": STATE_NAMES},
    ),
)

EXCLUDED_COLUMNS: dict[str, str] = {}


def export_person(db: Connection, person_id: str) -> tuple[ExportSection, ...]:
    """Returns everything that this package stores about a person."""
    return read_sections(db, EXPORT_SOURCES, person_id)
