"""Queries on tokens of the programming interface, of which only the hash is stored."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, Row, bindparam, insert, select, update

from people.access.model import Actor, Role, RoleHeld
from people.access.scopes import Scope, read_scopes, write_scopes
from people.tables import sign_in as t


class Token(msgspec.Struct, frozen=True):
    """A token as its owner sees it in the list."""

    id: str
    person_id: str
    name: str  # what it is for
    scopes: tuple[Scope, ...]
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None  # the first use on the last day of use
    revoked_at: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Whether it still opens anything."""
        return self.revoked_at is None and now < self.expires_at


class Bearer(msgspec.Struct, frozen=True):
    """The person whose token came with a request, and the token."""

    actor: Actor
    language: str
    token: Token


_BEARER = (
    select(t.token, t.person.c.given_name, t.person.c.language, t.role.c.role, t.role.c.area_id)
    .join(t.person, t.person.c.id == t.token.c.person_id)
    .outerjoin(t.account, t.account.c.person_id == t.person.c.id)
    .outerjoin(t.role, t.role.c.person_id == t.person.c.id)
    .where(
        t.token.c.token_hash == bindparam("hash"),
        t.token.c.expires_at > bindparam("now"),
        t.token.c.revoked_at.is_(None),
        t.account.c.disabled_at.is_(None),
    )
)


def bearer(db: Connection, hashed: str, now: datetime) -> Bearer | None:
    """Who holds the token with that hash, while it holds and their account is open, with the roles of this moment."""
    rows = db.execute(_BEARER, {"hash": hashed, "now": now}).all()
    if not rows:
        return None
    first = rows[0]
    roles = tuple(RoleHeld(Role(row.role), row.area_id) for row in rows if row.role)
    return Bearer(Actor(first.person_id, first.given_name, roles), first.language, _token(first))


def add(db: Connection, token: Token, hashed: str) -> None:
    """Store a token."""
    values = msgspec.structs.asdict(token) | {"scopes": write_scopes(token.scopes), "token_hash": hashed}
    db.execute(insert(t.token).values(values))


def of_person(db: Connection, person_id: str) -> tuple[Token, ...]:
    """A person's tokens, the newest first, the spent ones included."""
    chosen = select(t.token).where(t.token.c.person_id == person_id)
    return tuple(_token(row) for row in db.execute(chosen.order_by(t.token.c.made_at.desc(), t.token.c.id)))


def revoke(db: Connection, token_id: str, person_id: str, now: datetime) -> bool:
    """Let a person's token open nothing from now on; whether there was one that held."""
    chosen = (t.token.c.id == token_id, t.token.c.person_id == person_id, t.token.c.revoked_at.is_(None))
    return db.execute(update(t.token).where(*chosen).values(revoked_at=now)).rowcount > 0


def used(db: Connection, token_id: str, now: datetime) -> None:
    """Note that a token was used."""
    db.execute(update(t.token).where(t.token.c.id == token_id).values(used_at=now))


def _token(row: Row[tuple[object, ...]]) -> Token:
    return Token(
        row.id,
        row.person_id,
        row.name,
        read_scopes(row.scopes),
        row.made_at,
        row.expires_at,
        row.used_at,
        row.revoked_at,
    )
