"""Slowing down guessing, without locking anybody out for good.

An attempt is counted before it is verified, under the account and under the client's address; a right answer
releases it. A browser in which the person has signed in before has a count of its own, so that guessing
elsewhere can't keep them out of it.
"""

import msgspec

from foundation.ids import token_hash
from people.authentication.rules import ACCOUNT_FREE_ATTEMPTS, ADDRESS_FREE_ATTEMPTS
from people.credentials import account_store, device_store, throttle_store
from people.errors import TooManyAttempts
from people.sign_in.service import normalize_username
from people.web.context import RequestContext


class Attempt(msgspec.Struct, frozen=True):
    """A counted attempt: under its own key and, unless the browser is known, under its address."""

    key: str
    address_key: str = ""


def reserve_attempt_for_name(context: RequestContext, name: str, address: str, device_token: str) -> Attempt:
    """Count an attempt at the password of that user name, known or not. Raises TooManyAttempts."""
    account = account_store.account(context.db, normalize_username(name))
    owner = device_store.device_owner(context.db, token_hash(device_token), context.now)
    if account is not None and owner == account.person_id:
        # Neither under the name nor under the address: guesses elsewhere can't keep this browser out.
        return reserve_attempt(context, f"device:{device_token}")
    return reserve_attempt(context, f"account:{normalize_username(name)}", address)


def reserve_attempt_for_address(context: RequestContext, address: str) -> Attempt:
    """Count an attempt that names no account, under its address alone. Raises TooManyAttempts."""
    return reserve_attempt(context, f"letter:{address}", address)


def reserve_attempt(context: RequestContext, key: str, address: str = "") -> Attempt:
    """Count an attempt under that key and, if given, under the address.

    Raises TooManyAttempts; nothing is counted then.
    """
    attempt = Attempt(token_hash(key), token_hash(f"address:{address}") if address else "")
    free_attempts = {attempt.key: ACCOUNT_FREE_ATTEMPTS} | (
        {attempt.address_key: ADDRESS_FREE_ATTEMPTS} if address else {}
    )
    throttle_store.purge_old(context.db, context.now)
    wait_until = throttle_store.reserve_attempt(context.db, free_attempts, context.now)
    if wait_until is not None:
        raise TooManyAttempts(wait_until, context.now)
    return attempt


def release(context: RequestContext, attempt: Attempt) -> None:
    """The attempt was right: resets the count under its key, and releases the attempt under its address."""
    throttle_store.reset(context.db, attempt.key)
    # Not reset: one right password must not excuse the other guesses from a shared address.
    if attempt.address_key:
        throttle_store.release_attempt(context.db, attempt.address_key, context.now)
