"""Queries on identities at providers: whom a subject belongs to, used states, roles from directories."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from foundation.db.bulk import insert_if_absent
from people.access.model import Role
from people.tables import directory as directory_tables
from people.tables import sign_in as sign_in_tables

USED_STATE_KEPT = timedelta(hours=1)  # far longer than a sign-in lasts


def consume_state(db: Connection, state_hash: str, now: datetime) -> bool:
    """Use the state of a sign-in; False when it was used before, also by a concurrent request."""
    db.execute(
        delete(sign_in_tables.outside_try).where(sign_in_tables.outside_try.c.used_at < now - USED_STATE_KEPT)
    )
    # The primary key decides between concurrent requests with the same state: only one of them inserts it.
    return insert_if_absent(db, sign_in_tables.outside_try, [{"state_hash": state_hash, "used_at": now}]) == 1


def person_by_subject(db: Connection, provider_id: str, subject: str) -> str | None:
    """The id of the person with that subject at that provider."""
    return db.execute(
        select(sign_in_tables.outside_identity.c.person_id).where(
            sign_in_tables.outside_identity.c.provider == provider_id,
            sign_in_tables.outside_identity.c.subject == subject,
        )
    ).scalar_one_or_none()


def add_identity(db: Connection, provider_id: str, subject: str, person_id: str, now: datetime) -> None:
    """Store that a person has that subject at that provider."""
    db.execute(
        insert(sign_in_tables.outside_identity).values(
            provider=provider_id, subject=subject, person_id=person_id, made_at=now
        )
    )


def person_by_file_id(db: Connection, file_id: str) -> str | None:
    """The id of the only person with that id in the municipality's files; None for none or several."""
    ids = (
        db.execute(
            # The guides' and the citizens' files may use the same number for two people.
            select(directory_tables.person.c.id).where(directory_tables.person.c.file_id == file_id).limit(2)
        )
        .scalars()
        .all()
    )
    return ids[0] if len(ids) == 1 else None


def roles_from_provider(db: Connection, person_id: str, provider_id: str) -> frozenset[Role]:
    """The roles that a person has from that provider's directory."""
    from_provider = directory_tables.role.c.given_by == provider_id
    rows = db.execute(
        select(directory_tables.role.c.role).where(
            directory_tables.role.c.person_id == person_id, from_provider
        )
    )
    return frozenset(Role(row.role) for row in rows)


def roles_from_directories(db: Connection, person_id: str) -> frozenset[Role]:
    """The roles that a person has from any directory."""
    from_directory = directory_tables.role.c.given_by.is_not(None)
    rows = db.execute(
        select(directory_tables.role.c.role).where(
            directory_tables.role.c.person_id == person_id, from_directory
        )
    )
    return frozenset(Role(row.role) for row in rows)


def set_role_provider(db: Connection, person_id: str, role: Role, provider_id: str) -> None:
    """Record that a role comes from that provider's directory."""
    db.execute(
        update(directory_tables.role)
        .where(directory_tables.role.c.person_id == person_id, directory_tables.role.c.role == role)
        .values(given_by=provider_id)
    )


def is_account_closed(db: Connection, person_id: str) -> bool:
    """Whether a person's account is closed."""
    closed = sign_in_tables.account.c.disabled_at.is_not(None)
    return bool(
        db.execute(
            select(sign_in_tables.account.c.person_id).where(
                sign_in_tables.account.c.person_id == person_id, closed
            )
        ).first()
    )
