"""Queries on second factors: the encrypted secrets of authenticator apps, and hashes of recovery codes."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from foundation.db.bulk import insert_if_absent
from people.tables import sign_in as sign_in_tables


class SecondFactor(msgspec.Struct, frozen=True):
    """A person's second factor as it is stored."""

    secret_sealed: str | None
    pending_sealed: str | None
    confirmed_at: datetime | None


def second_factor(db: Connection, person_id: str) -> SecondFactor | None:
    """The second factor that a person has set up or started to."""
    row = db.execute(
        select(sign_in_tables.second_factor).where(sign_in_tables.second_factor.c.person_id == person_id)
    ).one_or_none()
    return None if row is None else SecondFactor(row.secret_sealed, row.pending_sealed, row.confirmed_at)


def put_pending(db: Connection, person_id: str, pending_sealed: str) -> None:
    """Store the secret of an app that is being set up; the app in use stays valid until it is confirmed."""
    # Two sign-ins at the same time can both start to set up an app.
    insert_if_absent(db, sign_in_tables.second_factor, [{"person_id": person_id, "last_step": 0}])
    db.execute(
        update(sign_in_tables.second_factor)
        .where(sign_in_tables.second_factor.c.person_id == person_id)
        .values(pending_sealed=pending_sealed)
    )


def confirm(db: Connection, person_id: str, secret_sealed: str, step: int, now: datetime) -> None:
    """Put the app with that secret into use; the code of that step is used."""
    db.execute(
        update(sign_in_tables.second_factor)
        .where(sign_in_tables.second_factor.c.person_id == person_id)
        .values(secret_sealed=secret_sealed, pending_sealed=None, confirmed_at=now, last_step=step)
    )


def consume_step(db: Connection, person_id: str, step: int) -> bool:
    """Use the code of that step; False when it or a later one was used, also by a concurrent request."""
    updated = db.execute(
        update(sign_in_tables.second_factor)
        .where(
            sign_in_tables.second_factor.c.person_id == person_id,
            # In the same statement as the change: the same code sent twice at once works once.
            sign_in_tables.second_factor.c.last_step < step,
        )
        .values(last_step=step)
    )
    return updated.rowcount == 1


def remove(db: Connection, person_id: str) -> None:
    """Delete a person's app and recovery codes."""
    db.execute(
        delete(sign_in_tables.recovery_code).where(sign_in_tables.recovery_code.c.person_id == person_id)
    )
    db.execute(
        delete(sign_in_tables.second_factor).where(sign_in_tables.second_factor.c.person_id == person_id)
    )


def put_recovery_codes(db: Connection, person_id: str, hashes: Sequence[str], now: datetime) -> None:
    """Store recovery codes in place of the person's former ones."""
    db.execute(
        delete(sign_in_tables.recovery_code).where(sign_in_tables.recovery_code.c.person_id == person_id)
    )
    db.execute(
        insert(sign_in_tables.recovery_code),
        [{"code_hash": hashed, "person_id": person_id, "made_at": now} for hashed in hashes],
    )


def consume_recovery_code(db: Connection, person_id: str, hashed: str, now: datetime) -> bool:
    """Use a recovery code; False when there is no such unused code."""
    updated = db.execute(
        update(sign_in_tables.recovery_code)
        .where(
            sign_in_tables.recovery_code.c.code_hash == hashed,
            sign_in_tables.recovery_code.c.person_id == person_id,
            sign_in_tables.recovery_code.c.used_at.is_(None),
        )
        .values(used_at=now)
    )
    return updated.rowcount == 1


def recovery_codes_left(db: Connection, person_id: str) -> int:
    """The number of a person's unused recovery codes."""
    unused = sign_in_tables.recovery_code.c.used_at.is_(None)
    return db.execute(
        select(func.count()).where(sign_in_tables.recovery_code.c.person_id == person_id, unused)
    ).scalar_one()
