"""Slowing down whoever guesses, without locking anybody out for good.

A try is counted before it is made, under the account and under the address it comes from; the right answer gives it back.
A browser in which the person has signed in before has a count of its own: who guesses at somebody's password elsewhere
can't keep them out of it.
"""

import msgspec

from foundation.ids import token_hash
from people.authentication.rules import ACCOUNT_TRIES_FREE, ADDRESS_TRIES_FREE
from people.errors import TooManyTries
from people.sign_in import account_store, device_store
from people.sign_in.service import fold_name
from people.sign_in.throttling import store
from people.web.context import Visit


class Turn(msgspec.Struct, frozen=True):
    """A try that was counted: under a key of its own and, unless the browser is known, under its address."""

    own: str
    address: str = ""


def take_turn_for_name(visit: Visit, name: str, address: str, known: str) -> Turn:
    """Count a try at the password of that name, whether anybody has it or not. Raises TooManyTries."""
    account = account_store.account(visit.db, fold_name(name))
    owner = device_store.device_owner(visit.db, token_hash(known), visit.now)
    if account is not None and owner == account.person_id:
        return take_turn(visit, f"device:{known}")
    return take_turn(visit, f"account:{fold_name(name)}", address)


def take_turn_for_address(visit: Visit, address: str) -> Turn:
    """Count a try that names no account under its address alone. Raises TooManyTries."""
    return take_turn(visit, f"letter:{address}", address)


def take_turn(visit: Visit, own: str, address: str = "") -> Turn:
    """Count a try under that key and, if given, under the address. Raises TooManyTries; nothing is counted then."""
    turn = Turn(token_hash(own), token_hash(f"address:{address}") if address else "")
    free = {turn.own: ACCOUNT_TRIES_FREE} | ({turn.address: ADDRESS_TRIES_FREE} if address else {})
    store.forget_old(visit.db, visit.now)
    wait_until = store.take_turn(visit.db, free, visit.now)
    if wait_until is not None:
        raise TooManyTries(wait_until, visit.now)
    return turn


def was_right(visit: Visit, turn: Turn) -> None:
    """The try was right: what was tried in vain before is forgotten, and the address gets its try back."""
    store.forget(visit.db, turn.own)
    if turn.address:
        store.give_turn_back(visit.db, turn.address, visit.now)
