"""Citizens who can't use MitID: a code in a letter or from the coordinator's hand, then a way in of their own."""

from datetime import datetime

import msgspec

from foundation.ids import token_hash
from people.access.model import DataKind, Role
from people.credentials import account_store, device_store, letter_code_store
from people.credentials.letter_code_store import StoredCode
from people.credentials.letter_codes import ATTEMPTS_MAX, VALID_FOR, LetterCode, new_code
from people.credentials.passwords import hash_password, verify_password
from people.directory import areas as directory_areas
from people.directory import external_identities
from people.directory import store as directory_store
from people.directory.model import Person
from people.errors import InvalidCode, InvalidCredentials, NotAllowed, NotFound
from people.identity import service as identity_service
from people.sign_in.account_service import set_credentials
from people.sign_in.service import register_device
from people.web.context import RequestContext, record_change


class SignInOptions(msgspec.Struct, frozen=True):
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


def sender(context: RequestContext) -> Sender:
    """The coordinator who sends a letter. Raises NotFound."""
    person = directory_store.person(context.db, context.person_id)
    if person is None:
        raise NotFound
    areas = {area.id: area.name for area in directory_areas.areas(context.db)}
    unit = next((held.area for held in context.actor.roles if held.role is Role.COORDINATOR), None)
    return Sender(person.full_name, areas.get(unit, "") if unit is not None else "", person.phone)


def sign_in_options(context: RequestContext, citizen_id: str) -> SignInOptions:
    """How a citizen can get in now. Raises NotFound, NotAllowed."""
    account = account_store.account_of(context.db, citizen_id)
    return SignInOptions(
        identity_service.person(context, citizen_id),
        account is not None and account.password_hash is not None,
        len(device_store.remembered(context.db, citizen_id, context.now)),
        letter_code_store.valid_until(context.db, citizen_id, context.now),
    )


def make_code(context: RequestContext, citizen_id: str) -> LetterCode:
    """A fresh code for a citizen, which is not kept; an earlier one is of no use any more.

    Only for those who are nothing but citizens: a letter is no way to other people's data. Raises NotFound, NotAllowed.
    """
    context.authorize_change(citizen_id, DataKind.IDENTITY)
    if {held.role for held in directory_store.roles(context.db, citizen_id)} != {Role.CITIZEN}:
        raise NotAllowed("a letter opens no other role than citizen")
    code = new_code()
    while letter_code_store.is_taken(context.db, code.lookup):
        code = new_code()
    kept = StoredCode(citizen_id, hash_password(code.secret))
    until = context.now + VALID_FOR
    letter_code_store.add(context.db, code.lookup, kept, context.person_id, context.now, until, ATTEMPTS_MAX)
    record_change(context, "people:letter_code:make", citizen_id)
    return code


def consume_attempt(context: RequestContext, code: LetterCode) -> StoredCode | None:
    """Count a try at a code before it is made; None when there is no such code."""
    return letter_code_store.consume_attempt(context.db, code.lookup, context.now)


def verify(stored: StoredCode | None, code: LetterCode) -> bool:
    """Whether the code is right. Takes as long when there is none; not for a transaction that others wait for."""
    return verify_password(stored.secret_hash if stored is not None else None, code.secret)


def redeem(context: RequestContext, code: LetterCode, stored: StoredCode) -> str:
    """Use a right code up; gives whose it is. Raises InvalidCode when somebody was faster or the account is closed."""
    if external_identities.is_account_closed(context.db, stored.person_id):
        raise InvalidCode
    if not letter_code_store.redeem(context.db, code.lookup, stored.person_id):
        raise InvalidCode
    record_change(context, "people:letter_code:use", stored.person_id)
    return stored.person_id


def may_be_remembered(context: RequestContext) -> bool:
    """Whether a browser may sign in by itself for whoever asks: only those who see nobody's data but their own."""
    return {held.role for held in context.actor.roles} == {Role.CITIZEN}


def remember_device(context: RequestContext, device: str, device_token: str) -> str:
    """From now on this browser signs whoever asks in by itself; gives the token that it keeps. Raises NotAllowed."""
    if not may_be_remembered(context):
        raise NotAllowed("only a citizen's browser signs in by itself")
    token = register_device(context, context.person_id, device, device_token)
    device_store.set_remembered(context.db, token_hash(token))
    record_change(context, "people:device:remember", context.person_id)
    return token


def choose_password(
    context: RequestContext,
    name: str,
    password: str,
    old_password: str,
    municipality: str,
    *,
    signed_in_by_letter: bool,
) -> None:
    """A user name and password of one's own. Whoever has a password already, and did not come by a letter, proves it.

    Raises InvalidCredentials, TooManyAttempts, UsernameTaken, WeakPassword.
    """
    account = account_store.account_of(context.db, context.person_id)
    kept = account.password_hash if account is not None else None
    if kept is not None and not signed_in_by_letter and not verify_password(kept, old_password):
        raise InvalidCredentials
    set_credentials(context, context.person_id, name, password, municipality)
