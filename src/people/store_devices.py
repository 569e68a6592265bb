"""Queries on the browsers in which somebody has signed in."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from people import tables as t


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
        insert(t.device).values(
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
    """Whose browser it is, while it is known."""
    return db.execute(
        select(t.device.c.person_id).where(t.device.c.token_hash == hashed, t.device.c.expires_at > now)
    ).scalar_one_or_none()


def touch_device(db: Connection, hashed: str, now: datetime, length: timedelta) -> None:
    """Note that a browser was used; it stays known for that long from now."""
    db.execute(
        update(t.device).where(t.device.c.token_hash == hashed).values(seen_at=now, expires_at=now + length)
    )


def end_devices(db: Connection, person_id: str) -> None:
    """Forget all browsers of that person."""
    db.execute(delete(t.device).where(t.device.c.person_id == person_id))
