"""Queries on accounts, sessions and invitations."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from people import tables as t
from people.model import Actor, Helper, Person, Role, RoleHeld, SessionRow, User


class Account(msgspec.Struct, frozen=True):
    """What signing in needs to know of a person."""

    person_id: str
    password_hash: str | None
    disabled_at: datetime | None


class SignedIn(msgspec.Struct, frozen=True):
    """The person behind a session that still holds."""

    actor: Actor
    language: str
    started_at: datetime
    seen_at: datetime


_helper = t.person.alias("helper")

_SIGNED_IN = (
    select(
        t.session.c.seen_at,
        t.session.c.created_at,
        t.person.c.id,
        t.person.c.given_name,
        t.person.c.language,
        _helper.c.given_name.label("helper_name"),
        _helper.c.phone.label("helper_phone"),
        t.role.c.role,
        t.role.c.area_id,
    )
    .join(t.person, t.person.c.id == t.session.c.person_id)
    .outerjoin(t.account, t.account.c.person_id == t.person.c.id)
    .outerjoin(_helper, _helper.c.id == t.person.c.helper_id)
    .outerjoin(t.role, t.role.c.person_id == t.person.c.id)
    .where(
        t.session.c.token_hash == bindparam("hash"),
        t.session.c.expires_at > bindparam("now"),
        t.account.c.disabled_at.is_(None),
    )
)


def signed_in(db: Connection, hashed: str, now: datetime) -> SignedIn | None:
    """Who holds the session with that token hash, with roles and helper, in one query."""
    rows = db.execute(_SIGNED_IN, {"hash": hashed, "now": now}).all()
    if not rows:
        return None
    first = rows[0]
    helper = Helper(first.helper_name, first.helper_phone) if first.helper_name is not None else None
    roles = tuple(RoleHeld(Role(row.role), row.area_id) for row in rows if row.role is not None)
    actor = Actor(first.id, first.given_name, roles, helper)
    return SignedIn(actor, first.language, first.created_at, first.seen_at)


def add_session(
    db: Connection, hashed: str, person_id: str, now: datetime, expires_at: datetime, device: str
) -> None:
    """Store a sign-in; only the hash of its token is kept."""
    db.execute(
        insert(t.session).values(
            token_hash=hashed,
            person_id=person_id,
            created_at=now,
            seen_at=now,
            expires_at=expires_at,
            device=device,
        )
    )


def touch_session(db: Connection, hashed: str, now: datetime, expires_at: datetime) -> None:
    """Note that a session was used."""
    db.execute(
        update(t.session).where(t.session.c.token_hash == hashed).values(seen_at=now, expires_at=expires_at)
    )


def session_owner(db: Connection, hashed: str) -> str | None:
    """Whose session it is, whether it still holds or has run out."""
    return db.execute(
        select(t.session.c.person_id).where(t.session.c.token_hash == hashed)
    ).scalar_one_or_none()


def end_session(db: Connection, hashed: str) -> None:
    """End the session with that token hash."""
    db.execute(delete(t.session).where(t.session.c.token_hash == hashed))


def end_sessions(db: Connection, person_id: str) -> None:
    """End all sessions of that person."""
    db.execute(delete(t.session).where(t.session.c.person_id == person_id))


def sessions(db: Connection, person_id: str, now: datetime) -> tuple[SessionRow, ...]:
    """Where that person is signed in, last used first."""
    rows = db.execute(
        select(t.session)
        .where(t.session.c.person_id == person_id, t.session.c.expires_at > now)
        .order_by(t.session.c.seen_at.desc())
    )
    return tuple(SessionRow(row.token_hash, row.created_at, row.seen_at, row.device) for row in rows)


def account(db: Connection, sign_in_name: str) -> Account | None:
    """The account with that sign-in name (compared as stored: folded)."""
    row = db.execute(
        select(t.account.c.person_id, t.account.c.password_hash, t.account.c.disabled_at).where(
            t.account.c.sign_in_name == sign_in_name
        )
    ).one_or_none()
    return None if row is None else Account(row.person_id, row.password_hash, row.disabled_at)


def user(db: Connection, person: Person, roles: tuple[RoleHeld, ...]) -> User:
    """A person together with their account."""
    row = db.execute(
        select(t.account.c.sign_in_name, t.account.c.disabled_at).where(t.account.c.person_id == person.id)
    ).one_or_none()
    return User(person, roles, row.sign_in_name if row else None, row.disabled_at if row else None)


def set_account(db: Connection, person_id: str, sign_in_name: str, password_hash: str | None) -> None:
    """Give a person an account, or a new name and password on the one they have."""
    changed = db.execute(
        update(t.account)
        .where(t.account.c.person_id == person_id)
        .values(sign_in_name=sign_in_name, password_hash=password_hash)
    )
    if changed.rowcount == 0:
        db.execute(
            insert(t.account).values(
                person_id=person_id, sign_in_name=sign_in_name, password_hash=password_hash
            )
        )


def set_disabled(db: Connection, person_id: str, disabled_at: datetime | None) -> None:
    """Close an account, or open it again with None."""
    db.execute(update(t.account).where(t.account.c.person_id == person_id).values(disabled_at=disabled_at))


def add_invitation(
    db: Connection, hashed: str, person_id: str, made_by: str | None, now: datetime, expires_at: datetime
) -> None:
    """Store an invitation by the hash of its token."""
    db.execute(
        insert(t.invitation).values(
            token_hash=hashed, person_id=person_id, made_by=made_by, made_at=now, expires_at=expires_at
        )
    )


def invited_person(db: Connection, hashed: str, now: datetime) -> str | None:
    """Whom an invitation that still holds is for."""
    return db.execute(
        select(t.invitation.c.person_id).where(
            t.invitation.c.token_hash == hashed,
            t.invitation.c.used_at.is_(None),
            t.invitation.c.expires_at > now,
        )
    ).scalar_one_or_none()


def end_invitations(db: Connection, person_id: str, now: datetime) -> None:
    """Let the invitations that somebody has not used run out now."""
    db.execute(
        update(t.invitation)
        .where(
            t.invitation.c.person_id == person_id,
            t.invitation.c.used_at.is_(None),
            t.invitation.c.expires_at > now,
        )
        .values(expires_at=now)
    )


def use_invitation(db: Connection, hashed: str, now: datetime) -> bool:
    """Use up an invitation; False when somebody was faster."""
    used = db.execute(
        update(t.invitation)
        .where(
            t.invitation.c.token_hash == hashed,
            t.invitation.c.used_at.is_(None),
            t.invitation.c.expires_at > now,
        )
        .values(used_at=now)
    )
    return used.rowcount == 1
