"""Looking together: a support worker is signed in as themselves while the citizen sits beside them and looks along.

It opens nothing more than the support worker sees anyway; the citizen's log says that they looked together.
"""

from datetime import datetime, timedelta

from people.access.model import DataKind, RelationKind
from people.directory import store
from people.web.context import RequestContext, record_change

DURATION = timedelta(minutes=60)


def current(context: RequestContext) -> dict[str, datetime]:
    """The citizens with whom the actor looks together now, and until when at most."""
    return store.relations_of(context.db, RelationKind.TOGETHER, context.person_id, context.now)


def start(context: RequestContext, citizen_id: str) -> None:
    """From now on, for 60 minutes at most. Raises NotFound, NotAllowed."""
    context.authorize_change(citizen_id, DataKind.GOALS)
    if citizen_id in current(context):
        return
    until = context.now + DURATION
    store.add_relation(
        context.db,
        RelationKind.TOGETHER,
        context.person_id,
        citizen_id,
        context.now,
        context.person_id,
        until,
    )
    record_change(context, "people:relation:together", citizen_id, {"holder": [None, context.person_id]})


def end(context: RequestContext, citizen_id: str) -> None:
    """No longer. Raises NotFound, NotAllowed."""
    context.authorize_change(citizen_id, DataKind.GOALS)
    store.end_relation(context.db, RelationKind.TOGETHER, context.person_id, citizen_id, context.now)
    record_change(context, "people:relation:end_together", citizen_id, {"holder": [context.person_id, None]})
