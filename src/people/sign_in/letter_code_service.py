"""Codes in letters, for citizens who can't use MitID: made by the coordinator, used once to choose a way to
sign in.
"""

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
    """How a citizen can sign in now, as the coordinator sees it."""

    citizen: Person
    has_password: bool
    remembered_devices: int
    code_until: datetime | None


class Sender(msgspec.Struct, frozen=True):
    """Whom the citizen can call about a letter."""

    name: str
    unit: str  # the coordinator's area; "" for the whole municipality
    phone: str


def sender(context: RequestContext) -> Sender:
    """The coordinator who sends a letter: the actor. Raises NotFound."""
    person = directory_store.person(context.db, context.person_id)
    if person is None:
        raise NotFound
    areas = {area.id: area.name for area in directory_areas.areas(context.db)}
    unit = next(
        (assignment.area for assignment in context.actor.roles if assignment.role is Role.COORDINATOR), None
    )
    return Sender(person.full_name, areas.get(unit, "") if unit is not None else "", person.phone)


def sign_in_options(context: RequestContext, citizen_id: str) -> SignInOptions:
    """How a citizen can sign in now. Raises NotFound, NotAllowed."""
    account = account_store.account_of(context.db, citizen_id)
    return SignInOptions(
        identity_service.person(context, citizen_id),
        account is not None and account.password_hash is not None,
        len(device_store.remembered(context.db, citizen_id, context.now)),
        letter_code_store.valid_until(context.db, citizen_id, context.now),
    )


def make_code(context: RequestContext, citizen_id: str) -> LetterCode:
    """A new code for a citizen, which is not stored in clear; an earlier one becomes invalid.

    Only for people with no role but citizen: a letter must not open other people's data. Raises NotFound,
    NotAllowed.
    """
    context.authorize_change(citizen_id, DataKind.IDENTITY)
    if {assignment.role for assignment in directory_store.roles(context.db, citizen_id)} != {Role.CITIZEN}:
        raise NotAllowed("a letter opens no other role than citizen")
    code = new_code()
    while letter_code_store.is_taken(context.db, code.lookup):
        code = new_code()
    stored = StoredCode(citizen_id, hash_password(code.secret))
    valid_until = context.now + VALID_FOR
    letter_code_store.add(
        context.db, code.lookup, stored, context.person_id, context.now, valid_until, ATTEMPTS_MAX
    )
    record_change(context, "people:letter_code:make", citizen_id)
    return code


def consume_attempt(context: RequestContext, code: LetterCode) -> StoredCode | None:
    """Count an attempt at a code before it is verified; None when there is no such code or no attempt left."""
    return letter_code_store.consume_attempt(context.db, code.lookup, context.now)


def verify(stored: StoredCode | None, code: LetterCode) -> bool:
    """Whether the code is right. Takes as long when there is none; do not call it inside a write transaction."""
    return verify_password(stored.secret_hash if stored is not None else None, code.secret)


def redeem(context: RequestContext, code: LetterCode, stored: StoredCode) -> str:
    """Use a verified code; returns the person's id. Raises InvalidCode if it was used or the account is
    closed.
    """
    if external_identities.is_account_closed(context.db, stored.person_id):
        raise InvalidCode
    # A concurrent request may have used the code since it was verified outside this transaction.
    if not letter_code_store.redeem(context.db, code.lookup, stored.person_id):
        raise InvalidCode
    record_change(context, "people:letter_code:use", stored.person_id)
    return stored.person_id


def may_be_remembered(context: RequestContext) -> bool:
    """Whether a browser may sign the actor in by itself: only people who see nobody's data but their own."""
    return {assignment.role for assignment in context.actor.roles} == {Role.CITIZEN}


def remember_device(context: RequestContext, device: str, device_token: str) -> str:
    """Let this browser sign the actor in by itself; returns the token for its cookie. Raises NotAllowed."""
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
    """Set the actor's user name and password.

    Whoever has a password already, and did not sign in by a letter, has to give the old one. Raises
    InvalidCredentials, UsernameTaken, WeakPassword.
    """
    account = account_store.account_of(context.db, context.person_id)
    old_hash = account.password_hash if account is not None else None
    if old_hash is not None and not signed_in_by_letter and not verify_password(old_hash, old_password):
        raise InvalidCredentials
    set_credentials(context, context.person_id, name, password, municipality)
