"""Queries on CPR numbers. They are encrypted in a table of their own, so that no other query can select them."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, insert, select

from people.tables import directory as directory_tables

CHUNK = 500


class EncryptedCpr(msgspec.Struct, frozen=True):
    """A person's encrypted number and its blind index."""

    person_id: str
    cpr_sealed: str
    cpr_hash: str


def replace(db: Connection, numbers: Sequence[EncryptedCpr], now: datetime) -> None:
    """Store numbers, each in place of the person's former one."""
    for start in range(0, len(numbers), CHUNK):
        people = [number.person_id for number in numbers[start : start + CHUNK]]
        db.execute(delete(directory_tables.cpr).where(directory_tables.cpr.c.person_id.in_(people)))
    if numbers:
        db.execute(
            insert(directory_tables.cpr),
            [msgspec.structs.asdict(number) | {"noted_at": now} for number in numbers],
        )


def remove(db: Connection, person_id: str) -> None:
    """Remove a person's number."""
    db.execute(delete(directory_tables.cpr).where(directory_tables.cpr.c.person_id == person_id))


def encrypted(db: Connection, person_id: str) -> str | None:
    """A person's number, encrypted."""
    query = select(directory_tables.cpr.c.cpr_sealed).where(directory_tables.cpr.c.person_id == person_id)
    return db.execute(query).scalar_one_or_none()


def find_holders(db: Connection, hashes: Sequence[str]) -> dict[str, str]:
    """The ids of the people who have the numbers with these blind indexes, by blind index."""
    ids_by_hash: dict[str, str] = {}
    for start in range(0, len(hashes), CHUNK):
        in_chunk = directory_tables.cpr.c.cpr_hash.in_(hashes[start : start + CHUNK])
        rows = db.execute(
            select(directory_tables.cpr.c.cpr_hash, directory_tables.cpr.c.person_id).where(in_chunk)
        )
        ids_by_hash |= {row.cpr_hash: row.person_id for row in rows}
    return ids_by_hash
