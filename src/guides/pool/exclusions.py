"""Pairs that are never to be proposed again."""

from guides.pool import store as pool_store
from people.access.model import DataKind, Purpose
from people.web.context import Visit, record


def ruled_out(visit: Visit, citizen_id: str) -> tuple[str, ...]:
    """Ids of the guides who are ruled out for a citizen. Raises NotFound, NotAllowed."""
    visit.look(citizen_id, DataKind.WISHES, Purpose.FOLLOW_UP)
    return pool_store.exclusions(visit.db, [citizen_id]).get(citizen_id, ())


def rule_out(visit: Visit, citizen_id: str, guide_id: str) -> None:
    """Never these two again. Said by the citizen or a coordinator; nobody else learns of it."""
    visit.touch(citizen_id, DataKind.WISHES)
    pool_store.add_exclusions(visit.db, [(citizen_id, guide_id)], visit.person_id, visit.now)
    record(visit, "guides:exclusion:make", citizen_id)


def allow_again(visit: Visit, citizen_id: str, guide_id: str) -> None:
    """Take back that these two were ruled out."""
    visit.touch(citizen_id, DataKind.WISHES)
    pool_store.remove_exclusion(visit.db, citizen_id, guide_id)
    record(visit, "guides:exclusion:end", citizen_id)
