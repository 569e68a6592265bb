"""Queries on the access log and the log of changes: rows are added and read, never changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, func, insert, select
from sqlalchemy.sql.elements import ColumnElement

from people import tables as t
from people.model import AccessLine, DataKind, Purpose, Role, SeenBy


def add_access_lines(db: Connection, lines: Sequence[AccessLine]) -> None:
    """Append lines to the access log."""
    if lines:
        db.execute(insert(t.access), [msgspec.structs.asdict(line) for line in lines])


def access_lines(
    db: Connection, citizen_id: str, *, limit: int, offset: int
) -> tuple[tuple[SeenBy, ...], int]:
    """Who has looked at that citizen's data, newest first: one page and the count of all."""
    mine: ColumnElement[bool] = t.access.c.citizen_id == citizen_id
    count = db.execute(select(func.count()).where(mine)).scalar_one()
    rows = db.execute(
        select(t.access, t.person.c.given_name, t.person.c.surname)
        .join(t.person, t.person.c.id == t.access.c.actor_id)
        .where(mine)
        .order_by(t.access.c.sequence.desc())
        .limit(limit)
        .offset(offset)
    )
    seen = tuple(
        SeenBy(
            row.at,
            row.actor_id,
            _name_told(row),
            row.actor_role,
            DataKind(row.kind),
            Purpose(row.purpose),
        )
        for row in rows
    )
    return seen, count


def _name_told(row: Row[Any]) -> str:
    """Staff by their full name, a guide by the given name, and a guide who was asked by none: a no has no name."""
    if row.purpose == Purpose.OFFER:
        return ""
    if row.actor_role == Role.GUIDE:
        return str(row.given_name)
    return f"{row.given_name} {row.surname}".strip()


def add_change(
    db: Connection, at: datetime, actor_id: str | None, tag: str, subject_id: str, details: str
) -> None:
    """Append a line to the log of changes."""
    db.execute(
        insert(t.change).values(at=at, actor_id=actor_id, tag=tag, subject_id=subject_id, details=details)
    )
