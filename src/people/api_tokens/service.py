"""Tokens of the programming interface: a program acts as the person who made its token, within the token's scopes."""

from collections.abc import Iterable
from datetime import timedelta

from foundation.ids import new_token, token_hash
from people.access.scopes import Scope, format_scopes
from people.api_tokens import store
from people.authentication.api_tokens import ApiToken
from people.errors import NotFound, TooManyTokens
from people.web.context import RequestContext, record_change

PREFIX = "livs_"  # by which people, and programs that look for leaked secrets, know what it is
TOKENS_MAX = 20  # that hold at once, of one person
DAYS = (30, 90, 365)  # for which a token may hold


def tokens(context: RequestContext) -> tuple[ApiToken, ...]:
    """The tokens of whoever asks, the newest first, those that no longer hold included."""
    return store.of_person(context.db, context.person_id)


def make_token(
    context: RequestContext, token_id: str, name: str, scopes: Iterable[Scope], days: int
) -> str | None:
    """A new token; gives its text, which is not kept, or None when `token_id` was made before: the same form twice.

    Raises TooManyTokens.
    """
    held = tokens(context)
    if any(one.id == token_id for one in held):
        return None
    if sum(one.is_valid(context.now) for one in held) >= TOKENS_MAX:
        raise TooManyTokens(TOKENS_MAX)
    text = f"{PREFIX}{new_token()}"
    made = ApiToken(
        token_id, context.person_id, name, tuple(scopes), context.now, context.now + timedelta(days=days)
    )
    store.add(context.db, made, token_hash(text))
    record_change(
        context, "people:token:make", token_id, {"scopes": format_scopes(made.scopes), "days": days}
    )
    return text


def revoke_token(context: RequestContext, token_id: str) -> None:
    """End one of the tokens of whoever asks at once. Raises NotFound."""
    if all(one.id != token_id for one in tokens(context)):
        raise NotFound
    if store.revoke(context.db, token_id, context.person_id, context.now):
        record_change(context, "people:token:revoke", token_id)
