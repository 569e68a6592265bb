"""Accounts: creating them by invitation, setting user name and password, closing them."""

from datetime import timedelta

from foundation.ids import new_token, token_hash
from people.credentials import account_store, letter_code_store
from people.credentials.passwords import check_password, hash_password
from people.directory import external_identities
from people.directory import store as directory_store
from people.directory.model import Person
from people.errors import InvitationInvalid, NotFound, UsernameTaken
from people.sign_in.service import normalize_username, revoke_sessions
from people.web.context import RequestContext, record_change

INVITATION_LIFETIME = timedelta(days=14)


def set_credentials(
    context: RequestContext, person_id: str, name: str, password: str, municipality: str = ""
) -> None:
    """Set a person's user name and password. Raises UsernameTaken, WeakPassword, NotFound."""
    person = directory_store.person(context.db, person_id)
    if person is None:
        raise NotFound
    check_password(password, (person.full_name, person.email, name, municipality))
    existing = account_store.account(context.db, normalize_username(name))
    if existing is not None and existing.person_id != person_id:
        raise UsernameTaken
    account_store.set_account(context.db, person_id, normalize_username(name), hash_password(password))
    record_change(context, "people:account:set", person_id, {"changed": ["sign_in_name", "password"]})


def invite(context: RequestContext, person_id: str) -> str:
    """Invite a person to choose a user name and a password; returns the token, which is not stored.

    An earlier invitation expires. Raises NotFound.
    """
    if directory_store.person(context.db, person_id) is None:
        raise NotFound
    account_store.end_invitations(context.db, person_id, context.now)
    token = new_token()
    account_store.add_invitation(
        context.db,
        token_hash(token),
        person_id,
        context.actor.person_id,
        context.now,
        context.now + INVITATION_LIFETIME,
    )
    record_change(context, "people:invitation:send", person_id)
    return token


def invitee(context: RequestContext, token: str) -> Person:
    """The person whom an invitation is for. Raises InvitationInvalid."""
    person_id = account_store.invited_person(context.db, token_hash(token), context.now)
    person = directory_store.person(context.db, person_id) if person_id is not None else None
    if person is None:
        raise InvitationInvalid
    return person


def accept_invitation(
    context: RequestContext, token: str, name: str, password: str, municipality: str = ""
) -> str:
    """Use an invitation: creates the account, ends all sessions of an old one, and returns the person's id.

    Raises InvitationInvalid, UsernameTaken, WeakPassword.
    """
    person = invitee(context, token)
    # Checked once more by the update itself, against a concurrent request with the same link.
    # A refused password rolls it back, and the link stays valid.
    if not account_store.use_invitation(context.db, token_hash(token), context.now):
        raise InvitationInvalid
    set_credentials(context, person.id, name, password, municipality)
    revoke_sessions(context, person.id)
    return person.id


def set_enabled(context: RequestContext, person_id: str, enabled: bool) -> None:
    """Open or close an account; closing ends its sessions, devices, letter codes and invitations at once."""
    was_closed = external_identities.is_account_closed(context.db, person_id)
    account_store.set_disabled(context.db, person_id, None if enabled else context.now)
    if not enabled:
        revoke_sessions(context, person_id)
        account_store.end_invitations(context.db, person_id, context.now)
        letter_code_store.delete_codes(context.db, person_id)
    record_change(
        context,
        "people:account:open" if enabled else "people:account:close",
        person_id,
        {"open": [not was_closed, enabled]},
    )
