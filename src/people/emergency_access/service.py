"""Breaking the glass, from the reason in words to the leader's review.

break_glass(visit, called, kinds, reason) -> id      by staff who have no tie to the citizen
may_open(visit) -> kinds; mine(visit), opened(visit, id), shut(visit, id)
of_citizen(visit), untold(visit), told(visit)        the citizen is told
to_review(visit), review(visit, id, in_order, words) a leader looks into it
"""

from collections.abc import Sequence

import msgspec

from foundation.clock import local_date
from foundation.db.actor import as_system
from foundation.i18n import N_, Text
from foundation.ids import new_id
from people.access.model import DataKind, Purpose, Role
from people.access.policy import EMERGENCY_READS, Outcome, Verb
from people.directory import store as directory_store
from people.directory.model import Person
from people.emergency_access import store as emergency_access_store
from people.emergency_access.model import Emergency, begin
from people.errors import NotAllowed, NotFound, NotOpened, ReviewedAlready
from people.web.context import Visit, record

REVIEWED_SHOWN = 20


class Told(msgspec.Struct, frozen=True):
    """An emergency with the people in it, as far as the reader may know them."""

    emergency: Emergency
    holder: Person
    citizen: Person | None = None
    late: bool = False


def may_open(visit: Visit) -> frozenset[DataKind]:
    """The kinds of data that the actor may open in an emergency. Raises NotAllowed when there are none."""
    kinds = frozenset[DataKind]().union(
        *(EMERGENCY_READS.get(held.role, frozenset()) for held in visit.actor.roles)
    )
    if not kinds:
        raise NotAllowed("staff near citizens only")
    return kinds


def break_glass(visit: Visit, called: str, kinds: frozenset[DataKind], reason: str) -> str:
    """Open those kinds of a citizen's data for 60 minutes; gives the emergency's id. Raises NotOpened, NotAllowed.

    `called` is the citizen's full name or number: nobody learns who exists by a part of a name, and a miss is recorded.
    """
    kinds &= may_open(visit)
    with as_system(visit.db):
        found = directory_store.citizens_called(visit.db, " ".join(called.split()))
    if len(found) != 1:
        record(visit, "people:emergency:miss", visit.person_id, {"found": len(found)})
        raise NotOpened(
            Text(N_("More than one citizen is called that. Write the citizen's number instead."))
            if found
            else Text(N_("We know no citizen by that name or number. Write the full name."))
        )
    with as_system(visit.db):
        decisions = [visit.decision(found[0], Verb.READ, kind) for kind in sorted(kinds)]
    needed = any(one is not None and one.outcome is Outcome.NEEDS_BREAK_GLASS for one in decisions)
    if not needed:
        raise NotOpened(Text(N_("You may see that already. You need not open it.")))
    emergency = begin(new_id(), visit.person_id, found[0], kinds, reason, visit.now)
    emergency_access_store.add(visit.db, emergency)
    record(visit, "people:emergency:begin", found[0], {"id": emergency.id, "kinds": sorted(emergency.kinds)})
    return emergency.id


def mine(visit: Visit) -> tuple[Told, ...]:
    """What the actor has open now. Raises NotAllowed."""
    may_open(visit)
    return tuple(
        _with_citizen(visit, one)
        for one in emergency_access_store.open_of(visit.db, visit.person_id, visit.now)
    )


def opened(visit: Visit, emergency_id: str) -> Told:
    """One that the actor has open now. Raises NotFound."""
    return _with_citizen(visit, _mine(visit, emergency_id))


def shut(visit: Visit, emergency_id: str) -> None:
    """Shut it before the time is up. Raises NotFound."""
    found = _mine(visit, emergency_id)
    emergency_access_store.set_end(visit.db, emergency_id, visit.now)
    record(visit, "people:emergency:end", found.citizen_id, {"id": emergency_id})


def of_citizen(visit: Visit, citizen_id: str) -> tuple[Told, ...]:
    """Every time that the glass was broken for a citizen, as the citizen reads it. Raises NotFound, NotAllowed."""
    visit.look(citizen_id, DataKind.ACCESS_LOG, Purpose.OWN)
    return _told(visit, emergency_access_store.of_citizen(visit.db, citizen_id))


def untold(visit: Visit) -> int:
    """How many times the glass was broken for the citizen who asks, without them having read of it yet."""
    if not visit.actor.has(Role.CITIZEN):
        return 0
    found = emergency_access_store.of_citizen(visit.db, visit.person_id)
    return sum(one.told_at is None for one in found)


def told(visit: Visit) -> None:
    """The citizen has read of all of them."""
    new = [one for one in emergency_access_store.of_citizen(visit.db, visit.person_id) if one.told_at is None]
    emergency_access_store.set_told(visit.db, [one.id for one in new], visit.now)
    record(visit, "people:emergency:told", visit.person_id, {"count": len(new)})


def to_review(visit: Visit) -> tuple[tuple[Told, ...], tuple[Told, ...]]:
    """What waits for a leader's word, and the newest that have it; the citizen is not named. Raises NotAllowed."""
    _leads(visit)
    return (
        _told(visit, emergency_access_store.to_review(visit.db)),
        _told(visit, emergency_access_store.newest_reviewed(visit.db, REVIEWED_SHOWN)),
    )


def one_to_review(visit: Visit, emergency_id: str) -> Told:
    """One of them. Raises NotFound, NotAllowed."""
    _leads(visit)
    found = emergency_access_store.emergency(visit.db, emergency_id)
    if found is None:
        raise NotFound
    return _told(visit, [found])[0]


def review(visit: Visit, emergency_id: str, *, in_order: bool, words: str) -> None:
    """A leader's word; one that was not in order is shut at once. Raises NotFound, NotAllowed, ReviewedAlready.

    Nobody reviews what they opened themselves.
    """
    found = one_to_review(visit, emergency_id).emergency
    if found.holder_id == visit.person_id:
        raise NotAllowed("nobody reviews what they opened themselves")
    if not emergency_access_store.set_review(
        visit.db, emergency_id, visit.person_id, visit.now, in_order=in_order, review=words
    ):
        raise ReviewedAlready
    if not in_order:
        emergency_access_store.set_end(visit.db, emergency_id, visit.now)
    record(visit, "people:emergency:review", found.citizen_id, {"id": emergency_id, "in_order": in_order})


def _leads(visit: Visit) -> None:
    if not visit.actor.has(Role.LEADER):
        raise NotAllowed("leaders only")


def _mine(visit: Visit, emergency_id: str) -> Emergency:
    found = emergency_access_store.emergency(visit.db, emergency_id)
    if found is None or found.holder_id != visit.person_id or not found.is_open(visit.now):
        raise NotFound
    return found


def _with_citizen(visit: Visit, emergency: Emergency) -> Told:
    visit.look(emergency.citizen_id, DataKind.IDENTITY, Purpose.EMERGENCY)
    people = directory_store.people(visit.db, [emergency.holder_id, emergency.citizen_id])
    return Told(emergency, people[emergency.holder_id], people[emergency.citizen_id])


def _told(visit: Visit, emergencies: Sequence[Emergency]) -> tuple[Told, ...]:
    people = directory_store.people(visit.db, sorted({one.holder_id for one in emergencies}))
    today = local_date(visit.now)
    return tuple(Told(one, people[one.holder_id], late=one.is_late(today)) for one in emergencies)
