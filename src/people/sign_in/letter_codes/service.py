"""Citizens who can't use MitID: a code in a letter or from the coordinator's hand, then a way in of their own."""

from datetime import datetime

import msgspec

from foundation.ids import token_hash
from people.access.model import DataKind, Role
from people.directory import areas as directory_areas
from people.directory import external_identities
from people.directory import store as directory_store
from people.directory.model import Person
from people.errors import NotAllowed, NotFound, WrongCode, WrongSignIn
from people.identity import service as identity_service
from people.sign_in import account_store, device_store
from people.sign_in.account_service import give_account
from people.sign_in.letter_codes import store as letter_codes_store
from people.sign_in.letter_codes.codes import TRIES_MAX, VALID_FOR, LetterCode, new_code
from people.sign_in.letter_codes.store import KeptCode
from people.sign_in.passwords import hash_password, is_right
from people.sign_in.service import know_device
from people.web.context import Visit, record


class WaysIn(msgspec.Struct, frozen=True):
    """How a citizen can get in now, as the coordinator sees it."""

    citizen: Person
    has_password: bool
    remembered_devices: int
    code_until: datetime | None


class Sender(msgspec.Struct, frozen=True):
    """Whom the citizen can call about a letter."""

    name: str
    unit: str  # the area that they look after; "" for the whole municipality
    phone: str


def sender(visit: Visit) -> Sender:
    """The coordinator who sends a letter. Raises NotFound."""
    person = directory_store.person(visit.db, visit.person_id)
    if person is None:
        raise NotFound
    areas = {area.id: area.name for area in directory_areas.areas(visit.db)}
    unit = next((held.area for held in visit.actor.roles if held.role is Role.COORDINATOR), None)
    return Sender(person.full_name, areas.get(unit, "") if unit is not None else "", person.phone)


def ways_in(visit: Visit, citizen_id: str) -> WaysIn:
    """How a citizen can get in now. Raises NotFound, NotAllowed."""
    account = account_store.account_of(visit.db, citizen_id)
    return WaysIn(
        identity_service.person(visit, citizen_id),
        account is not None and account.password_hash is not None,
        len(device_store.remembered(visit.db, citizen_id, visit.now)),
        letter_codes_store.valid_until(visit.db, citizen_id, visit.now),
    )


def make_code(visit: Visit, citizen_id: str) -> LetterCode:
    """A fresh code for a citizen, which is not kept; an earlier one is of no use any more.

    Only for those who are nothing but citizens: a letter is no way to other people's data. Raises NotFound, NotAllowed.
    """
    visit.touch(citizen_id, DataKind.IDENTITY)
    if {held.role for held in directory_store.roles(visit.db, citizen_id)} != {Role.CITIZEN}:
        raise NotAllowed("a letter opens no other role than citizen")
    code = new_code()
    while letter_codes_store.is_taken(visit.db, code.finder):
        code = new_code()
    kept = KeptCode(citizen_id, hash_password(code.proof))
    until = visit.now + VALID_FOR
    letter_codes_store.add(visit.db, code.finder, kept, visit.person_id, visit.now, until, TRIES_MAX)
    record(visit, "people:letter_code:make", citizen_id)
    return code


def take_try(visit: Visit, code: LetterCode) -> KeptCode | None:
    """Count a try at a code before it is made; None when there is no such code."""
    return letter_codes_store.take_try(visit.db, code.finder, visit.now)


def is_proved(kept: KeptCode | None, code: LetterCode) -> bool:
    """Whether the code is right. Takes as long when there is none; not for a transaction that others wait for."""
    return is_right(kept.proof_hash if kept is not None else None, code.proof)


def use_code(visit: Visit, code: LetterCode, kept: KeptCode) -> str:
    """Use a right code up; gives whose it is. Raises WrongCode when somebody was faster or the account is closed."""
    if external_identities.is_closed(visit.db, kept.person_id):
        raise WrongCode
    if not letter_codes_store.use(visit.db, code.finder, kept.person_id):
        raise WrongCode
    record(visit, "people:letter_code:use", kept.person_id)
    return kept.person_id


def may_be_remembered(visit: Visit) -> bool:
    """Whether a browser may sign in by itself for whoever asks: only those who see nobody's data but their own."""
    return {held.role for held in visit.actor.roles} == {Role.CITIZEN}


def remember_device(visit: Visit, device: str, known: str) -> str:
    """From now on this browser signs whoever asks in by itself; gives the token that it keeps. Raises NotAllowed."""
    if not may_be_remembered(visit):
        raise NotAllowed("only a citizen's browser signs in by itself")
    token = know_device(visit, visit.person_id, device, known)
    device_store.set_remembered(visit.db, token_hash(token))
    record(visit, "people:device:remember", visit.person_id)
    return token


def choose_password(
    visit: Visit, name: str, password: str, old_password: str, municipality: str, *, came_by_letter: bool
) -> None:
    """A user name and password of one's own. Whoever has a password already, and did not come by a letter, proves it.

    Raises WrongSignIn, TooManyTries, NameTaken, WeakPassword.
    """
    account = account_store.account_of(visit.db, visit.person_id)
    kept = account.password_hash if account is not None else None
    if kept is not None and not came_by_letter and not is_right(kept, old_password):
        raise WrongSignIn
    give_account(visit, visit.person_id, name, password, municipality)
