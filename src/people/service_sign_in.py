"""Signing in and out, and where one is signed in."""

from datetime import timedelta

import msgspec

from foundation.ids import new_token, token_hash
from people import store, store_devices, store_sign_in
from people.errors import WrongSignIn
from people.model import SessionRow
from people.passwords import is_right
from people.service import record
from people.visits import Visit, expiry

DEVICE_LENGTH = timedelta(days=180)  # that a browser is known without being used


def who_signs_in(visit: Visit, name: str, password: str) -> str:
    """The id of whoever has that name and password. Takes long on purpose: not for a transaction that others wait for.

    Raises WrongSignIn for an unknown name, a wrong password and a closed account alike, after the same work.
    """
    account = store_sign_in.account(visit.db, fold_name(name))
    right = is_right(account.password_hash if account is not None else None, password)
    if account is None or not right or account.disabled_at is not None:
        raise WrongSignIn
    return account.person_id


def was_signed_in(visit: Visit, token: str, person_id: str) -> bool:
    """Whether that session, which may have run out, is or was this person's."""
    return bool(token) and store_sign_in.session_owner(visit.db, token_hash(token)) == person_id


def know_device(visit: Visit, person_id: str, device: str, known: str) -> str:
    """Remember that this person has signed in with this browser; gives the token that it keeps, `known` or a new one."""
    if known and store_devices.device_owner(visit.db, token_hash(known), visit.now) == person_id:
        store_devices.touch_device(visit.db, token_hash(known), visit.now, DEVICE_LENGTH)
        return known
    token = new_token()
    store_devices.add_device(
        visit.db, token_hash(token), person_id, device[:80], visit.now, DEVICE_LENGTH, remembered=False
    )
    return token


def open_session(visit: Visit, person_id: str, device: str, old_token: str = "") -> str:
    """A new session for a person who has shown who they are; gives its token. Ends the session of `old_token`."""
    if old_token:
        store_sign_in.end_session(visit.db, token_hash(old_token))
    actor = msgspec.structs.replace(visit.actor, person_id=person_id, roles=store.roles(visit.db, person_id))
    token = new_token()
    store_sign_in.add_session(
        visit.db, token_hash(token), person_id, visit.now, expiry(actor, visit.now, visit.now), device[:80]
    )
    visit.actor = actor
    record(visit, "people:session:begin", person_id)
    return token


def sign_out(visit: Visit, token: str) -> None:
    """End the session with that token."""
    record(visit, "people:session:end", visit.person_id)
    store_sign_in.end_session(visit.db, token_hash(token))


def sign_out_everywhere(visit: Visit) -> None:
    """End all sessions of whoever asks, and forget their browsers."""
    record(visit, "people:session:end_all", visit.person_id)
    shut_out(visit, visit.person_id)


def shut_out(visit: Visit, person_id: str) -> None:
    """End all sessions of a person and forget their browsers: the next request asks for a sign-in."""
    store_sign_in.end_sessions(visit.db, person_id)
    store_devices.end_devices(visit.db, person_id)


def my_sessions(visit: Visit) -> tuple[SessionRow, ...]:
    """Where whoever asks is signed in."""
    return store_sign_in.sessions(visit.db, visit.person_id, visit.now)


def fold_name(name: str) -> str:
    """The form in which sign-in names are stored and compared."""
    return name.strip().casefold()
