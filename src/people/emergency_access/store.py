"""Queries on emergency accesses and their reviews."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, Row, insert, select, update

from people.access.model import DataKind
from people.emergency_access.model import EmergencyAccess
from people.tables import rights as rights_tables


def add(db: Connection, emergency: EmergencyAccess) -> None:
    """Store a new emergency access."""
    values = msgspec.structs.asdict(emergency) | {"kinds": ",".join(sorted(emergency.kinds))}
    db.execute(insert(rights_tables.emergency).values(values))


def emergency(db: Connection, emergency_id: str) -> EmergencyAccess | None:
    """The emergency access with that id."""
    row = db.execute(
        select(rights_tables.emergency).where(rights_tables.emergency.c.id == emergency_id)
    ).one_or_none()
    return None if row is None else _from_row(row)


def open_of(db: Connection, holder_id: str, now: datetime) -> tuple[EmergencyAccess, ...]:
    """The open emergency accesses of that person, newest first."""
    e = rights_tables.emergency.c
    rows = db.execute(
        select(rights_tables.emergency)
        .where(e.holder_id == holder_id, e.ends_at > now)
        .order_by(e.opened_at.desc())
    )
    return tuple(map(_from_row, rows))


def to_review(db: Connection) -> tuple[EmergencyAccess, ...]:
    """All that have not been reviewed, those due first."""
    e = rights_tables.emergency.c
    rows = db.execute(
        select(rights_tables.emergency).where(e.reviewed_at.is_(None)).order_by(e.review_by, e.opened_at)
    )
    return tuple(map(_from_row, rows))


def newest_reviewed(db: Connection, limit: int) -> tuple[EmergencyAccess, ...]:
    """The newest reviewed ones."""
    e = rights_tables.emergency.c
    rows = db.execute(
        select(rights_tables.emergency)
        .where(e.reviewed_at.is_not(None))
        .order_by(e.reviewed_at.desc())
        .limit(limit)
    )
    return tuple(map(_from_row, rows))


def of_citizen(db: Connection, citizen_id: str) -> tuple[EmergencyAccess, ...]:
    """Every emergency access to a citizen's data, newest first."""
    e = rights_tables.emergency.c
    rows = db.execute(
        select(rights_tables.emergency).where(e.citizen_id == citizen_id).order_by(e.opened_at.desc())
    )
    return tuple(map(_from_row, rows))


def set_acknowledged(db: Connection, emergency_ids: Sequence[str], at: datetime) -> None:
    """Record that the citizen has read about these."""
    db.execute(
        update(rights_tables.emergency)
        .where(rights_tables.emergency.c.id.in_(emergency_ids), rights_tables.emergency.c.told_at.is_(None))
        .values(told_at=at)
    )


def set_ends_at(db: Connection, emergency_id: str, at: datetime) -> None:
    """Close it at that time; one that has expired already stays as it was."""
    db.execute(
        update(rights_tables.emergency)
        .where(rights_tables.emergency.c.id == emergency_id, rights_tables.emergency.c.ends_at > at)
        .values(ends_at=at)
    )


def set_review(
    db: Connection, emergency_id: str, by: str, at: datetime, *, in_order: bool, review: str
) -> bool:
    """Store a leader's review; False when there was one already."""
    updated = db.execute(
        update(rights_tables.emergency)
        .where(rights_tables.emergency.c.id == emergency_id, rights_tables.emergency.c.reviewed_at.is_(None))
        .values(reviewed_by=by, reviewed_at=at, in_order=in_order, review=review)
    )
    return updated.rowcount == 1


def _from_row(row: Row[tuple[object, ...]]) -> EmergencyAccess:
    values = {name: row._mapping[name] for name in EmergencyAccess.__struct_fields__}
    values["kinds"] = frozenset(DataKind(kind) for kind in row.kinds.split(","))
    return EmergencyAccess(**values)
