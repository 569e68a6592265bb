"""The second factor: setting an app up, checking its codes, coming in without it."""

import msgspec

from foundation.crypto.encryption import associated_data, decrypt, encrypt
from foundation.ids import token_hash
from people.authentication.rules import PendingStep
from people.credentials import second_factor_store
from people.credentials.second_factor_store import SecondFactor
from people.credentials.totp import new_recovery_codes, new_secret, normalize, verify_code
from people.errors import InvalidCode, NotAllowed, NotFound
from people.web.context import RequestContext, record_change

TABLE_NAME = "people_second_factor"


class SecondFactorStatus(msgspec.Struct, frozen=True):
    """What a person has: the app in use and the one that is being set up."""

    stored: SecondFactor | None
    recovery_codes_left: int

    @property
    def in_use(self) -> bool:
        """Whether an app counts."""
        return self.stored is not None and self.stored.confirmed_at is not None


def status(context: RequestContext) -> SecondFactorStatus:
    """What whoever asks has set up."""
    kept = second_factor_store.second_factor(context.db, context.person_id)
    return SecondFactorStatus(kept, second_factor_store.recovery_codes_left(context.db, context.person_id))


def has_second_factor(context: RequestContext, person_id: str) -> bool:
    """Whether a person's sign-in waits for a code."""
    kept = second_factor_store.second_factor(context.db, person_id)
    return kept is not None and kept.confirmed_at is not None


def start_setup(context: RequestContext, person_id: str) -> None:
    """Make a secret for an app that is to be set up; the one in use stays until the new one is confirmed."""
    about = associated_data(TABLE_NAME, "pending_sealed", person_id)
    second_factor_store.put_pending(context.db, person_id, encrypt(context.keys, new_secret(), aad=about))


def pending_secret(context: RequestContext) -> str:
    """The secret that an app is being set up with. Raises NotFound, and NotAllowed while a code is still owed."""
    if context.pending_step is PendingStep.CODE:
        raise NotAllowed("the code of the app in use comes first")
    kept = second_factor_store.second_factor(context.db, context.person_id)
    if kept is None or kept.pending_sealed is None:
        raise NotFound
    return decrypt(
        context.keys,
        kept.pending_sealed,
        aad=associated_data(TABLE_NAME, "pending_sealed", context.person_id),
    )


def confirm(context: RequestContext, code: str) -> tuple[str, ...]:
    """The app is set up when its first code is right; gives fresh recovery codes, which are not kept.

    Raises InvalidCode, NotFound, NotAllowed.
    """
    secret = pending_secret(context)
    step = verify_code(secret, normalize(code), context.now)
    if step is None:
        raise InvalidCode
    about = associated_data(TABLE_NAME, "secret_sealed", context.person_id)
    second_factor_store.confirm(
        context.db, context.person_id, encrypt(context.keys, secret, aad=about), step, context.now
    )
    record_change(context, "people:second_factor:set_up", context.person_id, {"in_use": [False, True]})
    return renew_recovery_codes(context)


def renew_recovery_codes(context: RequestContext) -> tuple[str, ...]:
    """Fresh recovery codes, which are not kept; the older ones are of no use any more."""
    codes = new_recovery_codes()
    hashes = [_recovery_hash(context.person_id, code) for code in codes]
    second_factor_store.put_recovery_codes(context.db, context.person_id, hashes, context.now)
    record_change(context, "people:recovery_codes:make", context.person_id)
    return codes


def check_code(context: RequestContext, code: str) -> None:
    """Use up a code of the app in use. Raises InvalidCode, also for one that was used before."""
    kept = second_factor_store.second_factor(context.db, context.person_id)
    if kept is None or kept.secret_sealed is None:
        raise InvalidCode
    secret = decrypt(
        context.keys, kept.secret_sealed, aad=associated_data(TABLE_NAME, "secret_sealed", context.person_id)
    )
    step = verify_code(secret, normalize(code), context.now)
    if step is None or not second_factor_store.consume_step(context.db, context.person_id, step):
        raise InvalidCode


def check_recovery_code(context: RequestContext, code: str) -> None:
    """Use up a recovery code. Raises InvalidCode."""
    hashed = _recovery_hash(context.person_id, code)
    if not second_factor_store.consume_recovery_code(context.db, context.person_id, hashed, context.now):
        raise InvalidCode
    record_change(context, "people:recovery_codes:use", context.person_id)


def remove(context: RequestContext, person_id: str) -> None:
    """Forget a person's app and recovery codes: they set one up anew at the next sign-in."""
    second_factor_store.remove(context.db, person_id)
    record_change(context, "people:second_factor:remove", person_id, {"in_use": [True, False]})


def _recovery_hash(person_id: str, code: str) -> str:
    return token_hash(f"{person_id}:{normalize(code)}")
