"""Erasing what `plans` holds about people."""

from collections.abc import Collection

from sqlalchemy import Connection, func, select, update

from foundation.db.types import any_of
from people.directory.model import ERASED_TEXT
from plans.tables import goal


def erase_people(db: Connection, person_ids: Collection[str]) -> None:
    """Take the words of these people's goals away; theme, state and day stay for the counts."""
    db.execute(
        update(goal).where(any_of(goal.c.citizen_id, "ids")).values(title=ERASED_TEXT, words=""),
        {"ids": person_ids},
    )


def count_goals(db: Connection, person_id: str) -> int:
    """How many goals of one person still have their words."""
    said = (goal.c.citizen_id == person_id) & (goal.c.title != ERASED_TEXT)
    return db.execute(select(func.count()).select_from(goal).where(said)).scalar_one()
