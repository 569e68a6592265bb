"""Queries on CPR numbers, which stand sealed in a table of their own, so that no other query meets them."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, insert, select

from people.tables import directory as directory_tables

CHUNK = 500


class EncryptedCpr(msgspec.Struct, frozen=True):
    """A person's number as it is stored."""

    person_id: str
    cpr_sealed: str
    cpr_hash: str


def replace(db: Connection, numbers: Sequence[EncryptedCpr], now: datetime) -> None:
    """Store numbers, each in place of the one that its person had."""
    for start in range(0, len(numbers), CHUNK):
        people = [one.person_id for one in numbers[start : start + CHUNK]]
        db.execute(delete(directory_tables.cpr).where(directory_tables.cpr.c.person_id.in_(people)))
    if numbers:
        db.execute(
            insert(directory_tables.cpr), [msgspec.structs.asdict(one) | {"noted_at": now} for one in numbers]
        )


def remove(db: Connection, person_id: str) -> None:
    """Forget a person's number."""
    db.execute(delete(directory_tables.cpr).where(directory_tables.cpr.c.person_id == person_id))


def encrypted(db: Connection, person_id: str) -> str | None:
    """A person's number, sealed."""
    chosen = select(directory_tables.cpr.c.cpr_sealed).where(directory_tables.cpr.c.person_id == person_id)
    return db.execute(chosen).scalar_one_or_none()


def find_holders(db: Connection, hashes: Sequence[str]) -> dict[str, str]:
    """Hash → id of the person who has that number, for those that somebody has."""
    found: dict[str, str] = {}
    for start in range(0, len(hashes), CHUNK):
        some = directory_tables.cpr.c.cpr_hash.in_(hashes[start : start + CHUNK])
        rows = db.execute(
            select(directory_tables.cpr.c.cpr_hash, directory_tables.cpr.c.person_id).where(some)
        )
        found |= {row.cpr_hash: row.person_id for row in rows}
    return found
