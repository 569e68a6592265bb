"""Queries on letter codes."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from people.tables import sign_in as sign_in_tables


class StoredCode(msgspec.Struct, frozen=True):
    """A code as it is stored: its owner and the hash of its secret part."""

    person_id: str
    secret_hash: str


def add(
    db: Connection,
    lookup: str,
    stored: StoredCode,
    made_by: str,
    now: datetime,
    expires_at: datetime,
    attempts: int,
) -> None:
    """Store a code in place of the person's earlier ones."""
    db.execute(
        delete(sign_in_tables.letter_code).where(sign_in_tables.letter_code.c.person_id == stored.person_id)
    )
    db.execute(
        insert(sign_in_tables.letter_code).values(
            finder=lookup,
            person_id=stored.person_id,
            proof_hash=stored.secret_hash,
            made_by=made_by,
            made_at=now,
            expires_at=expires_at,
            tries_left=attempts,
        )
    )


def is_taken(db: Connection, lookup: str) -> bool:
    """Whether an existing code has that lookup part."""
    return bool(
        db.execute(
            select(sign_in_tables.letter_code.c.finder).where(sign_in_tables.letter_code.c.finder == lookup)
        ).first()
    )


def consume_attempt(db: Connection, lookup: str, now: datetime) -> StoredCode | None:
    """Count an attempt at a code before it is verified; None when there is no such code or no attempt left."""
    conditions = (
        sign_in_tables.letter_code.c.finder == lookup,
        sign_in_tables.letter_code.c.expires_at > now,
        sign_in_tables.letter_code.c.tries_left > 0,
    )
    # Counted by the statement that checks, so that concurrent guesses can't share one attempt.
    updated = db.execute(
        update(sign_in_tables.letter_code)
        .where(*conditions)
        .values(tries_left=sign_in_tables.letter_code.c.tries_left - 1)
    )
    if updated.rowcount == 0:
        return None
    row = db.execute(
        select(sign_in_tables.letter_code).where(sign_in_tables.letter_code.c.finder == lookup)
    ).one()
    return StoredCode(row.person_id, row.proof_hash)


def redeem(db: Connection, lookup: str, person_id: str) -> bool:
    """Delete a code that was used; False when a concurrent request used it."""
    conditions = (
        sign_in_tables.letter_code.c.finder == lookup,
        sign_in_tables.letter_code.c.person_id == person_id,
    )
    return db.execute(delete(sign_in_tables.letter_code).where(*conditions)).rowcount == 1


def valid_until(db: Connection, person_id: str, now: datetime) -> datetime | None:
    """When the person's unused code expires; None without one."""
    conditions = (
        sign_in_tables.letter_code.c.person_id == person_id,
        sign_in_tables.letter_code.c.expires_at > now,
    )
    return db.execute(select(sign_in_tables.letter_code.c.expires_at).where(*conditions)).scalar_one_or_none()


def delete_codes(db: Connection, person_id: str) -> None:
    """Delete the codes of that person."""
    db.execute(delete(sign_in_tables.letter_code).where(sign_in_tables.letter_code.c.person_id == person_id))
