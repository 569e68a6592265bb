"""Authenticating requests by API token. Only the token's hash is stored."""

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
    """An API token without its text."""

    id: str
    person_id: str
    name: str  # what it is for
    scopes: tuple[Scope, ...]
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None  # the first use on the last day on which it was used
    revoked_at: datetime | None = None

    def is_valid(self, now: datetime) -> bool:
        """Whether it can still be used."""
        return self.revoked_at is None and now < self.expires_at


class AuthenticatedToken(msgspec.Struct, frozen=True):
    """The token of a request and the person who owns it."""

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
    """The valid token with that hash and its owner with their current roles; None if the account is closed."""
    rows = db.execute(_AUTHENTICATED_TOKEN, {"hash": hashed, "now": now}).all()
    if not rows:
        return None
    first = rows[0]
    roles = tuple(RoleAssignment(Role(row.role), row.area_id) for row in rows if row.role)
    return AuthenticatedToken(Actor(first.person_id, first.given_name, roles), first.language, _token(first))


def set_used(db: Connection, token_id: str, now: datetime) -> None:
    """Record that a token was used."""
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
    """The token in the header `Authorization: Bearer …` (RFC 6750), while it is valid and the account is
    open.

    Raises SignInRequired for no such token, NotAllowed for one whose scopes don't cover the required one.
    """
    kind, _, text = authorization.partition(" ")
    authenticated = _find(db, token_hash(text.strip()), now) if kind.lower() == "bearer" else None
    if authenticated is None:
        raise SignInRequired
    if not allows(authenticated.token.scopes, required):
        raise NotAllowed(f"a token with {required}")
    return authenticated
