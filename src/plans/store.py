"""Queries on goals."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from plans.model import Goal, GoalState, Theme
from plans.tables import goal as t

_OF_CITIZEN = select(t).where(t.c.citizen_id == bindparam("citizen")).order_by(t.c.created_at, t.c.id)
_TITLES = select(t.c.id, t.c.title).where(t.c.citizen_id == bindparam("citizen"))


def goals(db: Connection, citizen_id: str) -> tuple[Goal, ...]:
    """Returns a citizen's goals, oldest first."""
    return tuple(_goal(row) for row in db.execute(_OF_CITIZEN, {"citizen": citizen_id}))


def titles(db: Connection, citizen_id: str) -> dict[str, str]:
    """Returns the titles of a citizen's goals by goal id."""
    return {row.id: row.title for row in db.execute(_TITLES, {"citizen": citizen_id})}


def goal(db: Connection, goal_id: str) -> Goal | None:
    """Returns one goal, or None when there is none with that id."""
    row = db.execute(select(t).where(t.c.id == goal_id)).one_or_none()
    return None if row is None else _goal(row)


def count(db: Connection, citizen_id: str) -> int:
    """Returns how many goals a citizen has."""
    return db.execute(select(func.count()).where(t.c.citizen_id == citizen_id)).scalar_one()


def add(db: Connection, goals: Sequence[Goal]) -> None:
    """Stores new goals."""
    if goals:
        db.execute(insert(t), [msgspec.structs.asdict(new) for new in goals])


def change(db: Connection, changed: Goal) -> bool:
    """Stores a goal whose version is one above the stored one.

    Returns False and stores nothing when the stored version is another one (optimistic locking).
    """
    values = {"title": changed.title, "words": changed.words, "theme": changed.theme, "state": changed.state}
    result = db.execute(
        update(t)
        # Compared within the update: between a separate check and the update another edit could be saved.
        .where(t.c.id == changed.id, t.c.version == changed.version - 1)
        .values(**values, version=changed.version)
    )
    return result.rowcount == 1


def _goal(row: Row[Any]) -> Goal:
    return Goal(
        row.id,
        row.citizen_id,
        row.title,
        row.words,
        Theme(row.theme),
        GoalState(row.state),
        row.created_at,
        row.version,
    )
