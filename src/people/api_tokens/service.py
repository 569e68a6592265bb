"""API tokens: an API client acts as the person who made its token, within the token's scopes."""

from collections.abc import Iterable
from datetime import timedelta

from foundation.ids import new_token, token_hash
from people.access.scopes import Scope, format_scopes
from people.api_tokens import store
from people.authentication.api_tokens import ApiToken
from people.errors import NotFound, TooManyTokens
from people.web.context import RequestContext, record_change

PREFIX = "livs_"  # by which people and scanners for leaked secrets recognise a token
TOKENS_MAX = 20  # valid ones per person
DAYS = (30, 90, 365)  # lifetimes to choose from


def tokens(context: RequestContext) -> tuple[ApiToken, ...]:
    """The actor's tokens, newest first, expired and revoked ones included."""
    return store.of_person(context.db, context.person_id)


def make_token(
    context: RequestContext, token_id: str, name: str, scopes: Iterable[Scope], days: int
) -> str | None:
    """Create a token and return its text, which is not stored in clear.

    Returns None when `token_id` exists: the form was posted twice. Raises TooManyTokens.
    """
    existing = tokens(context)
    if any(token.id == token_id for token in existing):
        return None
    if sum(token.is_valid(context.now) for token in existing) >= TOKENS_MAX:
        raise TooManyTokens(TOKENS_MAX)
    text = f"{PREFIX}{new_token()}"
    token = ApiToken(
        token_id, context.person_id, name, tuple(scopes), context.now, context.now + timedelta(days=days)
    )
    store.add(context.db, token, token_hash(text))
    record_change(
        context, "people:token:make", token_id, {"scopes": format_scopes(token.scopes), "days": days}
    )
    return text


def revoke_token(context: RequestContext, token_id: str) -> None:
    """Revoke one of the actor's tokens at once. Raises NotFound."""
    # Somebody else's token gets the same answer as one that never existed.
    if all(token.id != token_id for token in tokens(context)):
        raise NotFound
    if store.revoke(context.db, token_id, context.person_id, context.now):
        record_change(context, "people:token:revoke", token_id)
