"""Queries on sessions."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from people.access.model import Actor, Helper, Role, RoleAssignment
from people.authentication.model import SessionRow
from people.authentication.rules import PendingStep, SignInMethod, roles_fingerprint
from people.tables import directory as directory_tables
from people.tables import sign_in as sign_in_tables


class ActiveSession(msgspec.Struct, frozen=True):
    """A valid session and the person it belongs to."""

    actor: Actor
    language: str
    started_at: datetime
    seen_at: datetime
    expires_at: datetime
    pending_step: PendingStep | None


_helper = directory_tables.person.alias("helper")

_ACTIVE_SESSION = (
    select(
        sign_in_tables.session.c.seen_at,
        sign_in_tables.session.c.created_at,
        sign_in_tables.session.c.expires_at,
        sign_in_tables.session.c.waits_for,
        sign_in_tables.session.c.roles_hash,
        directory_tables.person.c.id,
        directory_tables.person.c.given_name,
        directory_tables.person.c.language,
        _helper.c.given_name.label("helper_name"),
        _helper.c.phone.label("helper_phone"),
        directory_tables.role.c.role,
        directory_tables.role.c.area_id,
    )
    .join(directory_tables.person, directory_tables.person.c.id == sign_in_tables.session.c.person_id)
    # Outer: a person who came through an identity provider may have no account here.
    .outerjoin(sign_in_tables.account, sign_in_tables.account.c.person_id == directory_tables.person.c.id)
    .outerjoin(_helper, _helper.c.id == directory_tables.person.c.helper_id)
    .outerjoin(directory_tables.role, directory_tables.role.c.person_id == directory_tables.person.c.id)
    .where(
        sign_in_tables.session.c.token_hash == bindparam("hash"),
        sign_in_tables.session.c.expires_at > bindparam("now"),
        sign_in_tables.account.c.disabled_at.is_(None),
    )
)


def active_session(db: Connection, hashed: str, now: datetime) -> ActiveSession | None:
    """The valid session with that token hash, with the person's roles and helper, in one query.

    None also when the person's roles have changed since it was opened.
    """
    rows = db.execute(_ACTIVE_SESSION, {"hash": hashed, "now": now}).all()
    if not rows:
        return None
    first = rows[0]
    helper = Helper(first.helper_name, first.helper_phone) if first.helper_name is not None else None
    roles = tuple(RoleAssignment(Role(row.role), row.area_id) for row in rows if row.role is not None)
    # Compared on each request, so that no code that changes roles can forget to end the sessions.
    if first.roles_hash != roles_fingerprint(roles):
        return None
    return ActiveSession(
        Actor(first.id, first.given_name, roles, helper),
        first.language,
        first.created_at,
        first.seen_at,
        first.expires_at,
        PendingStep(first.waits_for) if first.waits_for is not None else None,
    )


class NewSession(msgspec.Struct, frozen=True):
    """A session to be stored, by the hash of its token."""

    token_hash: str
    person_id: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    device: str
    way: SignInMethod
    waits_for: PendingStep | None
    roles_hash: str


def add_session(db: Connection, session: NewSession) -> None:
    """Store a session."""
    db.execute(insert(sign_in_tables.session).values(msgspec.structs.asdict(session)))


def refresh_session(db: Connection, hashed: str, now: datetime, expires_at: datetime) -> None:
    """Record that a session was used, and extend it."""
    db.execute(
        update(sign_in_tables.session)
        .where(sign_in_tables.session.c.token_hash == hashed)
        .values(seen_at=now, expires_at=expires_at)
    )


def session_origin(db: Connection, hashed: str) -> tuple[SignInMethod, str] | None:
    """How the session was opened, and the description of its browser."""
    row = db.execute(
        select(sign_in_tables.session.c.way, sign_in_tables.session.c.device).where(
            sign_in_tables.session.c.token_hash == hashed
        )
    ).one_or_none()
    return None if row is None else (SignInMethod(row.way), row.device)


def session_owner(db: Connection, hashed: str) -> str | None:
    """The id of the person whose session it is, valid or expired."""
    return db.execute(
        # Expired ones too: the form of an expired session is offered again to the same person only.
        select(sign_in_tables.session.c.person_id).where(sign_in_tables.session.c.token_hash == hashed)
    ).scalar_one_or_none()


def end_session(db: Connection, hashed: str, person_id: str | None = None) -> None:
    """End the session with that token hash; with `person_id` only if it is theirs."""
    # The owner is part of the condition, because the id can come from a form.
    statement = delete(sign_in_tables.session).where(sign_in_tables.session.c.token_hash == hashed)
    db.execute(
        statement if person_id is None else statement.where(sign_in_tables.session.c.person_id == person_id)
    )


def end_sessions(db: Connection, person_id: str) -> None:
    """End all sessions of a person."""
    db.execute(delete(sign_in_tables.session).where(sign_in_tables.session.c.person_id == person_id))


def sessions(db: Connection, person_id: str, now: datetime) -> tuple[SessionRow, ...]:
    """The sessions of a person, last used first."""
    rows = db.execute(
        select(sign_in_tables.session)
        .where(
            sign_in_tables.session.c.person_id == person_id,
            sign_in_tables.session.c.expires_at > now,
            sign_in_tables.session.c.waits_for.is_(None),
        )
        .order_by(sign_in_tables.session.c.seen_at.desc())
    )
    return tuple(
        SessionRow(row.token_hash, row.created_at, row.seen_at, row.device, SignInMethod(row.way))
        for row in rows
    )
