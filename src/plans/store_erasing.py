"""Erasing what `plans` holds about people."""

from collections.abc import Collection

from sqlalchemy import Connection, update

from foundation.database import among
from people.retention import GONE
from plans.tables import goal


def erase_people(db: Connection, person_ids: Collection[str]) -> None:
    """Take the words of these people's goals away; theme, state and day stay for the counts."""
    db.execute(
        update(goal).where(among(goal.c.citizen_id, "ids")).values(title=GONE, words=""), {"ids": person_ids}
    )
