"""Queries on accounts and invitations."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, insert, select, update

from people.tables import sign_in as sign_in_tables


class Account(msgspec.Struct, frozen=True):
    """The fields of an account that signing in needs."""

    person_id: str
    password_hash: str | None
    disabled_at: datetime | None


def account(db: Connection, sign_in_name: str) -> Account | None:
    """The account with that normalised user name."""
    row = db.execute(
        select(
            sign_in_tables.account.c.person_id,
            sign_in_tables.account.c.password_hash,
            sign_in_tables.account.c.disabled_at,
        ).where(sign_in_tables.account.c.sign_in_name == sign_in_name)
    ).one_or_none()
    return None if row is None else Account(row.person_id, row.password_hash, row.disabled_at)


def account_of(db: Connection, person_id: str) -> Account | None:
    """The account of that person."""
    row = db.execute(
        select(
            sign_in_tables.account.c.person_id,
            sign_in_tables.account.c.password_hash,
            sign_in_tables.account.c.disabled_at,
        ).where(sign_in_tables.account.c.person_id == person_id)
    ).one_or_none()
    return None if row is None else Account(row.person_id, row.password_hash, row.disabled_at)


def sign_in_name(db: Connection, person_id: str) -> str | None:
    """The user name of that person."""
    query = select(sign_in_tables.account.c.sign_in_name).where(
        sign_in_tables.account.c.person_id == person_id
    )
    return db.execute(query).scalar_one_or_none()


def set_account(db: Connection, person_id: str, sign_in_name: str, password_hash: str | None) -> None:
    """Create a person's account, or set a new name and password on it."""
    updated = db.execute(
        update(sign_in_tables.account)
        .where(sign_in_tables.account.c.person_id == person_id)
        .values(sign_in_name=sign_in_name, password_hash=password_hash)
    )
    if updated.rowcount == 0:
        db.execute(
            insert(sign_in_tables.account).values(
                person_id=person_id, sign_in_name=sign_in_name, password_hash=password_hash
            )
        )


def set_disabled(db: Connection, person_id: str, disabled_at: datetime | None) -> None:
    """Close an account at that time, or open it again with None."""
    db.execute(
        update(sign_in_tables.account)
        .where(sign_in_tables.account.c.person_id == person_id)
        .values(disabled_at=disabled_at)
    )


def add_invitation(
    db: Connection, hashed: str, person_id: str, made_by: str | None, now: datetime, expires_at: datetime
) -> None:
    """Store an invitation by the hash of its token."""
    db.execute(
        insert(sign_in_tables.invitation).values(
            token_hash=hashed, person_id=person_id, made_by=made_by, made_at=now, expires_at=expires_at
        )
    )


def invited_person(db: Connection, hashed: str, now: datetime) -> str | None:
    """The id of the person whom a valid invitation is for."""
    return db.execute(
        select(sign_in_tables.invitation.c.person_id).where(
            sign_in_tables.invitation.c.token_hash == hashed,
            sign_in_tables.invitation.c.used_at.is_(None),
            sign_in_tables.invitation.c.expires_at > now,
        )
    ).scalar_one_or_none()


def end_invitations(db: Connection, person_id: str, now: datetime) -> None:
    """Expire a person's unused invitations now."""
    db.execute(
        update(sign_in_tables.invitation)
        .where(
            sign_in_tables.invitation.c.person_id == person_id,
            sign_in_tables.invitation.c.used_at.is_(None),
            sign_in_tables.invitation.c.expires_at > now,
        )
        .values(expires_at=now)
    )


def use_invitation(db: Connection, hashed: str, now: datetime) -> bool:
    """Use an invitation; False when it is no longer valid, or a concurrent request used it."""
    # Check and use in one statement: of two concurrent requests only one changes the row.
    updated = db.execute(
        update(sign_in_tables.invitation)
        .where(
            sign_in_tables.invitation.c.token_hash == hashed,
            sign_in_tables.invitation.c.used_at.is_(None),
            sign_in_tables.invitation.c.expires_at > now,
        )
        .values(used_at=now)
    )
    return updated.rowcount == 1
