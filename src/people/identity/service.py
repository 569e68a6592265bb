"""Who a citizen is beyond the name: the CPR number, and whether name and address are protected."""

from collections.abc import Mapping
from datetime import date, timedelta

import msgspec

from foundation.clock import local_date
from foundation.crypto.encryption import (
    associated_data,
    blind_index,
    blind_indexes,
    decrypt,
    encrypt,
    index_scope,
)
from foundation.db.actor import bypass_row_security
from people.access.model import DataKind, Purpose
from people.directory import store as directory_store
from people.directory.model import Person
from people.errors import CprTaken, NotFound
from people.identity import store as identity_store
from people.identity.cpr import formatted, masked
from people.web.context import RequestContext, record_change

PROTECTION_LENGTH_MAX = timedelta(days=366)
_INDEX_SCOPE = index_scope("people_cpr", "cpr_hash")


def person(context: RequestContext, citizen_id: str) -> Person:
    """The citizen, for whoever keeps what is known of them right. Raises NotFound, NotAllowed."""
    context.authorize_read(citizen_id, DataKind.IDENTITY, Purpose.REGISTER)
    found = directory_store.person(context.db, citizen_id)
    if found is None:
        raise NotFound
    return found


def masked_cpr(context: RequestContext, citizen_id: str, purpose: Purpose) -> str:
    """The day of birth of the citizen's CPR number and nothing of the rest; "" where none is noted.

    Raises NotFound, NotAllowed.
    """
    context.authorize_read(citizen_id, DataKind.IDENTITY, purpose)
    cpr = _decrypted(context, citizen_id)
    return masked(cpr) if cpr else ""


def full_cpr(context: RequestContext, citizen_id: str, purpose: Purpose) -> str:
    """The whole number, which the citizen reads was looked at, and what for; "" where none is noted.

    Raises NotFound, NotAllowed.
    """
    context.authorize_read(citizen_id, DataKind.CPR, purpose)
    cpr = _decrypted(context, citizen_id)
    return formatted(cpr) if cpr else ""


def _decrypted(context: RequestContext, citizen_id: str) -> str:
    sealed = identity_store.encrypted(context.db, citizen_id)
    return "" if sealed is None else decrypt(context.keys, sealed, aad=_associated_data(citizen_id))


def _associated_data(person_id: str) -> str:
    return associated_data("people_cpr", "cpr_sealed", person_id)


def set_cpr(context: RequestContext, citizen_id: str, cpr: str) -> None:
    """Note a citizen's number of ten digits. Raises CprTaken, NotFound, NotAllowed."""
    context.authorize_change(citizen_id, DataKind.CPR)
    if find_holders(context, (cpr,)).get(cpr, citizen_id) != citizen_id:
        raise CprTaken
    had = bool(identity_store.encrypted(context.db, citizen_id))
    store_cprs(context, {citizen_id: cpr})
    record_change(context, "people:cpr:note", citizen_id, {"known": [had, True]})


def remove_cpr(context: RequestContext, citizen_id: str) -> None:
    """Forget a citizen's number. Raises NotFound, NotAllowed."""
    context.authorize_change(citizen_id, DataKind.CPR)
    identity_store.remove(context.db, citizen_id)
    record_change(context, "people:cpr:remove", citizen_id, {"known": [True, False]})


def store_cprs(context: RequestContext, cprs: Mapping[str, str]) -> None:
    """Store numbers by person; the caller has asked the policy, that nobody else has them, and records the change."""
    sealed = [
        identity_store.EncryptedCpr(
            person_id,
            encrypt(context.keys, cpr, aad=_associated_data(person_id)),
            blind_index(context.keys, cpr, scope=_INDEX_SCOPE),
        )
        for person_id, cpr in cprs.items()
    ]
    identity_store.replace(context.db, sealed, context.now)


def find_holders(context: RequestContext, cprs: tuple[str, ...]) -> dict[str, str]:
    """Number → id of the person who has it, for those that somebody has. For checks that show nobody."""
    by_hash = {hashed: cpr for cpr in cprs for hashed in blind_indexes(context.keys, cpr, scope=_INDEX_SCOPE)}
    with bypass_row_security(context.db):
        found = identity_store.find_holders(context.db, tuple(by_hash))
    return {by_hash[hashed]: id for hashed, id in found.items()}


def find_by_cpr(context: RequestContext, cpr: str) -> str:
    """The id of the citizen with exactly that number. Raises NotFound, also for one whom the visitor may not know of."""
    found = find_holders(context, (cpr,)).get(cpr)
    if found is None:
        raise NotFound
    context.authorize_read(found, DataKind.IDENTITY, Purpose.FIND)
    return found


def set_protection(context: RequestContext, citizen_id: str, until: date | None) -> None:
    """Note until when the citizen's name and address are protected, a year ahead at most; None: they are not.

    Raises NotFound, NotAllowed, ValueError for a day beyond that.
    """
    context.authorize_change(citizen_id, DataKind.IDENTITY)
    if until is not None and until > local_date(context.now) + PROTECTION_LENGTH_MAX:
        raise ValueError("a protection lasts a year at most")
    found = directory_store.person(context.db, citizen_id)
    if found is None:
        raise NotFound
    directory_store.change_person(context.db, msgspec.structs.replace(found, protected_until=until))
    tag = "people:protection:set" if until else "people:protection:end"
    record_change(context, tag, citizen_id, {"until": [found.protected_until, until]})
