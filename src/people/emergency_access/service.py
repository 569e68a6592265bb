"""Breaking the glass, from the reason in words to the leader's review.

break_glass(visit, called, kinds, reason) -> id      by staff who have no tie to the citizen
may_open(visit) -> kinds; mine(visit), opened(visit, id), shut(visit, id)
of_citizen(visit), untold(visit), told(visit)        the citizen is told
to_review(visit), review(visit, id, in_order, words) a leader looks into it
"""

from collections.abc import Sequence

import msgspec

from foundation.clock import local_date
from foundation.db.actor import bypass_row_security
from foundation.i18n import N_, LazyText
from foundation.ids import new_id
from people.access.model import DataKind, Purpose, Role
from people.access.policy import EMERGENCY_READS, AccessOutcome, Action
from people.directory import store as directory_store
from people.directory.model import Person
from people.emergency_access import store as emergency_access_store
from people.emergency_access.model import EmergencyAccess, open_emergency_access
from people.errors import AlreadyReviewed, EmergencyAccessRefused, NotAllowed, NotFound
from people.web.context import RequestContext, record_change

REVIEWED_SHOWN_MAX = 20


class AccessNotice(msgspec.Struct, frozen=True):
    """An emergency with the people in it, as far as the reader may know them."""

    emergency: EmergencyAccess
    holder: Person
    citizen: Person | None = None
    late: bool = False


def openable_kinds(context: RequestContext) -> frozenset[DataKind]:
    """The kinds of data that the actor may open in an emergency. Raises NotAllowed when there are none."""
    kinds = frozenset[DataKind]().union(
        *(EMERGENCY_READS.get(held.role, frozenset()) for held in context.actor.roles)
    )
    if not kinds:
        raise NotAllowed("staff near citizens only")
    return kinds


def break_glass(context: RequestContext, name_or_number: str, kinds: frozenset[DataKind], reason: str) -> str:
    """Open those kinds of a citizen's data for 60 minutes; gives the emergency's id. Raises EmergencyAccessRefused, NotAllowed.

    `called` is the citizen's full name or number: nobody learns who exists by a part of a name, and a miss is recorded.
    """
    kinds &= openable_kinds(context)
    with bypass_row_security(context.db):
        found = directory_store.citizens_by_name_or_number(context.db, " ".join(name_or_number.split()))
    if len(found) != 1:
        record_change(context, "people:emergency:miss", context.person_id, {"found": len(found)})
        raise EmergencyAccessRefused(
            LazyText(N_("More than one citizen is called that. Write the citizen's number instead."))
            if found
            else LazyText(N_("We know no citizen by that name or number. Write the full name."))
        )
    with bypass_row_security(context.db):
        decisions = [context.decision(found[0], Action.READ, kind) for kind in sorted(kinds)]
    needed = any(one is not None and one.outcome is AccessOutcome.NEEDS_BREAK_GLASS for one in decisions)
    if not needed:
        raise EmergencyAccessRefused(LazyText(N_("You may see that already. You need not open it.")))
    emergency = open_emergency_access(new_id(), context.person_id, found[0], kinds, reason, context.now)
    emergency_access_store.add(context.db, emergency)
    record_change(
        context, "people:emergency:begin", found[0], {"id": emergency.id, "kinds": sorted(emergency.kinds)}
    )
    return emergency.id


def list_open(context: RequestContext) -> tuple[AccessNotice, ...]:
    """What the actor has open now. Raises NotAllowed."""
    openable_kinds(context)
    return tuple(
        _notice_with_citizen(context, one)
        for one in emergency_access_store.open_of(context.db, context.person_id, context.now)
    )


def get_open(context: RequestContext, emergency_id: str) -> AccessNotice:
    """One that the actor has open now. Raises NotFound."""
    return _notice_with_citizen(context, _require_open(context, emergency_id))


def close(context: RequestContext, emergency_id: str) -> None:
    """Shut it before the time is up. Raises NotFound."""
    found = _require_open(context, emergency_id)
    emergency_access_store.set_ends_at(context.db, emergency_id, context.now)
    record_change(context, "people:emergency:end", found.citizen_id, {"id": emergency_id})


def of_citizen(context: RequestContext, citizen_id: str) -> tuple[AccessNotice, ...]:
    """Every time that the glass was broken for a citizen, as the citizen reads it. Raises NotFound, NotAllowed."""
    context.authorize_read(citizen_id, DataKind.ACCESS_LOG, Purpose.OWN)
    return _notices(context, emergency_access_store.of_citizen(context.db, citizen_id))


def unacknowledged(context: RequestContext) -> int:
    """How many times the glass was broken for the citizen who asks, without them having read of it yet."""
    if not context.actor.has_role(Role.CITIZEN):
        return 0
    found = emergency_access_store.of_citizen(context.db, context.person_id)
    return sum(one.told_at is None for one in found)


def acknowledge(context: RequestContext) -> None:
    """The citizen has read of all of them."""
    new = [
        one for one in emergency_access_store.of_citizen(context.db, context.person_id) if one.told_at is None
    ]
    emergency_access_store.set_acknowledged(context.db, [one.id for one in new], context.now)
    record_change(context, "people:emergency:told", context.person_id, {"count": len(new)})


def to_review(context: RequestContext) -> tuple[tuple[AccessNotice, ...], tuple[AccessNotice, ...]]:
    """What waits for a leader's word, and the newest that have it; the citizen is not named. Raises NotAllowed."""
    _require_leader(context)
    return (
        _notices(context, emergency_access_store.to_review(context.db)),
        _notices(context, emergency_access_store.newest_reviewed(context.db, REVIEWED_SHOWN_MAX)),
    )


def get_for_review(context: RequestContext, emergency_id: str) -> AccessNotice:
    """One of them. Raises NotFound, NotAllowed."""
    _require_leader(context)
    found = emergency_access_store.emergency(context.db, emergency_id)
    if found is None:
        raise NotFound
    return _notices(context, [found])[0]


def review(context: RequestContext, emergency_id: str, *, in_order: bool, comment: str) -> None:
    """A leader's word; one that was not in order is shut at once. Raises NotFound, NotAllowed, AlreadyReviewed.

    Nobody reviews what they opened themselves.
    """
    found = get_for_review(context, emergency_id).emergency
    if found.holder_id == context.person_id:
        raise NotAllowed("nobody reviews what they opened themselves")
    if not emergency_access_store.set_review(
        context.db, emergency_id, context.person_id, context.now, in_order=in_order, review=comment
    ):
        raise AlreadyReviewed
    if not in_order:
        emergency_access_store.set_ends_at(context.db, emergency_id, context.now)
    record_change(
        context, "people:emergency:review", found.citizen_id, {"id": emergency_id, "in_order": in_order}
    )


def _require_leader(context: RequestContext) -> None:
    if not context.actor.has_role(Role.LEADER):
        raise NotAllowed("leaders only")


def _require_open(context: RequestContext, emergency_id: str) -> EmergencyAccess:
    found = emergency_access_store.emergency(context.db, emergency_id)
    if found is None or found.holder_id != context.person_id or not found.is_open(context.now):
        raise NotFound
    return found


def _notice_with_citizen(context: RequestContext, emergency: EmergencyAccess) -> AccessNotice:
    context.authorize_read(emergency.citizen_id, DataKind.IDENTITY, Purpose.EMERGENCY)
    people = directory_store.people(context.db, [emergency.holder_id, emergency.citizen_id])
    return AccessNotice(emergency, people[emergency.holder_id], people[emergency.citizen_id])


def _notices(context: RequestContext, emergencies: Sequence[EmergencyAccess]) -> tuple[AccessNotice, ...]:
    people = directory_store.people(context.db, sorted({one.holder_id for one in emergencies}))
    today = local_date(context.now)
    return tuple(AccessNotice(one, people[one.holder_id], late=one.is_late(today)) for one in emergencies)
