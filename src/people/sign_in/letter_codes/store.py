"""Queries on codes that citizens get in a letter."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from people.tables import sign_in as sign_in_tables


class KeptCode(msgspec.Struct, frozen=True):
    """What is kept of a code."""

    person_id: str
    proof_hash: str


def add(
    db: Connection,
    finder: str,
    kept: KeptCode,
    made_by: str,
    now: datetime,
    expires_at: datetime,
    tries: int,
) -> None:
    """Store a code in place of the person's earlier ones."""
    db.execute(
        delete(sign_in_tables.letter_code).where(sign_in_tables.letter_code.c.person_id == kept.person_id)
    )
    db.execute(
        insert(sign_in_tables.letter_code).values(
            finder=finder,
            person_id=kept.person_id,
            proof_hash=kept.proof_hash,
            made_by=made_by,
            made_at=now,
            expires_at=expires_at,
            tries_left=tries,
        )
    )


def is_taken(db: Connection, finder: str) -> bool:
    """Whether some code begins with those signs."""
    return bool(
        db.execute(
            select(sign_in_tables.letter_code.c.finder).where(sign_in_tables.letter_code.c.finder == finder)
        ).first()
    )


def take_try(db: Connection, finder: str, now: datetime) -> KeptCode | None:
    """One try at a code, counted before it is made; None when there is no such code or no try is left."""
    mine = (
        sign_in_tables.letter_code.c.finder == finder,
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
        select(sign_in_tables.letter_code).where(sign_in_tables.letter_code.c.finder == finder)
    ).one()
    return KeptCode(row.person_id, row.proof_hash)


def use(db: Connection, finder: str, person_id: str) -> bool:
    """Use a code up; False when somebody was faster."""
    mine = (
        sign_in_tables.letter_code.c.finder == finder,
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


def end(db: Connection, person_id: str) -> None:
    """End the codes of that person."""
    db.execute(delete(sign_in_tables.letter_code).where(sign_in_tables.letter_code.c.person_id == person_id))
