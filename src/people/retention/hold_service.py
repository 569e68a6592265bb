"""Legal holds: an administrator says whose data may not be erased, why and until when, and lifts it again."""

from datetime import date

from foundation.clock import local_date
from foundation.db.actor import as_system
from people.access.model import Role
from people.directory.service import whom
from people.errors import NotAllowed, NotFound
from people.retention import hold_store
from people.retention.model import Hold
from people.web.context import Visit, record


def lasting(visit: Visit) -> tuple[Hold, ...]:
    """The holds that last now, or will, by the day on which they begin. Raises NotAllowed."""
    _administers(visit)
    with as_system(visit.db):
        return hold_store.lasting(visit.db, local_date(visit.now))


def set_hold(
    visit: Visit, hold_id: str, called: str, why: str, starts_on: date, ends_on: date | None
) -> None:
    """Hold somebody's data back from being erased; the person reads why. The same id again changes nothing.

    `called` is the id of the person, or a citizen's full name or number in the municipality's files. Raises NobodyCalled,
    NotAllowed.
    """
    _administers(visit)
    with as_system(visit.db):  # whom the administrator names is found by the whole name alone, and noted
        person_id = whom(visit.db, called)
        hold = Hold(hold_id, person_id, why, starts_on, ends_on, visit.person_id)
        is_new = hold_store.add(visit.db, hold, visit.now)
    if is_new:
        record(visit, "people:hold:set", person_id, {"id": hold_id, "until": str(ends_on or "")})


def lift(visit: Visit, hold_id: str) -> None:
    """End a hold now: what is due is erased the next time. Raises NotFound, NotAllowed."""
    _administers(visit)
    with as_system(visit.db):
        person_id = hold_store.lift(visit.db, hold_id, visit.person_id, visit.now)
    if person_id is None:
        raise NotFound
    record(visit, "people:hold:lift", person_id, {"id": hold_id})


def _administers(visit: Visit) -> None:
    if not visit.actor.has(Role.ADMINISTRATOR):
        raise NotAllowed("administrators only")
