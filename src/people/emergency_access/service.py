"""Emergency access: opening it, telling the citizen, and the leader's review."""

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
    """An emergency access with the people in it, as far as the reader may know them."""

    emergency: EmergencyAccess
    holder: Person
    citizen: Person | None = None
    late: bool = False


def openable_kinds(context: RequestContext) -> frozenset[DataKind]:
    """The kinds of data that the actor may open in an emergency. Raises NotAllowed when there are none."""
    kinds = frozenset[DataKind]().union(
        *(EMERGENCY_READS.get(assignment.role, frozenset()) for assignment in context.actor.roles)
    )
    if not kinds:
        raise NotAllowed("staff near citizens only")
    return kinds


def break_glass(context: RequestContext, name_or_number: str, kinds: frozenset[DataKind], reason: str) -> str:
    """Open those kinds of a citizen's data for 60 minutes; returns the id. Raises EmergencyAccessRefused,
    NotAllowed.

    `name_or_number` has to be the full name or number: a part of a name must not reveal who exists, and a
    miss is recorded.
    """
    # Whatever the form says, never more than the same role reads about its own citizens.
    kinds &= openable_kinds(context)
    # The actor has no relationship to this citizen yet, so row-level security would hide them.
    with bypass_row_security(context.db):
        ids = directory_store.citizens_by_name_or_number(context.db, " ".join(name_or_number.split()))
    if len(ids) != 1:
        record_change(context, "people:emergency:miss", context.person_id, {"found": len(ids)})
        raise EmergencyAccessRefused(
            LazyText(N_("More than one citizen is called that. Write the citizen's number instead."))
            if ids
            else LazyText(N_("We know no citizen by that name or number. Write the full name."))
        )
    with bypass_row_security(context.db):
        decisions = [context.decision(ids[0], Action.READ, kind) for kind in sorted(kinds)]
    needed = any(
        decision is not None and decision.outcome is AccessOutcome.NEEDS_BREAK_GLASS for decision in decisions
    )
    if not needed:
        raise EmergencyAccessRefused(LazyText(N_("You may see that already. You need not open it.")))
    emergency = open_emergency_access(new_id(), context.person_id, ids[0], kinds, reason, context.now)
    emergency_access_store.add(context.db, emergency)
    record_change(
        context, "people:emergency:begin", ids[0], {"id": emergency.id, "kinds": sorted(emergency.kinds)}
    )
    return emergency.id


def list_open(context: RequestContext) -> tuple[AccessNotice, ...]:
    """The actor's open emergency accesses. Raises NotAllowed."""
    openable_kinds(context)
    emergencies = emergency_access_store.open_of(context.db, context.person_id, context.now)
    return _notices_with_citizens(context, emergencies)


def get_open(context: RequestContext, emergency_id: str) -> AccessNotice:
    """One open emergency access of the actor. Raises NotFound."""
    return _notices_with_citizens(context, [_require_open(context, emergency_id)])[0]


def close(context: RequestContext, emergency_id: str) -> None:
    """Close it before the time is up. Raises NotFound."""
    emergency = _require_open(context, emergency_id)
    emergency_access_store.set_ends_at(context.db, emergency_id, context.now)
    record_change(context, "people:emergency:end", emergency.citizen_id, {"id": emergency_id})


def of_citizen(context: RequestContext, citizen_id: str) -> tuple[AccessNotice, ...]:
    """Every emergency access to a citizen's data, as the citizen reads it. Raises NotFound, NotAllowed."""
    context.authorize_read(citizen_id, DataKind.ACCESS_LOG, Purpose.OWN)
    return _notices(context, emergency_access_store.of_citizen(context.db, citizen_id))


def unacknowledged(context: RequestContext) -> int:
    """How many emergency accesses to the actor's own data they have not read about yet."""
    if not context.actor.has_role(Role.CITIZEN):
        return 0
    emergencies = emergency_access_store.of_citizen(context.db, context.person_id)
    return sum(emergency.told_at is None for emergency in emergencies)


def acknowledge(context: RequestContext) -> None:
    """Record that the citizen has read about all of them."""
    emergencies = emergency_access_store.of_citizen(context.db, context.person_id)
    unread_ids = [emergency.id for emergency in emergencies if emergency.told_at is None]
    emergency_access_store.set_acknowledged(context.db, unread_ids, context.now)
    record_change(context, "people:emergency:told", context.person_id, {"count": len(unread_ids)})


def to_review(context: RequestContext) -> tuple[tuple[AccessNotice, ...], tuple[AccessNotice, ...]]:
    """The emergency accesses to review, and the newest reviewed ones; citizens are not named. Raises
    NotAllowed.
    """
    _require_leader(context)
    return (
        _notices(context, emergency_access_store.to_review(context.db)),
        _notices(context, emergency_access_store.newest_reviewed(context.db, REVIEWED_SHOWN_MAX)),
    )


def get_for_review(context: RequestContext, emergency_id: str) -> AccessNotice:
    """One emergency access, for a leader. Raises NotFound, NotAllowed."""
    _require_leader(context)
    emergency = emergency_access_store.emergency(context.db, emergency_id)
    if emergency is None:
        raise NotFound
    return _notices(context, [emergency])[0]


def review(context: RequestContext, emergency_id: str, *, in_order: bool, comment: str) -> None:
    """Store a leader's review; access that was not in order is closed at once.

    Raises NotFound, AlreadyReviewed, and NotAllowed, also for whoever opened it.
    """
    emergency = get_for_review(context, emergency_id).emergency
    # The table refuses this too (`reviewed_by_another`); here the refusal has a reason that can be shown.
    if emergency.holder_id == context.person_id:
        raise NotAllowed("nobody reviews what they opened themselves")
    # Two leaders may review it at once: the condition of the UPDATE lets only the first one through.
    if not emergency_access_store.set_review(
        context.db, emergency_id, context.person_id, context.now, in_order=in_order, review=comment
    ):
        raise AlreadyReviewed
    if not in_order:
        emergency_access_store.set_ends_at(context.db, emergency_id, context.now)
    record_change(
        context, "people:emergency:review", emergency.citizen_id, {"id": emergency_id, "in_order": in_order}
    )


def _require_leader(context: RequestContext) -> None:
    if not context.actor.has_role(Role.LEADER):
        raise NotAllowed("leaders only")


def _require_open(context: RequestContext, emergency_id: str) -> EmergencyAccess:
    emergency = emergency_access_store.emergency(context.db, emergency_id)
    # Absent, somebody else's and expired give the same answer, which reveals nothing about the others.
    if emergency is None or emergency.holder_id != context.person_id or not emergency.is_open(context.now):
        raise NotFound
    return emergency


def _notices_with_citizens(
    context: RequestContext, emergencies: Sequence[EmergencyAccess]
) -> tuple[AccessNotice, ...]:
    citizen_ids = {emergency.citizen_id for emergency in emergencies}
    context.authorize_reads(sorted(citizen_ids), DataKind.IDENTITY, Purpose.EMERGENCY)
    holder_ids = {emergency.holder_id for emergency in emergencies}
    people = directory_store.people(context.db, sorted(citizen_ids | holder_ids))
    return tuple(
        AccessNotice(emergency, people[emergency.holder_id], people[emergency.citizen_id])
        for emergency in emergencies
    )


def _notices(context: RequestContext, emergencies: Sequence[EmergencyAccess]) -> tuple[AccessNotice, ...]:
    people = directory_store.people(context.db, sorted({emergency.holder_id for emergency in emergencies}))
    today = local_date(context.now)
    return tuple(
        AccessNotice(emergency, people[emergency.holder_id], late=emergency.is_late(today))
        for emergency in emergencies
    )
