"""Letting programs in: by a token in the request, within its scopes."""

from datetime import datetime

from sqlalchemy import Connection

from foundation.ids import token_hash
from people.access.scopes import Scope, allows
from people.authentication import api_tokens
from people.authentication.api_tokens import Bearer
from people.errors import NotAllowed, SignInNeeded


def bearer(db: Connection, authorization: str, needed: Scope, now: datetime) -> Bearer:
    """Whose token the header `Authorization: Bearer …` (RFC 6750) holds, while it holds and their account is open.

    Raises SignInNeeded for no such token, NotAllowed for one whose scopes don't cover what is needed.
    """
    kind, _, text = authorization.partition(" ")
    found = api_tokens.bearer(db, token_hash(text.strip()), now) if kind.lower() == "bearer" else None
    if found is None:
        raise SignInNeeded
    if not allows(found.token.scopes, needed):
        raise NotAllowed(f"a token with {needed}")
    return found
