"""Erasing what `plans` holds about people."""

from collections.abc import Collection

from sqlalchemy import Connection, func, select, update

from foundation.db.types import among
from people.directory.model import GONE
from plans.tables import goal


def erase_people(db: Connection, person_ids: Collection[str]) -> None:
    """Take the words of these people's goals away; theme, state and day stay for the counts."""
    db.execute(
        update(goal).where(among(goal.c.citizen_id, "ids")).values(title=GONE, words=""), {"ids": person_ids}
    )


def count_goals(db: Connection, person_id: str) -> int:
    """How many goals of one person still have their words."""
    said = (goal.c.citizen_id == person_id) & (goal.c.title != GONE)
    return db.execute(select(func.count()).select_from(goal).where(said)).scalar_one()
