"""The second factor: setting an app up, checking its codes, coming in without it."""

import msgspec

from foundation.crypto.encryption import place, seal, unseal
from foundation.ids import token_hash
from people.authentication.rules import Waits
from people.errors import NotAllowed, NotFound, WrongCode
from people.sign_in.second_factor import store
from people.sign_in.second_factor.store import SecondFactor
from people.sign_in.second_factor.totp import as_stored, matching_step, new_recovery_codes, new_secret
from people.web.context import Visit, record

TABLE = "people_second_factor"


class Standing(msgspec.Struct, frozen=True):
    """What a person has: the app in use and the one that is being set up."""

    kept: SecondFactor | None
    recovery_codes_left: int

    @property
    def in_use(self) -> bool:
        """Whether an app counts."""
        return self.kept is not None and self.kept.confirmed_at is not None


def standing(visit: Visit) -> Standing:
    """What whoever asks has set up."""
    kept = store.second_factor(visit.db, visit.person_id)
    return Standing(kept, store.recovery_codes_left(visit.db, visit.person_id))


def has_second_factor(visit: Visit, person_id: str) -> bool:
    """Whether a person's sign-in waits for a code."""
    kept = store.second_factor(visit.db, person_id)
    return kept is not None and kept.confirmed_at is not None


def start(visit: Visit, person_id: str) -> None:
    """Make a secret for an app that is to be set up; the one in use stays until the new one is confirmed."""
    about = place(TABLE, "pending_sealed", person_id)
    store.put_pending(visit.db, person_id, seal(visit.keys, new_secret(), about=about))


def pending_secret(visit: Visit) -> str:
    """The secret that an app is being set up with. Raises NotFound, and NotAllowed while a code is still owed."""
    if visit.waits_for is Waits.CODE:
        raise NotAllowed("the code of the app in use comes first")
    kept = store.second_factor(visit.db, visit.person_id)
    if kept is None or kept.pending_sealed is None:
        raise NotFound
    return unseal(visit.keys, kept.pending_sealed, about=place(TABLE, "pending_sealed", visit.person_id))


def confirm(visit: Visit, code: str) -> tuple[str, ...]:
    """The app is set up when its first code is right; gives fresh recovery codes, which are not kept.

    Raises WrongCode, NotFound, NotAllowed.
    """
    secret = pending_secret(visit)
    step = matching_step(secret, as_stored(code), visit.now)
    if step is None:
        raise WrongCode
    about = place(TABLE, "secret_sealed", visit.person_id)
    store.confirm(visit.db, visit.person_id, seal(visit.keys, secret, about=about), step, visit.now)
    record(visit, "people:second_factor:set_up", visit.person_id, {"in_use": [False, True]})
    return renew_recovery_codes(visit)


def renew_recovery_codes(visit: Visit) -> tuple[str, ...]:
    """Fresh recovery codes, which are not kept; the older ones are of no use any more."""
    codes = new_recovery_codes()
    hashes = [_recovery_hash(visit.person_id, code) for code in codes]
    store.put_recovery_codes(visit.db, visit.person_id, hashes, visit.now)
    record(visit, "people:recovery_codes:make", visit.person_id)
    return codes


def check_code(visit: Visit, code: str) -> None:
    """Use up a code of the app in use. Raises WrongCode, also for one that was used before."""
    kept = store.second_factor(visit.db, visit.person_id)
    if kept is None or kept.secret_sealed is None:
        raise WrongCode
    secret = unseal(visit.keys, kept.secret_sealed, about=place(TABLE, "secret_sealed", visit.person_id))
    step = matching_step(secret, as_stored(code), visit.now)
    if step is None or not store.use_step(visit.db, visit.person_id, step):
        raise WrongCode


def check_recovery_code(visit: Visit, code: str) -> None:
    """Use up a recovery code. Raises WrongCode."""
    hashed = _recovery_hash(visit.person_id, code)
    if not store.use_recovery_code(visit.db, visit.person_id, hashed, visit.now):
        raise WrongCode
    record(visit, "people:recovery_codes:use", visit.person_id)


def remove(visit: Visit, person_id: str) -> None:
    """Forget a person's app and recovery codes: they set one up anew at the next sign-in."""
    store.remove(visit.db, person_id)
    record(visit, "people:second_factor:remove", person_id, {"in_use": [True, False]})


def _recovery_hash(person_id: str, code: str) -> str:
    return token_hash(f"{person_id}:{as_stored(code)}")
