"""Who a citizen is beyond the name: the CPR number, and whether name and address are protected."""

from collections.abc import Mapping
from datetime import date, timedelta

import msgspec

from foundation.clock import local_date
from foundation.crypto.encryption import hash_place, place, seal, search_hash, search_hashes, unseal
from foundation.db.actor import as_system
from people.access.model import DataKind, Purpose
from people.directory import store as directory_store
from people.directory.model import Person
from people.errors import CprTaken, NotFound
from people.identity import store as identity_store
from people.identity.cpr import masked, written
from people.web.context import Visit, record

PROTECTION_LENGTH_MAX = timedelta(days=366)
_HASH = hash_place("people_cpr", "cpr_hash")


def person(visit: Visit, citizen_id: str) -> Person:
    """The citizen, for whoever keeps what is known of them right. Raises NotFound, NotAllowed."""
    visit.look(citizen_id, DataKind.IDENTITY, Purpose.REGISTER)
    found = directory_store.person(visit.db, citizen_id)
    if found is None:
        raise NotFound
    return found


def masked_cpr(visit: Visit, citizen_id: str, purpose: Purpose) -> str:
    """The day of birth of the citizen's CPR number and nothing of the rest; "" where none is noted.

    Raises NotFound, NotAllowed.
    """
    visit.look(citizen_id, DataKind.IDENTITY, purpose)
    cpr = _opened(visit, citizen_id)
    return masked(cpr) if cpr else ""


def whole_cpr(visit: Visit, citizen_id: str, purpose: Purpose) -> str:
    """The whole number, which the citizen reads was looked at, and what for; "" where none is noted.

    Raises NotFound, NotAllowed.
    """
    visit.look(citizen_id, DataKind.CPR, purpose)
    cpr = _opened(visit, citizen_id)
    return written(cpr) if cpr else ""


def _opened(visit: Visit, citizen_id: str) -> str:
    sealed = identity_store.sealed(visit.db, citizen_id)
    return "" if sealed is None else unseal(visit.keys, sealed, about=_place(citizen_id))


def _place(person_id: str) -> str:
    return place("people_cpr", "cpr_sealed", person_id)


def note_cpr(visit: Visit, citizen_id: str, cpr: str) -> None:
    """Note a citizen's number of ten digits. Raises CprTaken, NotFound, NotAllowed."""
    visit.touch(citizen_id, DataKind.CPR)
    if holders(visit, (cpr,)).get(cpr, citizen_id) != citizen_id:
        raise CprTaken
    had = bool(identity_store.sealed(visit.db, citizen_id))
    put_cprs(visit, {citizen_id: cpr})
    record(visit, "people:cpr:note", citizen_id, {"known": [had, True]})


def remove_cpr(visit: Visit, citizen_id: str) -> None:
    """Forget a citizen's number. Raises NotFound, NotAllowed."""
    visit.touch(citizen_id, DataKind.CPR)
    identity_store.remove(visit.db, citizen_id)
    record(visit, "people:cpr:remove", citizen_id, {"known": [True, False]})


def put_cprs(visit: Visit, cprs: Mapping[str, str]) -> None:
    """Store numbers by person; the caller has asked the policy, that nobody else has them, and records the change."""
    sealed = [
        identity_store.SealedCpr(
            person_id,
            seal(visit.keys, cpr, about=_place(person_id)),
            search_hash(visit.keys, cpr, about=_HASH),
        )
        for person_id, cpr in cprs.items()
    ]
    identity_store.put(visit.db, sealed, visit.now)


def holders(visit: Visit, cprs: tuple[str, ...]) -> dict[str, str]:
    """Number → id of the person who has it, for those that somebody has. For checks that show nobody."""
    by_hash = {hashed: cpr for cpr in cprs for hashed in search_hashes(visit.keys, cpr, about=_HASH)}
    with as_system(visit.db):
        found = identity_store.holders(visit.db, tuple(by_hash))
    return {by_hash[hashed]: id for hashed, id in found.items()}


def find_by_cpr(visit: Visit, cpr: str) -> str:
    """The id of the citizen with exactly that number. Raises NotFound, also for one whom the visitor may not know of."""
    found = holders(visit, (cpr,)).get(cpr)
    if found is None:
        raise NotFound
    visit.look(found, DataKind.IDENTITY, Purpose.FIND)
    return found


def protect(visit: Visit, citizen_id: str, until: date | None) -> None:
    """Note until when the citizen's name and address are protected, a year ahead at most; None: they are not.

    Raises NotFound, NotAllowed, ValueError for a day beyond that.
    """
    visit.touch(citizen_id, DataKind.IDENTITY)
    if until is not None and until > local_date(visit.now) + PROTECTION_LENGTH_MAX:
        raise ValueError("a protection lasts a year at most")
    found = directory_store.person(visit.db, citizen_id)
    if found is None:
        raise NotFound
    directory_store.change_person(visit.db, msgspec.structs.replace(found, protected_until=until))
    tag = "people:protection:set" if until else "people:protection:end"
    record(visit, tag, citizen_id, {"until": [found.protected_until, until]})
