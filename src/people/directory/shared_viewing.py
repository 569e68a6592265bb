"""Shared viewing: a support worker is signed in as themselves and the citizen beside them reads along.

It gives no additional access; the citizen's access log says that they read together.
"""

from datetime import datetime, timedelta

from people.access.model import DataKind, RelationKind
from people.directory import store
from people.web.context import RequestContext, record_change

DURATION = timedelta(minutes=60)


def current(context: RequestContext) -> dict[str, datetime]:
    """The citizens with whom the actor shares the screen now, and until when at most."""
    return store.relations_of(context.db, RelationKind.TOGETHER, context.person_id, context.now)


def start(context: RequestContext, citizen_id: str) -> None:
    """Start sharing the screen with a citizen, for 60 minutes at most. Raises NotFound, NotAllowed."""
    # Of all staff only the citizen's own support worker may change goals, so this admits nobody else.
    context.authorize_change(citizen_id, DataKind.GOALS)
    if citizen_id in current(context):
        return
    ends_at = context.now + DURATION
    store.add_relation(
        context.db,
        RelationKind.TOGETHER,
        context.person_id,
        citizen_id,
        context.now,
        context.person_id,
        ends_at,
    )
    record_change(context, "people:relation:together", citizen_id, {"holder": [None, context.person_id]})


def end(context: RequestContext, citizen_id: str) -> None:
    """Stop sharing the screen. Raises NotFound, NotAllowed."""
    context.authorize_change(citizen_id, DataKind.GOALS)
    store.end_relation(context.db, RelationKind.TOGETHER, context.person_id, citizen_id, context.now)
    record_change(context, "people:relation:end_together", citizen_id, {"holder": [context.person_id, None]})
