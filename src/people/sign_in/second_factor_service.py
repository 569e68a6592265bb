"""The second factor: setting up an authenticator app, checking its codes, recovery codes."""

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
    """A person's second factor: the app in use and the one being set up."""

    stored: SecondFactor | None
    recovery_codes_left: int

    @property
    def in_use(self) -> bool:
        """Whether an app is in use."""
        return self.stored is not None and self.stored.confirmed_at is not None


def status(context: RequestContext) -> SecondFactorStatus:
    """The actor's second factor."""
    stored = second_factor_store.second_factor(context.db, context.person_id)
    return SecondFactorStatus(stored, second_factor_store.recovery_codes_left(context.db, context.person_id))


def has_second_factor(context: RequestContext, person_id: str) -> bool:
    """Whether a person has to enter a code to sign in."""
    stored = second_factor_store.second_factor(context.db, person_id)
    return stored is not None and stored.confirmed_at is not None


def start_setup(context: RequestContext, person_id: str) -> None:
    """Store a secret for a new app; the app in use stays valid until the new one is confirmed."""
    aad = associated_data(TABLE_NAME, "pending_sealed", person_id)
    second_factor_store.put_pending(context.db, person_id, encrypt(context.keys, new_secret(), aad=aad))


def pending_secret(context: RequestContext) -> str:
    """The secret of the app being set up. Raises NotFound, and NotAllowed while a code is pending."""
    # Otherwise a password alone would be enough to replace the app.
    if context.pending_step is PendingStep.CODE:
        raise NotAllowed("the code of the app in use comes first")
    stored = second_factor_store.second_factor(context.db, context.person_id)
    if stored is None or stored.pending_sealed is None:
        raise NotFound
    return decrypt(
        context.keys,
        stored.pending_sealed,
        aad=associated_data(TABLE_NAME, "pending_sealed", context.person_id),
    )


def confirm(context: RequestContext, code: str) -> tuple[str, ...]:
    """Put the new app into use if its first code is right; returns new recovery codes, which are not stored
    in clear.

    Raises InvalidCode, NotFound, NotAllowed.
    """
    secret = pending_secret(context)
    step = verify_code(secret, normalize(code), context.now)
    if step is None:
        raise InvalidCode
    # Encrypted again and not moved: the column is part of the associated data.
    aad = associated_data(TABLE_NAME, "secret_sealed", context.person_id)
    second_factor_store.confirm(
        context.db, context.person_id, encrypt(context.keys, secret, aad=aad), step, context.now
    )
    record_change(context, "people:second_factor:set_up", context.person_id, {"in_use": [False, True]})
    return renew_recovery_codes(context)


def renew_recovery_codes(context: RequestContext) -> tuple[str, ...]:
    """New recovery codes, which are not stored in clear; the older ones become invalid."""
    codes = new_recovery_codes()
    hashes = [_recovery_hash(context.person_id, code) for code in codes]
    second_factor_store.put_recovery_codes(context.db, context.person_id, hashes, context.now)
    record_change(context, "people:recovery_codes:make", context.person_id)
    return codes


def check_code(context: RequestContext, code: str) -> None:
    """Use a code of the app in use. Raises InvalidCode, also for a code that was used before."""
    stored = second_factor_store.second_factor(context.db, context.person_id)
    if stored is None or stored.secret_sealed is None:
        raise InvalidCode
    secret = decrypt(
        context.keys,
        stored.secret_sealed,
        aad=associated_data(TABLE_NAME, "secret_sealed", context.person_id),
    )
    step = verify_code(secret, normalize(code), context.now)
    if step is None or not second_factor_store.consume_step(context.db, context.person_id, step):
        raise InvalidCode


def check_recovery_code(context: RequestContext, code: str) -> None:
    """Use a recovery code. Raises InvalidCode."""
    hashed = _recovery_hash(context.person_id, code)
    if not second_factor_store.consume_recovery_code(context.db, context.person_id, hashed, context.now):
        raise InvalidCode
    record_change(context, "people:recovery_codes:use", context.person_id)


def remove(context: RequestContext, person_id: str) -> None:
    """Remove a person's app and recovery codes: they set up a new app at the next sign-in."""
    second_factor_store.remove(context.db, person_id)
    record_change(context, "people:second_factor:remove", person_id, {"in_use": [True, False]})


def _recovery_hash(person_id: str, code: str) -> str:
    return token_hash(f"{person_id}:{normalize(code)}")
