"""What can be done with people: sign in and out, invite, find, read the access log."""

from collections.abc import Mapping
from datetime import timedelta
from functools import cache

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from foundation.ids import new_token, token_hash
from foundation.language import LANGUAGES, N_, Text
from people import store, store_areas, store_log, store_sign_in
from people.errors import InvitationSpent, NameTaken, NotFound, WeakPassword, WrongSignIn
from people.model import (
    Area,
    DataKind,
    Person,
    Purpose,
    RelationKind,
    Role,
    RoleHeld,
    SeenBy,
    SessionRow,
    User,
)
from people.visits import Visit, expiry

PASSWORD_LENGTH_MIN = 12
PASSWORD_LENGTH_MAX = 200
INVITATION_LENGTH = timedelta(days=14)
PAGE_LENGTH = 25

# OWASP's least for Argon2id: 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@cache
def _nobodys_hash() -> str:
    """What a password for an unknown name is compared with, so that the answer takes as long."""
    return _hasher.hash(new_token())


def record(visit: Visit, tag: str, subject_id: str, details: Mapping[str, object] | None = None) -> None:
    """Add to the log of changes: `tag` is `source:subject:action`, `details` holds no secrets and no free text."""
    store_log.add_change(
        visit.db,
        visit.now,
        visit.actor.person_id,
        tag,
        subject_id,
        msgspec.json.encode(dict(details or {}), order="deterministic").decode(),
    )


def who_signs_in(visit: Visit, name: str, password: str) -> str:
    """The id of whoever has that name and password. Takes long on purpose: not for a transaction that others wait for.

    Raises WrongSignIn for an unknown name, a wrong password and a closed account alike, after the same work.
    """
    account = store_sign_in.account(visit.db, fold_name(name))
    known = account.password_hash if account is not None else None
    try:
        _hasher.verify(known or _nobodys_hash(), password[:PASSWORD_LENGTH_MAX])
    except (VerificationError, InvalidHashError) as problem:
        raise WrongSignIn from problem
    if account is None or known is None or account.disabled_at is not None:
        raise WrongSignIn
    return account.person_id


def was_signed_in(visit: Visit, token: str, person_id: str) -> bool:
    """Whether that session, which may have run out, is or was this person's."""
    return bool(token) and store_sign_in.session_owner(visit.db, token_hash(token)) == person_id


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
    """End all sessions of whoever asks."""
    record(visit, "people:session:end_all", visit.person_id)
    store_sign_in.end_sessions(visit.db, visit.person_id)


def my_sessions(visit: Visit) -> tuple[SessionRow, ...]:
    """Where whoever asks is signed in."""
    return store_sign_in.sessions(visit.db, visit.person_id, visit.now)


def fold_name(name: str) -> str:
    """The form in which sign-in names are stored and compared."""
    return name.strip().casefold()


def check_password(password: str) -> None:
    """Raises WeakPassword when a new password is too short, too long or too common."""
    if len(password) < PASSWORD_LENGTH_MIN:
        raise WeakPassword(
            Text(
                N_("Use at least %(least)s characters. Three or four words are easy to remember."),
                {"least": 12},
            )
        )
    if len(password) > PASSWORD_LENGTH_MAX:
        raise WeakPassword(Text(N_("Use at most %(most)s characters."), {"most": PASSWORD_LENGTH_MAX}))
    if len(set(password)) < 5 or password.casefold() in _COMMON:
        raise WeakPassword(
            Text(N_("That password is too easy to guess. Use three or four words of your own."))
        )


_COMMON = frozenset(
    {
        "123456789012",
        "password1234",
        "passwordpassword",
        "adgangskode1",
        "adgangskode123",
        "kodeord12345",
        "qwertyuiop12",
    }
)


def add_person(
    visit: Visit,
    person: Person,
    role: Role,
    area: str | None = None,
) -> None:
    """Bring somebody in with a role. `area` limits a staff role to citizens of one area."""
    if person.file_id is None:  # known to the municipality's sheets by something from the first day
        person = msgspec.structs.replace(person, file_id=person.id)
    store.add_person(visit.db, person, visit.now)
    store.add_roles(visit.db, [person], role, visit.now, visit.actor.person_id, area)
    record(visit, "people:person:add", person.id, {"role": role})


def give_account(visit: Visit, person_id: str, name: str, password: str) -> None:
    """Let a person sign in with that name and password. Raises NameTaken, WeakPassword."""
    check_password(password)
    taken = store_sign_in.account(visit.db, fold_name(name))
    if taken is not None and taken.person_id != person_id:
        raise NameTaken
    store_sign_in.set_account(visit.db, person_id, fold_name(name), _hasher.hash(password))
    record(visit, "people:account:set", person_id)


def invite(visit: Visit, person_id: str) -> str:
    """An invitation for a person to choose their own sign-in name and password; gives its token, which is not kept.

    An earlier one is of no use any more.
    """
    if store.person(visit.db, person_id) is None:
        raise NotFound
    store_sign_in.end_invitations(visit.db, person_id, visit.now)
    token = new_token()
    store_sign_in.add_invitation(
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
    person_id = store_sign_in.invited_person(visit.db, token_hash(token), visit.now)
    person = store.person(visit.db, person_id) if person_id is not None else None
    if person is None:
        raise InvitationSpent
    return person


def accept_invitation(
    visit: Visit, token: str, name: str, password: str, device: str, old_token: str = ""
) -> str:
    """Use an invitation up: the account is made and signed in. Ends the session of `old_token`, and all of an old account.

    Raises InvitationSpent, NameTaken, WeakPassword.
    """
    person = open_invitation(visit, token)
    if not store_sign_in.use_invitation(visit.db, token_hash(token), visit.now):
        raise InvitationSpent
    give_account(visit, person.id, name, password)
    store_sign_in.end_sessions(visit.db, person.id)
    return open_session(visit, person.id, device, old_token)


def set_enabled(visit: Visit, person_id: str, enabled: bool) -> None:
    """Open or close an account; closing ends its sessions and invitations at once."""
    store_sign_in.set_disabled(visit.db, person_id, None if enabled else visit.now)
    if not enabled:
        store_sign_in.end_sessions(visit.db, person_id)
        store_sign_in.end_invitations(visit.db, person_id, visit.now)
    record(visit, "people:account:open" if enabled else "people:account:close", person_id)


def set_language(visit: Visit, language: str) -> None:
    """Remember the language that whoever asks reads in."""
    if language in LANGUAGES and visit.actor.person_id is not None:
        store.set_language(visit.db, visit.person_id, language)


def relate(visit: Visit, kind: RelationKind, holder_id: str, citizen_id: str) -> None:
    """Begin a relation, which opens what the policy gives it from now on."""
    store.add_relation(visit.db, kind, holder_id, citizen_id, visit.now, visit.actor.person_id)
    record(visit, f"people:relation:{kind}", citizen_id, {"holder": holder_id})


def unrelate(visit: Visit, kind: RelationKind, holder_id: str, citizen_id: str) -> None:
    """End a relation; the next request no longer sees what it opened."""
    store.end_relation(visit.db, kind, holder_id, citizen_id, visit.now)
    record(visit, f"people:relation:end_{kind}", citizen_id, {"holder": holder_id})


def find_citizens(visit: Visit, text: str, area: str | None, page: int) -> tuple[tuple[Person, ...], int]:
    """Citizens whom the actor may know of, whose name holds `text`: one page (from 1) and the count of all.

    A coordinator or budget officer of one area finds the citizens of that area only. Every name shown is logged.
    """
    own = {held.area for held in visit.actor.roles if held.role in {Role.COORDINATOR, Role.BUDGET_OFFICER}}
    if None not in own:
        area = area if area in own else min((one for one in own if one is not None), default="")
    found, count = store.find(
        visit.db, Role.CITIZEN, text, area, limit=PAGE_LENGTH, offset=(page - 1) * PAGE_LENGTH
    )
    for person in found:
        visit.look(person.id, DataKind.IDENTITY, Purpose.FIND)
    return found, count


def my_citizens(visit: Visit) -> tuple[Person, ...]:
    """The citizens whom the actor supports now, by name."""
    found = store.citizens_of(visit.db, RelationKind.SUPPORT_WORKER, visit.person_id, visit.now)
    for person in found:
        visit.look(person.id, DataKind.IDENTITY, Purpose.SUPPORT)
    return found


def find_people(visit: Visit, role: Role, text: str, page: int) -> tuple[tuple[Person, ...], int]:
    """People with a role other than citizen, whose name holds `text`: one page (from 1) and the count of all."""
    return store.find(visit.db, role, text, None, limit=PAGE_LENGTH, offset=(page - 1) * PAGE_LENGTH)


def roles_of(visit: Visit, person_id: str) -> tuple[RoleHeld, ...]:
    """The roles that a person holds."""
    return store.roles(visit.db, person_id)


def user(visit: Visit, person_id: str) -> User:
    """A person who has a role other than citizen, as the administrator sees them. Raises NotFound for others."""
    person = store.person(visit.db, person_id)
    roles = store.roles(visit.db, person_id)
    if person is None or all(held.role is Role.CITIZEN for held in roles):
        raise NotFound
    return store_sign_in.user(visit.db, person, roles)


def areas(visit: Visit) -> tuple[Area, ...]:
    """The municipality's areas by name."""
    return store_areas.areas(visit.db)


def who_has_seen(visit: Visit, citizen_id: str, page: int) -> tuple[tuple[SeenBy, ...], int]:
    """The access log of one citizen, newest first: one page (from 1) and the count of all lines."""
    visit.look(citizen_id, DataKind.ACCESS_LOG, Purpose.OWN)
    return store_log.access_lines(visit.db, citizen_id, limit=PAGE_LENGTH, offset=(page - 1) * PAGE_LENGTH)
