"""Signing in and out, sessions and known browsers."""

from datetime import timedelta

import msgspec

from foundation.ids import new_token, token_hash
from people.authentication import sessions
from people.authentication.model import SessionRow
from people.authentication.rules import (
    DEVICE_LIFETIME,
    PendingStep,
    SignInMethod,
    SignInRules,
    required_step,
    roles_fingerprint,
)
from people.authentication.sessions import NewSession
from people.credentials import account_store, device_store
from people.credentials.device_store import Device
from people.credentials.passwords import verify_password
from people.directory import external_identities
from people.directory import store as directory_store
from people.errors import InvalidCredentials, SignInRequired
from people.sign_in import second_factor_service
from people.web.context import RequestContext, record_change, session_expiry

FIRST_FACTOR_LIFETIME = timedelta(minutes=20)  # to enter the one-time code, or to set up the app
UNKNOWN_PERSON = "unknown"  # the subject in the change log for an unknown user name or code


def authenticate(context: RequestContext, name: str, password: str) -> str:
    """The id of the person with that name and password. Slow on purpose: do not call it inside a write
    transaction.

    Raises InvalidCredentials for an unknown name, a wrong password and a closed account alike, after the same
    work.
    """
    account = account_store.account(context.db, normalize_username(name))
    # Verified before anything is decided: every refusal takes the same work.
    is_right = verify_password(account.password_hash if account is not None else None, password)
    if account is None or not is_right or account.disabled_at is not None:
        raise InvalidCredentials
    # People with roles from a directory sign in there, so that losing the role ends their access.
    if external_identities.roles_from_directories(context.db, account.person_id):
        raise InvalidCredentials
    return account.person_id


def record_refused_username(context: RequestContext, name: str) -> None:
    """Record a failed sign-in with that user name; an unknown name takes as much work as a known one."""
    account = account_store.account(context.db, normalize_username(name))
    record_refused(context, None if account is None else account.person_id, "password")


def record_refused(context: RequestContext, person_id: str | None, proof: str) -> None:
    """Record a failed sign-in as that person, or as an unknown one, and with which proof."""
    record_change(context, "people:session:refuse", person_id or UNKNOWN_PERSON, {"proof": proof})


def session_belonged_to(context: RequestContext, token: str, person_id: str) -> bool:
    """Whether that session, valid or expired, is this person's."""
    return bool(token) and sessions.session_owner(context.db, token_hash(token)) == person_id


def authenticate_device(context: RequestContext, device_token: str) -> str:
    """The id of the person whom a browser signs in by itself. Raises InvalidCredentials for none or a closed
    account.
    """
    owner = device_store.remembered_owner(context.db, token_hash(device_token), context.now)
    if owner is None or external_identities.is_account_closed(context.db, owner[0]):
        raise InvalidCredentials
    return owner[0]


def remembered_name(context: RequestContext, device_token: str) -> str:
    """The given name of the person whom a browser signs in by itself, or ""."""
    owner = device_store.remembered_owner(context.db, token_hash(device_token), context.now)
    return "" if owner is None else owner[1]


def register_device(context: RequestContext, person_id: str, device: str, device_token: str) -> str:
    """Record that this person has signed in with this browser; returns its token, `device_token` or a new
    one.
    """
    if (
        device_token
        and device_store.device_owner(context.db, token_hash(device_token), context.now) == person_id
    ):
        device_store.refresh_device(context.db, token_hash(device_token), context.now, DEVICE_LIFETIME)
        return device_token
    token = new_token()
    device_store.add_device(
        context.db, token_hash(token), person_id, device[:80], context.now, DEVICE_LIFETIME, remembered=False
    )
    return token


class StartedSession(msgspec.Struct, frozen=True):
    """A new session: its token, which is not stored in clear, and the step that it still lacks."""

    token: str
    pending_step: PendingStep | None = None


def start_session(
    context: RequestContext,
    person_id: str,
    method: SignInMethod,
    device: str,
    old_token: str,
    rules: SignInRules,
) -> StartedSession:
    """Open a session after the first factor. While a second one is pending, the session gives no access.

    Ends the session of `old_token`.
    """
    has_second_factor = second_factor_service.has_second_factor(context, person_id)
    pending_step = required_step(
        directory_store.roles(context.db, person_id), rules, has_second_factor=has_second_factor
    )
    if pending_step is PendingStep.SET_UP:
        second_factor_service.start_setup(context, person_id)
    return StartedSession(
        open_session(context, person_id, device, old_token, method=method, pending_step=pending_step),
        pending_step,
    )


def upgrade_session(context: RequestContext, old_token: str) -> str:
    """Open a full session after the second factor, in place of `old_token`'s; returns its token.

    Raises SignInRequired.
    """
    origin = sessions.session_origin(context.db, token_hash(old_token))
    if origin is None:
        raise SignInRequired
    method, device = origin
    return open_session(context, context.person_id, device, old_token, method=method)


def open_session(
    context: RequestContext,
    person_id: str,
    device: str,
    old_token: str = "",
    *,
    method: SignInMethod,
    pending_step: PendingStep | None = None,
) -> str:
    """Open a session and return its token. Ends the session of `old_token`; the person becomes the context's
    actor.
    """
    # A session gets a new id at every sign-in, so an id that was known before gives nothing.
    if old_token:
        sessions.end_session(context.db, token_hash(old_token))
    actor = msgspec.structs.replace(
        context.actor, person_id=person_id, roles=directory_store.roles(context.db, person_id)
    )
    expires_at = (
        session_expiry(actor, context.now, context.now)
        if pending_step is None
        else context.now + FIRST_FACTOR_LIFETIME
    )
    token = new_token()
    sessions.add_session(
        context.db,
        NewSession(
            token_hash=token_hash(token),
            person_id=person_id,
            created_at=context.now,
            seen_at=context.now,
            expires_at=expires_at,
            device=device[:80],
            way=method,
            waits_for=pending_step,
            roles_hash=roles_fingerprint(actor.roles),
        ),
    )
    # Before the entry below, which names the actor.
    context.actor = actor
    record_change(
        context,
        "people:session:begin",
        person_id,
        {"way": method} | ({"waits_for": pending_step} if pending_step else {}),
    )
    return token


def sign_out(context: RequestContext, token: str) -> None:
    """End the session with that token."""
    record_change(context, "people:session:end", context.person_id)
    sessions.end_session(context.db, token_hash(token))


def sign_out_everywhere(context: RequestContext) -> None:
    """End all sessions of the actor and forget their browsers."""
    record_change(context, "people:session:end_all", context.person_id)
    revoke_sessions(context, context.person_id)


def revoke_sessions(context: RequestContext, person_id: str) -> None:
    """End all sessions of a person and forget their browsers: their next request needs a sign-in."""
    sessions.end_sessions(context.db, person_id)
    # A remembered browser would sign in again by itself.
    device_store.end_devices(context.db, person_id)


def my_sessions(context: RequestContext) -> tuple[SessionRow, ...]:
    """The actor's sessions."""
    return sessions.sessions(context.db, context.person_id, context.now)


def end_my_session(context: RequestContext, session_id: str) -> None:
    """End one of the actor's sessions; nothing happens if it is somebody else's."""
    sessions.end_session(context.db, session_id, context.person_id)
    record_change(context, "people:session:end", context.person_id)


def my_devices(context: RequestContext) -> tuple[Device, ...]:
    """The browsers that sign the actor in by themselves."""
    return device_store.remembered(context.db, context.person_id, context.now)


def forget_my_device(context: RequestContext, device_id: str) -> None:
    """Forget one of the actor's browsers; nothing happens if it is somebody else's."""
    device_store.end_device(context.db, context.person_id, device_id)
    record_change(context, "people:device:forget", context.person_id)


def my_account(context: RequestContext) -> tuple[str, bool]:
    """The actor's user name ("" for none), and whether they have a password."""
    account = account_store.account_of(context.db, context.person_id)
    name = account_store.sign_in_name(context.db, context.person_id) or ""
    return name, account is not None and account.password_hash is not None


def session_method(context: RequestContext, token: str) -> SignInMethod | None:
    """How the session with that token was opened."""
    origin = sessions.session_origin(context.db, token_hash(token))
    return None if origin is None else origin[0]


def normalize_username(name: str) -> str:
    """The form in which user names are stored and compared."""
    return name.strip().casefold()
