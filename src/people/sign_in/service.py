"""Signing in and out, and where one is signed in."""

from datetime import timedelta

import msgspec

from foundation.ids import new_token, token_hash
from people.authentication import sessions
from people.authentication.model import SessionRow
from people.authentication.rules import DEVICE_LENGTH, SignInRules, Waits, Way, roles_mark, waits_for
from people.authentication.sessions import NewSession
from people.directory import external_identities
from people.directory import store as directory_store
from people.errors import SignInNeeded, WrongSignIn
from people.sign_in import account_store, device_store
from people.sign_in.device_store import Device
from people.sign_in.passwords import is_right
from people.sign_in.second_factor import service as second_factor_service
from people.web.context import Visit, expiry, record

HALF_LENGTH = timedelta(minutes=20)  # to give the one-time code, or to set the app up
UNKNOWN = "unknown"  # whom the log of changes names where a user name or code is nobody's


def who_signs_in(visit: Visit, name: str, password: str) -> str:
    """The id of whoever has that name and password. Takes long on purpose: not for a transaction that others wait for.

    Raises WrongSignIn for an unknown name, a wrong password and a closed account alike, after the same work.
    """
    account = account_store.account(visit.db, fold_name(name))
    right = is_right(account.password_hash if account is not None else None, password)
    if account is None or not right or account.disabled_at is not None:
        raise WrongSignIn
    if external_identities.all_roles_given(
        visit.db, account.person_id
    ):  # the directory's word counts for them
        raise WrongSignIn
    return account.person_id


def note_refused_name(visit: Visit, name: str) -> None:
    """Note that somebody came with that user name and was not let in; for an unknown name as much work as for a known one."""
    account = account_store.account(visit.db, fold_name(name))
    note_refused(visit, None if account is None else account.person_id, "password")


def note_refused(visit: Visit, person_id: str | None, proof: str) -> None:
    """Note that somebody came as that person, or as nobody that is known, with a proof that was not right."""
    record(visit, "people:session:refuse", person_id or UNKNOWN, {"proof": proof})


def was_signed_in(visit: Visit, token: str, person_id: str) -> bool:
    """Whether that session, which may have run out, is or was this person's."""
    return bool(token) and sessions.session_owner(visit.db, token_hash(token)) == person_id


def whose_remembered(visit: Visit, known: str) -> str:
    """Whom a browser signs in by itself. Raises WrongSignIn when it doesn't, or the account is closed."""
    owner = device_store.remembered_owner(visit.db, token_hash(known), visit.now)
    if owner is None or external_identities.is_closed(visit.db, owner[0]):
        raise WrongSignIn
    return owner[0]


def remembered_name(visit: Visit, known: str) -> str:
    """The given name of whom a browser signs in by itself, or ""."""
    owner = device_store.remembered_owner(visit.db, token_hash(known), visit.now)
    return "" if owner is None else owner[1]


def know_device(visit: Visit, person_id: str, device: str, known: str) -> str:
    """Remember that this person has signed in with this browser; gives the token that it keeps, `known` or a new one."""
    if known and device_store.device_owner(visit.db, token_hash(known), visit.now) == person_id:
        device_store.touch_device(visit.db, token_hash(known), visit.now, DEVICE_LENGTH)
        return known
    token = new_token()
    device_store.add_device(
        visit.db, token_hash(token), person_id, device[:80], visit.now, DEVICE_LENGTH, remembered=False
    )
    return token


class Opened(msgspec.Struct, frozen=True):
    """A new sign-in: its token, which is not kept, and what it still waits for."""

    token: str
    waits_for: Waits | None = None


def begin_session(
    visit: Visit, person_id: str, way: Way, device: str, old_token: str, rules: SignInRules
) -> Opened:
    """A sign-in for a person whose first proof was right. Where a second one is owed it opens nothing until that is given.

    Ends the session of `old_token`.
    """
    has_second_factor = second_factor_service.has_second_factor(visit, person_id)
    owed = waits_for(directory_store.roles(visit.db, person_id), rules, has_second_factor=has_second_factor)
    if owed is Waits.SET_UP:
        second_factor_service.start(visit, person_id)
    return Opened(open_session(visit, person_id, device, old_token, way=way, owed=owed), owed)


def finish_session(visit: Visit, old_token: str) -> str:
    """The second proof was right: a session that opens everything, in place of `old_token`'s; gives its token."""
    origin = sessions.session_origin(visit.db, token_hash(old_token))
    if origin is None:
        raise SignInNeeded
    way, device = origin
    return open_session(visit, visit.person_id, device, old_token, way=way)


def open_session(
    visit: Visit,
    person_id: str,
    device: str,
    old_token: str = "",
    *,
    way: Way,
    owed: Waits | None = None,
) -> str:
    """A new session; gives its token. Ends the session of `old_token`. The visit is the person's from here on."""
    if old_token:
        sessions.end_session(visit.db, token_hash(old_token))
    actor = msgspec.structs.replace(
        visit.actor, person_id=person_id, roles=directory_store.roles(visit.db, person_id)
    )
    until = expiry(actor, visit.now, visit.now) if owed is None else visit.now + HALF_LENGTH
    token = new_token()
    sessions.add_session(
        visit.db,
        NewSession(
            token_hash=token_hash(token),
            person_id=person_id,
            created_at=visit.now,
            seen_at=visit.now,
            expires_at=until,
            device=device[:80],
            way=way,
            waits_for=owed,
            roles_hash=roles_mark(actor.roles),
        ),
    )
    visit.actor = actor
    record(visit, "people:session:begin", person_id, {"way": way} | ({"waits_for": owed} if owed else {}))
    return token


def sign_out(visit: Visit, token: str) -> None:
    """End the session with that token."""
    record(visit, "people:session:end", visit.person_id)
    sessions.end_session(visit.db, token_hash(token))


def sign_out_everywhere(visit: Visit) -> None:
    """End all sessions of whoever asks, and forget their browsers."""
    record(visit, "people:session:end_all", visit.person_id)
    shut_out(visit, visit.person_id)


def shut_out(visit: Visit, person_id: str) -> None:
    """End all sessions of a person and forget their browsers: the next request asks for a sign-in."""
    sessions.end_sessions(visit.db, person_id)
    device_store.end_devices(visit.db, person_id)


def my_sessions(visit: Visit) -> tuple[SessionRow, ...]:
    """Where whoever asks is signed in."""
    return sessions.sessions(visit.db, visit.person_id, visit.now)


def end_my_session(visit: Visit, session_id: str) -> None:
    """End one session of whoever asks; nothing happens when it is somebody else's."""
    sessions.end_session(visit.db, session_id, visit.person_id)
    record(visit, "people:session:end", visit.person_id)


def my_devices(visit: Visit) -> tuple[Device, ...]:
    """The browsers that sign whoever asks in by themselves."""
    return device_store.remembered(visit.db, visit.person_id, visit.now)


def forget_my_device(visit: Visit, device_id: str) -> None:
    """Forget one browser of whoever asks; nothing happens when it is somebody else's."""
    device_store.end_device(visit.db, visit.person_id, device_id)
    record(visit, "people:device:forget", visit.person_id)


def my_account(visit: Visit) -> tuple[str, bool]:
    """What whoever asks signs in with ("" for nothing), and whether they have a password."""
    account = account_store.account_of(visit.db, visit.person_id)
    name = account_store.sign_in_name(visit.db, visit.person_id) or ""
    return name, account is not None and account.password_hash is not None


def came_by(visit: Visit, token: str) -> Way | None:
    """How the session with that token began."""
    origin = sessions.session_origin(visit.db, token_hash(token))
    return None if origin is None else origin[0]


def fold_name(name: str) -> str:
    """The form in which sign-in names are stored and compared."""
    return name.strip().casefold()
