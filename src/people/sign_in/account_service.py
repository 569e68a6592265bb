"""Accounts: how somebody gets one, chooses what they sign in with, and loses it."""

from datetime import timedelta

from foundation.ids import new_token, token_hash
from people.directory import external_identities
from people.directory import store as directory_store
from people.directory.model import Person
from people.errors import InvitationSpent, NameTaken, NotFound
from people.sign_in import account_store
from people.sign_in.letter_codes import store as letter_codes_store
from people.sign_in.passwords import check_password, hash_password
from people.sign_in.service import fold_name, shut_out
from people.web.context import Visit, record

INVITATION_LENGTH = timedelta(days=14)


def give_account(visit: Visit, person_id: str, name: str, password: str, municipality: str = "") -> None:
    """Let a person sign in with that name and password. Raises NameTaken, WeakPassword, NotFound."""
    person = directory_store.person(visit.db, person_id)
    if person is None:
        raise NotFound
    check_password(password, (person.full_name, person.email, name, municipality))
    taken = account_store.account(visit.db, fold_name(name))
    if taken is not None and taken.person_id != person_id:
        raise NameTaken
    account_store.set_account(visit.db, person_id, fold_name(name), hash_password(password))
    record(visit, "people:account:set", person_id, {"changed": ["sign_in_name", "password"]})


def invite(visit: Visit, person_id: str) -> str:
    """An invitation for a person to choose their own sign-in name and password; gives its token, which is not kept.

    An earlier one is of no use any more.
    """
    if directory_store.person(visit.db, person_id) is None:
        raise NotFound
    account_store.end_invitations(visit.db, person_id, visit.now)
    token = new_token()
    account_store.add_invitation(
        visit.db,
        token_hash(token),
        person_id,
        visit.actor.person_id,
        visit.now,
        visit.now + INVITATION_LENGTH,
    )
    record(visit, "people:invitation:send", person_id)
    return token


def open_invitation(visit: Visit, token: str) -> Person:
    """Whom an invitation is for. Raises InvitationSpent."""
    person_id = account_store.invited_person(visit.db, token_hash(token), visit.now)
    person = directory_store.person(visit.db, person_id) if person_id is not None else None
    if person is None:
        raise InvitationSpent
    return person


def accept_invitation(visit: Visit, token: str, name: str, password: str, municipality: str = "") -> str:
    """Use an invitation up: the account is made, all sessions of an old one end; gives whose it is.

    Raises InvitationSpent, NameTaken, WeakPassword.
    """
    person = open_invitation(visit, token)
    if not account_store.use_invitation(visit.db, token_hash(token), visit.now):
        raise InvitationSpent
    give_account(visit, person.id, name, password, municipality)
    shut_out(visit, person.id)
    return person.id


def set_enabled(visit: Visit, person_id: str, enabled: bool) -> None:
    """Open or close an account; closing ends its sessions, browsers and invitations at once."""
    was_closed = external_identities.is_closed(visit.db, person_id)
    account_store.set_disabled(visit.db, person_id, None if enabled else visit.now)
    if not enabled:
        shut_out(visit, person_id)
        account_store.end_invitations(visit.db, person_id, visit.now)
        letter_codes_store.end(visit.db, person_id)
    record(
        visit,
        "people:account:open" if enabled else "people:account:close",
        person_id,
        {"open": [not was_closed, enabled]},
    )
