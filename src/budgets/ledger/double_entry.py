"""The ledger's rules: which accounts there are, which movements go between them, and when one is refused. Pure.

Double entry in whole øre. A balance is what came in less what went out, so all balances together are zero: the money
that funds hold stands below zero on the municipality's `source`, the one account that may.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from operator import attrgetter

import msgspec

from budgets.errors import AlreadyReversed, Overdrawn, Unbalanced, WrongAccounts
from foundation.crypto.hash_chain import ChainLink, Head, append, canonical
from foundation.money import AMOUNT_ORE_MAX


class AccountKind(StrEnum):
    """The places where money stands. One of the last five of a fund's own, the rest per grant."""

    UNALLOCATED = "unallocated"  # granted, not yet given to a goal
    ENVELOPE = "envelope"  # for one goal
    RESERVED = "reserved"  # put aside for one request
    SPENT = "spent"  # used, per goal and theme
    FUND = "fund"  # the municipality's fund: not yet granted
    SOURCE = "source"  # outside: the municipality's money that was put into the fund
    PAID_OUT = "paid_out"  # outside: spent, of periods that are closed
    RETURNED = "returned"  # outside: unspent, given back to the municipality
    EXPIRED = "expired"  # outside: unspent, lapsed


MAY_GO_NEGATIVE = frozenset({AccountKind.SOURCE})
FUND_ACCOUNT_KINDS = (
    AccountKind.FUND,
    AccountKind.SOURCE,
    AccountKind.PAID_OUT,
    AccountKind.RETURNED,
    AccountKind.EXPIRED,
)


class MovementKind(StrEnum):
    """What a movement does."""

    ENDOW = "endow"  # money into a fund
    GRANT = "grant"
    ALLOCATE = "allocate"  # to an envelope
    MOVE = "move"  # between envelopes, or back to unallocated
    RESERVE = "reserve"
    RELEASE = "release"
    SPEND = "spend"
    OUTLAY = "outlay"  # the citizen paid and is repaid
    REFUND = "refund"  # the shop gave money back
    RETURN = "return"
    CARRY_OVER = "carry_over"
    EXPIRE = "expire"
    CLOSE = "close"  # what a grant was spent on leaves its accounts for good
    REVERSE = "reverse"


SPENDING_KINDS = (MovementKind.SPEND, MovementKind.OUTLAY, MovementKind.REFUND)
PURCHASE_KINDS = frozenset({MovementKind.SPEND, MovementKind.OUTLAY})


_A = AccountKind
_K = MovementKind
_REMAINDER = frozenset({_A.UNALLOCATED, _A.ENVELOPE})
_ANY = frozenset(_A)

# From which kinds of account to which. A purchase against a reservation gives the rest back in the same movement.
ALLOWED_TRANSFERS: dict[MovementKind, tuple[frozenset[AccountKind], frozenset[AccountKind]]] = {
    _K.ENDOW: (frozenset({_A.SOURCE}), frozenset({_A.FUND})),
    _K.GRANT: (frozenset({_A.FUND}), frozenset({_A.UNALLOCATED})),
    _K.ALLOCATE: (frozenset({_A.UNALLOCATED}), frozenset({_A.ENVELOPE})),
    _K.MOVE: (frozenset({_A.ENVELOPE}), _REMAINDER),
    _K.RESERVE: (frozenset({_A.ENVELOPE}), frozenset({_A.RESERVED})),
    _K.RELEASE: (frozenset({_A.RESERVED}), frozenset({_A.ENVELOPE})),
    _K.SPEND: (frozenset({_A.ENVELOPE, _A.RESERVED}), frozenset({_A.SPENT, _A.ENVELOPE})),
    _K.OUTLAY: (frozenset({_A.ENVELOPE, _A.RESERVED}), frozenset({_A.SPENT, _A.ENVELOPE})),
    _K.REFUND: (frozenset({_A.SPENT}), frozenset({_A.ENVELOPE})),
    _K.RETURN: (_REMAINDER, frozenset({_A.RETURNED})),
    _K.CARRY_OVER: (_REMAINDER, frozenset({_A.UNALLOCATED})),
    _K.EXPIRE: (_REMAINDER, frozenset({_A.EXPIRED})),
    _K.CLOSE: (frozenset({_A.SPENT}), frozenset({_A.PAID_OUT})),
    _K.REVERSE: (_ANY, _ANY),
}


class Direction(StrEnum):
    """Into an account or out of it."""

    IN = "in"
    OUT = "out"

    @property
    def opposite(self) -> "Direction":
        """The other way."""
        return Direction.OUT if self is Direction.IN else Direction.IN


class Account(msgspec.Struct, frozen=True):
    """A place where money stands, with its balance in øre and the number of entries on it so far."""

    id: str
    kind: AccountKind
    fund_id: str
    grant_id: str | None = None
    goal_id: str | None = None
    theme: str | None = None
    request_id: str | None = None
    balance_ore: int = 0
    version: int = 0

    @property
    def may_go_negative(self) -> bool:
        """Whether the balance may be below zero."""
        return self.kind in MAY_GO_NEGATIVE


class Leg(msgspec.Struct, frozen=True):
    """One half of what is to happen: an amount above zero into an account or out of it."""

    account_id: str
    direction: Direction
    amount_ore: int

    @property
    def change_ore(self) -> int:
        """What the leg adds to the balance."""
        return self.amount_ore if self.direction is Direction.IN else -self.amount_ore


class Movement(msgspec.Struct, frozen=True):
    """What is to happen: its legs, and who did it, when and why. `key` is its name, from the command that asked for it."""

    id: str
    kind: MovementKind
    fund_id: str
    legs: tuple[Leg, ...]
    key: str
    effective_on: date
    at: datetime
    actor_id: str | None
    why: str = ""
    grant_id: str | None = None
    request_id: str | None = None
    receipt_id: str | None = None
    reverses: str | None = None


class Entry(msgspec.Struct, frozen=True):
    """A leg that was decided, with the account's balance before and after and its version after: history proves itself."""

    account_id: str
    direction: Direction
    amount_ore: int
    before_ore: int
    after_ore: int
    account_version: int


class Posting(msgspec.Struct, frozen=True):
    """A movement that was decided: its entries, the hash of its words, and its line in the fund's chain."""

    movement: Movement
    entries: tuple[Entry, ...]
    why_hash: str
    line: ChainLink

    @property
    def head(self) -> Head:
        """The end of the chain after it."""
        return Head(self.line.sequence, self.line.hash)


def transfer(start_id: str, end_id: str, amount_ore: int) -> tuple[Leg, Leg]:
    """The legs that move an amount from one account to another."""
    return Leg(start_id, Direction.OUT, amount_ore), Leg(end_id, Direction.IN, amount_ore)


def post(movement: Movement, accounts: Mapping[str, Account]) -> tuple[Entry, ...]:
    """The entries that the movement makes, in the order of its legs.

    Raises Unbalanced, WrongAccounts (also for an account that is unknown or there twice), Overdrawn.
    """
    _check_balance(movement.legs)
    _check_transfer(movement, accounts)
    entries = []
    for leg in movement.legs:
        account = accounts[leg.account_id]
        after_ore = account.balance_ore + leg.change_ore
        if after_ore < 0 and not account.may_go_negative and leg.direction is Direction.OUT:
            raise Overdrawn(account.id, account.balance_ore, leg.amount_ore)
        entries.append(
            Entry(
                account.id, leg.direction, leg.amount_ore, account.balance_ore, after_ore, account.version + 1
            )
        )
    return tuple(entries)


def apply(accounts: Mapping[str, Account], entries: Iterable[Entry]) -> dict[str, Account]:
    """Those of the accounts that the entries change, as they stand after them."""
    return {
        entry.account_id: msgspec.structs.replace(
            accounts[entry.account_id], balance_ore=entry.after_ore, version=entry.account_version
        )
        for entry in entries
    }


def chain_posting(movement: Movement, entries: tuple[Entry, ...], head: Head) -> Posting:
    """The movement as the next link of its fund's chain, whose end is `head`."""
    why_hash = description_hash(movement)
    (line,) = append(head, [hashed_row(movement, entries, why_hash)])
    return Posting(movement, entries, why_hash, line)


def hashed_row(movement: Movement, entries: Sequence[Entry], why_hash: str) -> bytes:
    """What the chain's hash holds of a movement: all of it and of its entries, the words as their own hash.

    So the words can be taken away when their time is over, and the chain still stands.
    """
    values = [
        *(movement.id, movement.kind, movement.fund_id, movement.grant_id, movement.request_id),
        *(movement.receipt_id, movement.reverses, movement.effective_on, movement.at, movement.actor_id),
        *(why_hash, movement.key),
    ]
    for entry in sorted(entries, key=_account_id):
        values += msgspec.structs.astuple(entry)
    return canonical(values)


_account_id = attrgetter("account_id")


def description_hash(movement: Movement) -> str:
    """SHA-256 of a movement's words, with its id so that equal words don't show as equal."""
    return hashlib.sha256(f"{movement.id}\n{movement.why}".encode()).hexdigest()


def reversing_legs(kind: MovementKind, legs: Iterable[Leg]) -> tuple[Leg, ...]:
    """The legs that undo a movement of that kind. Raises AlreadyReversed for a reversal, which is never undone."""
    if kind is MovementKind.REVERSE:
        raise AlreadyReversed
    return tuple(Leg(leg.account_id, leg.direction.opposite, leg.amount_ore) for leg in legs)


def _check_balance(legs: tuple[Leg, ...]) -> None:
    if len(legs) < 2 or sum(leg.change_ore for leg in legs) != 0:
        raise Unbalanced(f"{len(legs)} legs that sum to {sum(leg.change_ore for leg in legs)} øre")
    if not all(0 < leg.amount_ore <= AMOUNT_ORE_MAX for leg in legs):
        raise Unbalanced("an amount is not from 1 øre to the largest amount")


def _check_transfer(movement: Movement, accounts: Mapping[str, Account]) -> None:
    if (movement.kind is MovementKind.REVERSE) != (movement.reverses is not None):
        raise WrongAccounts("a reversal names what it reverses, and nothing else does")
    if len({leg.account_id for leg in movement.legs}) < len(movement.legs):
        raise WrongAccounts("an account has more than one leg")
    starts, ends = ALLOWED_TRANSFERS[movement.kind]
    for leg in movement.legs:
        account = accounts.get(leg.account_id)
        if account is None or account.kind not in (starts if leg.direction is Direction.OUT else ends):
            raise WrongAccounts(f"{movement.kind} goes not {leg.direction} of {leg.account_id}")
