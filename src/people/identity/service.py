"""A citizen's CPR number, and whether name and address are protected."""

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

# A year, also when it holds 29 February.
PROTECTION_LENGTH_MAX = timedelta(days=366)
_INDEX_SCOPE = index_scope("people_cpr", "cpr_hash")


def person(context: RequestContext, citizen_id: str) -> Person:
    """The citizen, for whoever maintains their master data. Raises NotFound, NotAllowed."""
    context.authorize_read(citizen_id, DataKind.IDENTITY, Purpose.REGISTER)
    citizen = directory_store.person(context.db, citizen_id)
    if citizen is None:
        raise NotFound
    return citizen


def masked_cpr(context: RequestContext, citizen_id: str, purpose: Purpose) -> str:
    """The date of birth of the citizen's CPR number and nothing of the rest; "" where no number is stored.

    Raises NotFound, NotAllowed.
    """
    # IDENTITY and not CPR: the date of birth is part of the identity.
    context.authorize_read(citizen_id, DataKind.IDENTITY, purpose)
    cpr = _decrypted(context, citizen_id)
    return masked(cpr) if cpr else ""


def full_cpr(context: RequestContext, citizen_id: str, purpose: Purpose) -> str:
    """The whole number; "" where none is stored. The read and its purpose are logged for the citizen.

    Raises NotFound, NotAllowed.
    """
    context.authorize_read(citizen_id, DataKind.CPR, purpose)
    cpr = _decrypted(context, citizen_id)
    return formatted(cpr) if cpr else ""


def _decrypted(context: RequestContext, citizen_id: str) -> str:
    encrypted_cpr = identity_store.encrypted(context.db, citizen_id)
    return (
        ""
        if encrypted_cpr is None
        else decrypt(context.keys, encrypted_cpr, aad=_associated_data(citizen_id))
    )


def _associated_data(person_id: str) -> str:
    # With the person in it, so that a value moved to another row can't be decrypted.
    return associated_data("people_cpr", "cpr_sealed", person_id)


def set_cpr(context: RequestContext, citizen_id: str, cpr: str) -> None:
    """Store a citizen's number of ten digits. Raises CprTaken, NotFound, NotAllowed."""
    context.authorize_change(citizen_id, DataKind.CPR)
    if find_holders(context, (cpr,)).get(cpr, citizen_id) != citizen_id:
        raise CprTaken
    had_cpr = bool(identity_store.encrypted(context.db, citizen_id))
    store_cprs(context, {citizen_id: cpr})
    # Never the number itself: entries of a hash-chained log can't be deleted (docs/adr/0006).
    record_change(context, "people:cpr:note", citizen_id, {"known": [had_cpr, True]})


def remove_cpr(context: RequestContext, citizen_id: str) -> None:
    """Remove a citizen's number. Raises NotFound, NotAllowed."""
    context.authorize_change(citizen_id, DataKind.CPR)
    identity_store.remove(context.db, citizen_id)
    record_change(context, "people:cpr:remove", citizen_id, {"known": [True, False]})


def store_cprs(context: RequestContext, cprs: Mapping[str, str]) -> None:
    """Store numbers by person id. The caller authorises, makes sure they are unused, and records the change."""
    encrypted_cprs = [
        identity_store.EncryptedCpr(
            person_id,
            encrypt(context.keys, cpr, aad=_associated_data(person_id)),
            blind_index(context.keys, cpr, scope=_INDEX_SCOPE),
        )
        for person_id, cpr in cprs.items()
    ]
    identity_store.replace(context.db, encrypted_cprs, context.now)


def find_holders(context: RequestContext, cprs: tuple[str, ...]) -> dict[str, str]:
    """The ids of the people who have these numbers, by number. For checks only: nobody is authorised to read
    them here.
    """
    # Under every key: key rotation may not have reached each row yet.
    cprs_by_hash = {
        hashed: cpr for cpr in cprs for hashed in blind_indexes(context.keys, cpr, scope=_INDEX_SCOPE)
    }
    # Row-level security hides citizens of other areas, and their numbers would look unused.
    with bypass_row_security(context.db):
        ids_by_hash = identity_store.find_holders(context.db, tuple(cprs_by_hash))
    return {cprs_by_hash[hashed]: person_id for hashed, person_id in ids_by_hash.items()}


def find_by_cpr(context: RequestContext, cpr: str) -> str:
    """The id of the citizen with exactly that number. Raises NotFound, also for one whom the actor may not
    know of.
    """
    citizen_id = find_holders(context, (cpr,)).get(cpr)
    if citizen_id is None:
        raise NotFound
    context.authorize_read(citizen_id, DataKind.IDENTITY, Purpose.FIND)
    return citizen_id


def set_protection(context: RequestContext, citizen_id: str, until: date | None) -> None:
    """Set the last day on which the citizen's name and address are protected; None ends the protection.

    Raises NotFound, NotAllowed, ValueError for a day more than a year ahead.
    """
    context.authorize_change(citizen_id, DataKind.IDENTITY)
    if until is not None and until > local_date(context.now) + PROTECTION_LENGTH_MAX:
        raise ValueError("a protection lasts a year at most")
    citizen = directory_store.person(context.db, citizen_id)
    if citizen is None:
        raise NotFound
    directory_store.change_person(context.db, msgspec.structs.replace(citizen, protected_until=until))
    tag = "people:protection:set" if until else "people:protection:end"
    record_change(context, tag, citizen_id, {"until": [citizen.protected_until, until]})
