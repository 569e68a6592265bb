"""Queries on a person's API tokens."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, insert, select, update

from people.access.scopes import format_scopes
from people.authentication.api_tokens import ApiToken, _token
from people.tables import sign_in as sign_in_tables


def add(db: Connection, token: ApiToken, hashed: str) -> None:
    """Store a token."""
    values = msgspec.structs.asdict(token) | {"scopes": format_scopes(token.scopes), "token_hash": hashed}
    db.execute(insert(sign_in_tables.token).values(values))


def of_person(db: Connection, person_id: str) -> tuple[ApiToken, ...]:
    """A person's tokens, newest first, expired and revoked ones included."""
    query = select(sign_in_tables.token).where(sign_in_tables.token.c.person_id == person_id)
    return tuple(
        _token(row)
        for row in db.execute(
            query.order_by(sign_in_tables.token.c.made_at.desc(), sign_in_tables.token.c.id)
        )
    )


def revoke(db: Connection, token_id: str, person_id: str, now: datetime) -> bool:
    """Revoke a person's token; False when there was no valid one."""
    conditions = (
        sign_in_tables.token.c.id == token_id,
        sign_in_tables.token.c.person_id == person_id,
        sign_in_tables.token.c.revoked_at.is_(None),
    )
    return db.execute(update(sign_in_tables.token).where(*conditions).values(revoked_at=now)).rowcount > 0
