"""Queries on codes that citizens get in a letter."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from people.tables import sign_in as sign_in_tables


class StoredCode(msgspec.Struct, frozen=True):
    """What is kept of a code."""

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
    """Whether some code begins with those signs."""
    return bool(
        db.execute(
            select(sign_in_tables.letter_code.c.finder).where(sign_in_tables.letter_code.c.finder == lookup)
        ).first()
    )


def consume_attempt(db: Connection, lookup: str, now: datetime) -> StoredCode | None:
    """One try at a code, counted before it is made; None when there is no such code or no try is left."""
    mine = (
        sign_in_tables.letter_code.c.finder == lookup,
        sign_in_tables.letter_code.c.expires_at > now,
        sign_in_tables.letter_code.c.tries_left > 0,
    )
    counted = db.execute(
        update(sign_in_tables.letter_code)
        .where(*mine)
        .values(tries_left=sign_in_tables.letter_code.c.tries_left - 1)
    )
    if counted.rowcount == 0:
        return None
    row = db.execute(
        select(sign_in_tables.letter_code).where(sign_in_tables.letter_code.c.finder == lookup)
    ).one()
    return StoredCode(row.person_id, row.proof_hash)


def redeem(db: Connection, lookup: str, person_id: str) -> bool:
    """Use a code up; False when somebody was faster."""
    mine = (
        sign_in_tables.letter_code.c.finder == lookup,
        sign_in_tables.letter_code.c.person_id == person_id,
    )
    return db.execute(delete(sign_in_tables.letter_code).where(*mine)).rowcount == 1


def valid_until(db: Connection, person_id: str, now: datetime) -> datetime | None:
    """Until when the person's unused code is good."""
    mine = (
        sign_in_tables.letter_code.c.person_id == person_id,
        sign_in_tables.letter_code.c.expires_at > now,
    )
    return db.execute(select(sign_in_tables.letter_code.c.expires_at).where(*mine)).scalar_one_or_none()


def delete_codes(db: Connection, person_id: str) -> None:
    """End the codes of that person."""
    db.execute(delete(sign_in_tables.letter_code).where(sign_in_tables.letter_code.c.person_id == person_id))
