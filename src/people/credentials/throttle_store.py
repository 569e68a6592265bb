"""Queries on failed sign-in attempts. Safe with several server processes."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, case, delete, select, update

from foundation.db.bulk import insert_if_absent
from people.authentication.rules import ATTEMPTS_EXPIRE_AFTER, wait_after_failures
from people.tables import sign_in as sign_in_tables


def reserve_attempt(db: Connection, free_attempts: Mapping[str, int], now: datetime) -> datetime | None:
    """Count an attempt under each key (with its number of free attempts) before it is verified.

    Returns None when the attempt may be made; otherwise the time of the next one, and nothing is counted. The
    rows are locked in sorted order, so that concurrent attempts are limited like consecutive ones.
    """
    keys = sorted(free_attempts)
    # A row has to exist before concurrent attempts can queue for its lock.
    new = [{"key": key, "failures": 0, "last_at": now, "wait_until": now} for key in keys]
    insert_if_absent(db, sign_in_tables.guess, new)
    rows = db.execute(
        select(sign_in_tables.guess)
        .where(sign_in_tables.guess.c.key.in_(keys))
        .order_by(sign_in_tables.guess.c.key)
        .with_for_update()
    ).all()
    waits: list[datetime] = [row.wait_until for row in rows if row.wait_until > now]
    if waits:
        return max(waits)
    for row in rows:
        failures = 1 + (0 if row.last_at < now - ATTEMPTS_EXPIRE_AFTER else row.failures)
        wait = wait_after_failures(failures, free_attempts[row.key])
        db.execute(
            update(sign_in_tables.guess)
            .where(sign_in_tables.guess.c.key == row.key)
            .values(failures=failures, last_at=now, wait_until=now + wait)
        )
    return None


def release_attempt(db: Connection, key: str, now: datetime) -> None:
    """Uncount an attempt that was right, and end the wait that it started."""
    one_less = case((sign_in_tables.guess.c.failures > 0, sign_in_tables.guess.c.failures - 1), else_=0)
    db.execute(
        update(sign_in_tables.guess)
        .where(sign_in_tables.guess.c.key == key)
        .values(failures=one_less, wait_until=now)
    )


def reset(db: Connection, key: str) -> None:
    """Delete the count of failed attempts under that key."""
    db.execute(delete(sign_in_tables.guess).where(sign_in_tables.guess.c.key == key))


def purge_old(db: Connection, now: datetime) -> None:
    """Delete the counts of attempts that are expired."""
    db.execute(
        delete(sign_in_tables.guess).where(sign_in_tables.guess.c.last_at < now - ATTEMPTS_EXPIRE_AFTER)
    )
