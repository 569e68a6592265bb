"""Pairs that are never to be proposed again."""

from guides.pool import store as pool_store
from people.access.model import DataKind, Purpose
from people.web.context import RequestContext, record_change


def excluded_guide_ids(context: RequestContext, citizen_id: str) -> tuple[str, ...]:
    """Ids of the guides who are ruled out for a citizen. Raises NotFound, NotAllowed."""
    context.authorize_read(citizen_id, DataKind.WISHES, Purpose.FOLLOW_UP)
    return pool_store.exclusions(context.db, [citizen_id]).get(citizen_id, ())


def exclude_pair(context: RequestContext, citizen_id: str, guide_id: str) -> None:
    """Never these two again. Said by the citizen or a coordinator; nobody else learns of it."""
    context.authorize_change(citizen_id, DataKind.WISHES)
    pool_store.add_exclusions(context.db, [(citizen_id, guide_id)], context.person_id, context.now)
    record_change(context, "guides:exclusion:make", citizen_id)


def remove_exclusion(context: RequestContext, citizen_id: str, guide_id: str) -> None:
    """Take back that these two were ruled out."""
    context.authorize_change(citizen_id, DataKind.WISHES)
    pool_store.remove_exclusion(context.db, citizen_id, guide_id)
    record_change(context, "guides:exclusion:end", citizen_id)
