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
    """A citizen's goals, oldest first."""
    return tuple(_goal(row) for row in db.execute(_OF_CITIZEN, {"citizen": citizen_id}))


def titles(db: Connection, citizen_id: str) -> dict[str, str]:
    """The titles of a citizen's goals by goal id."""
    return {row.id: row.title for row in db.execute(_TITLES, {"citizen": citizen_id})}


def goal(db: Connection, goal_id: str) -> Goal | None:
    """One goal."""
    row = db.execute(select(t).where(t.c.id == goal_id)).one_or_none()
    return None if row is None else _goal(row)


def count(db: Connection, citizen_id: str) -> int:
    """How many goals a citizen has."""
    return db.execute(select(func.count()).where(t.c.citizen_id == citizen_id)).scalar_one()


def add(db: Connection, goals: Sequence[Goal]) -> None:
    """Store new goals."""
    if goals:
        db.execute(insert(t), [msgspec.structs.asdict(one) for one in goals])


def change(db: Connection, changed: Goal) -> bool:
    """Store a goal whose version is one above the stored one; False when somebody was faster."""
    values = {"title": changed.title, "words": changed.words, "theme": changed.theme, "state": changed.state}
    done = db.execute(
        update(t)
        .where(t.c.id == changed.id, t.c.version == changed.version - 1)
        .values(**values, version=changed.version)
    )
    return done.rowcount == 1


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
