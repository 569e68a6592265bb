"""Erasure of what `plans` stores about people."""

from collections.abc import Collection

from sqlalchemy import Connection, func, select, update

from foundation.db.types import any_of
from people.directory.model import ERASED_TEXT
from plans.tables import goal


def erase_people(db: Connection, person_ids: Collection[str]) -> None:
    """Erases the texts of these people's goals; theme, state and date stay for the statistics."""
    db.execute(
        # The title becomes a fixed text, since the database refuses an empty one.
        update(goal).where(any_of(goal.c.citizen_id, "ids")).values(title=ERASED_TEXT, words=""),
        {"ids": person_ids},
    )


def count_goals(db: Connection, person_id: str) -> int:
    """Returns how many goals of a person still have their texts."""
    has_text = (goal.c.citizen_id == person_id) & (goal.c.title != ERASED_TEXT)
    return db.execute(select(func.count()).select_from(goal).where(has_text)).scalar_one()
