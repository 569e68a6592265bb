"""Queries on the browsers in which people have signed in."""

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from people.tables import directory as directory_tables
from people.tables import sign_in as sign_in_tables


def add_device(
    db: Connection,
    hashed: str,
    person_id: str,
    name: str,
    now: datetime,
    length: timedelta,
    *,
    remembered: bool,
) -> None:
    """Store a browser by the hash of its token."""
    db.execute(
        insert(sign_in_tables.device).values(
            token_hash=hashed,
            person_id=person_id,
            remembered=remembered,
            device=name,
            made_at=now,
            seen_at=now,
            expires_at=now + length,
        )
    )


def device_owner(db: Connection, hashed: str, now: datetime) -> str | None:
    """The id of the person who has signed in with that browser, while it is known."""
    return db.execute(
        select(sign_in_tables.device.c.person_id).where(
            sign_in_tables.device.c.token_hash == hashed, sign_in_tables.device.c.expires_at > now
        )
    ).scalar_one_or_none()


class Device(msgspec.Struct, frozen=True):
    """A remembered browser, as its owner sees it."""

    id: str  # hash of its token
    name: str
    seen_at: datetime


def remembered(db: Connection, person_id: str, now: datetime) -> tuple[Device, ...]:
    """The browsers that sign that person in by themselves, last used first."""
    rows = db.execute(
        select(sign_in_tables.device)
        .where(
            sign_in_tables.device.c.person_id == person_id,
            sign_in_tables.device.c.remembered,
            sign_in_tables.device.c.expires_at > now,
        )
        .order_by(sign_in_tables.device.c.seen_at.desc())
    )
    return tuple(Device(row.token_hash, row.device, row.seen_at) for row in rows)


def remembered_owner(db: Connection, hashed: str, now: datetime) -> tuple[str, str] | None:
    """The id and given name of the person whom a browser signs in by itself."""
    row = db.execute(
        select(directory_tables.person.c.id, directory_tables.person.c.given_name)
        .join(sign_in_tables.device, sign_in_tables.device.c.person_id == directory_tables.person.c.id)
        .where(
            sign_in_tables.device.c.token_hash == hashed,
            sign_in_tables.device.c.remembered,
            sign_in_tables.device.c.expires_at > now,
        )
    ).one_or_none()
    return None if row is None else (row.id, row.given_name)


def set_remembered(db: Connection, hashed: str) -> None:
    """Let that browser sign its owner in by itself."""
    db.execute(
        update(sign_in_tables.device)
        .where(sign_in_tables.device.c.token_hash == hashed)
        .values(remembered=True)
    )


def refresh_device(db: Connection, hashed: str, now: datetime, length: timedelta) -> None:
    """Record that a browser was used; it stays known for `length` from now."""
    db.execute(
        update(sign_in_tables.device)
        .where(sign_in_tables.device.c.token_hash == hashed)
        .values(seen_at=now, expires_at=now + length)
    )


def end_devices(db: Connection, person_id: str) -> None:
    """Forget all browsers of that person."""
    db.execute(delete(sign_in_tables.device).where(sign_in_tables.device.c.person_id == person_id))


def end_device(db: Connection, person_id: str, hashed: str) -> None:
    """Forget one browser of that person."""
    db.execute(
        delete(sign_in_tables.device).where(
            sign_in_tables.device.c.token_hash == hashed, sign_in_tables.device.c.person_id == person_id
        )
    )
