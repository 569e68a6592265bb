"""Pairs that must never be proposed again."""

from guides.pool import store as pool_store
from people.access.model import DataKind, Purpose
from people.web.context import RequestContext, record_change


def excluded_guide_ids(context: RequestContext, citizen_id: str) -> tuple[str, ...]:
    """Ids of the guides who are excluded for a citizen. Raises NotFound, NotAllowed."""
    context.authorize_read(citizen_id, DataKind.WISHES, Purpose.FOLLOW_UP)
    return pool_store.exclusions(context.db, [citizen_id]).get(citizen_id, ())


def exclude_pair(context: RequestContext, citizen_id: str, guide_id: str) -> None:
    """Exclude a pair for good, by the citizen or a coordinator; nobody else is told. Raises NotFound, NotAllowed."""
    context.authorize_change(citizen_id, DataKind.WISHES)
    pool_store.add_exclusions(context.db, [(citizen_id, guide_id)], context.person_id, context.now)
    record_change(context, "guides:exclusion:make", citizen_id)


def remove_exclusion(context: RequestContext, citizen_id: str, guide_id: str) -> None:
    """Allow an excluded pair again. Raises NotFound, NotAllowed."""
    context.authorize_change(citizen_id, DataKind.WISHES)
    pool_store.remove_exclusion(context.db, citizen_id, guide_id)
    record_change(context, "guides:exclusion:end", citizen_id)
