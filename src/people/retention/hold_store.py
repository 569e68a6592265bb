"""Queries on legal holds."""

from datetime import date, datetime

import msgspec
from sqlalchemy import ColumnElement, Connection, or_, select, update

from foundation.db.bulk import insert_if_absent
from people.retention.model import LegalHold
from people.tables import rights as rights_tables


def _is_active(today: date) -> ColumnElement[bool]:
    return (rights_tables.hold.c.lifted_at.is_(None)) & or_(
        rights_tables.hold.c.ends_on.is_(None), rights_tables.hold.c.ends_on >= today
    )


def held_person_ids(db: Connection, today: date) -> frozenset[str]:
    """Ids of the people about whom nothing may be erased on that day."""
    is_effective = _is_active(today) & (rights_tables.hold.c.starts_on <= today)
    return frozenset(db.execute(select(rights_tables.hold.c.person_id).where(is_effective)).scalars())


def active_holds(db: Connection, today: date) -> tuple[LegalHold, ...]:
    """The active and future holds, by their first day."""
    query = (
        select(rights_tables.hold)
        .where(_is_active(today))
        .order_by(rights_tables.hold.c.starts_on, rights_tables.hold.c.id)
    )
    return tuple(
        LegalHold(row.id, row.person_id, row.why, row.starts_on, row.ends_on, row.made_by)
        for row in db.execute(query)
    )


def add(db: Connection, hold: LegalHold, now: datetime) -> bool:
    """Store a hold; False when one with that id is stored already."""
    return insert_if_absent(db, rights_tables.hold, [msgspec.structs.asdict(hold) | {"made_at": now}]) > 0


def lift(db: Connection, hold_id: str, lifted_by: str, now: datetime) -> str | None:
    """End a hold; returns the person's id, None when there is no such active hold."""
    statement = update(rights_tables.hold).where(
        rights_tables.hold.c.id == hold_id, rights_tables.hold.c.lifted_at.is_(None)
    )
    lifted = statement.values(lifted_at=now, lifted_by=lifted_by)
    return db.execute(lifted.returning(rights_tables.hold.c.person_id)).scalar_one_or_none()
