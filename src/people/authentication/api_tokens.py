"""Queries on tokens of the programming interface, of which only the hash is stored."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, Row, bindparam, select, update

from foundation.ids import token_hash
from people.access.model import Actor, Role, RoleAssignment
from people.access.scopes import Scope, allows, parse_scopes
from people.errors import NotAllowed, SignInRequired
from people.tables import directory as directory_tables
from people.tables import sign_in as sign_in_tables


class ApiToken(msgspec.Struct, frozen=True):
    """A token as its owner sees it in the list."""

    id: str
    person_id: str
    name: str  # what it is for
    scopes: tuple[Scope, ...]
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None  # the first use on the last day of use
    revoked_at: datetime | None = None

    def is_valid(self, now: datetime) -> bool:
        """Whether it still opens anything."""
        return self.revoked_at is None and now < self.expires_at


class AuthenticatedToken(msgspec.Struct, frozen=True):
    """The person whose token came with a request, and the token."""

    actor: Actor
    language: str
    token: ApiToken


_AUTHENTICATED_TOKEN = (
    select(
        sign_in_tables.token,
        directory_tables.person.c.given_name,
        directory_tables.person.c.language,
        directory_tables.role.c.role,
        directory_tables.role.c.area_id,
    )
    .join(directory_tables.person, directory_tables.person.c.id == sign_in_tables.token.c.person_id)
    .outerjoin(sign_in_tables.account, sign_in_tables.account.c.person_id == directory_tables.person.c.id)
    .outerjoin(directory_tables.role, directory_tables.role.c.person_id == directory_tables.person.c.id)
    .where(
        sign_in_tables.token.c.token_hash == bindparam("hash"),
        sign_in_tables.token.c.expires_at > bindparam("now"),
        sign_in_tables.token.c.revoked_at.is_(None),
        sign_in_tables.account.c.disabled_at.is_(None),
    )
)


def _find(db: Connection, hashed: str, now: datetime) -> AuthenticatedToken | None:
    """Who holds the token with that hash, while it holds and their account is open, with the roles of this moment."""
    rows = db.execute(_AUTHENTICATED_TOKEN, {"hash": hashed, "now": now}).all()
    if not rows:
        return None
    first = rows[0]
    roles = tuple(RoleAssignment(Role(row.role), row.area_id) for row in rows if row.role)
    return AuthenticatedToken(Actor(first.person_id, first.given_name, roles), first.language, _token(first))


def set_used(db: Connection, token_id: str, now: datetime) -> None:
    """Note that a token was used."""
    db.execute(update(sign_in_tables.token).where(sign_in_tables.token.c.id == token_id).values(used_at=now))


def _token(row: Row[tuple[object, ...]]) -> ApiToken:
    return ApiToken(
        row.id,
        row.person_id,
        row.name,
        parse_scopes(row.scopes),
        row.made_at,
        row.expires_at,
        row.used_at,
        row.revoked_at,
    )


def authenticate(db: Connection, authorization: str, required: Scope, now: datetime) -> AuthenticatedToken:
    """Whose token the header `Authorization: Bearer …` (RFC 6750) holds, while it holds and their account is open.

    Raises SignInRequired for no such token, NotAllowed for one whose scopes don't cover what is needed.
    """
    kind, _, text = authorization.partition(" ")
    found = _find(db, token_hash(text.strip()), now) if kind.lower() == "bearer" else None
    if found is None:
        raise SignInRequired
    if not allows(found.token.scopes, required):
        raise NotAllowed(f"a token with {required}")
    return found
