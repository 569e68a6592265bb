"""The API of `people`: who a token acts as."""

from datetime import datetime

import msgspec
from litestar import get

from people.access.model import RoleAssignment
from people.access.scopes import Feature
from people.web.app_state import AppRequest
from people.web.context import bearer_token, read_context
from people.web.rules import require_scope


class Me(msgspec.Struct, frozen=True):
    """Whom a program acts as, and what its token lets it do."""

    person_id: str
    given_name: str
    roles: tuple[RoleAssignment, ...]
    scopes: tuple[str, ...]
    expires_at: datetime


@get("/api/me", opt=require_scope(Feature.PEOPLE), sync_to_thread=True)
def me(request: AppRequest) -> Me:
    """Whom this program acts as, in which roles, and what its token lets it do."""
    with read_context(request) as context:
        token = bearer_token(request)
    return Me(
        context.person_id,
        context.actor.given_name,
        context.actor.roles,
        tuple(str(scope) for scope in token.scopes),
        token.expires_at,
    )


ROUTES = (me,)
