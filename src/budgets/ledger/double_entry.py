"""The rules of the ledger: kinds of accounts, allowed transfers between them, and posting. No I/O.

Double entry in whole øre. A balance is the sum of entries in less entries out, so all balances sum to zero:
the money put into funds is the negative balance of `source`, the only account that may be negative.
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
    """Kinds of accounts. A fund has one of each of the last five; the others belong to a grant."""

    UNALLOCATED = "unallocated"  # granted, not yet allocated to a goal
    ENVELOPE = "envelope"  # for one goal
    RESERVED = "reserved"  # for one request
    SPENT = "spent"  # per goal and theme
    FUND = "fund"  # the municipality's fund: not yet granted
    SOURCE = "source"  # external: the municipality's money put into the fund
    PAID_OUT = "paid_out"  # external: spent, of closed grants
    RETURNED = "returned"  # external: unspent, returned to the municipality
    EXPIRED = "expired"  # external: unspent, lapsed


MAY_GO_NEGATIVE = frozenset({AccountKind.SOURCE})
FUND_ACCOUNT_KINDS = (
    AccountKind.FUND,
    AccountKind.SOURCE,
    AccountKind.PAID_OUT,
    AccountKind.RETURNED,
    AccountKind.EXPIRED,
)


class MovementKind(StrEnum):
    """Kinds of movements."""

    ENDOW = "endow"  # money into a fund
    GRANT = "grant"
    ALLOCATE = "allocate"  # to an envelope
    MOVE = "move"  # between envelopes, or back to unallocated
    RESERVE = "reserve"
    RELEASE = "release"
    SPEND = "spend"
    OUTLAY = "outlay"  # a purchase that the citizen paid and is repaid for
    REFUND = "refund"  # the shop paid money back
    RETURN = "return"
    CARRY_OVER = "carry_over"
    EXPIRE = "expire"
    CLOSE = "close"  # what was spent moves to `paid_out` when the grant is closed
    REVERSE = "reverse"


SPENDING_KINDS = (MovementKind.SPEND, MovementKind.OUTLAY, MovementKind.REFUND)
PURCHASE_KINDS = frozenset({MovementKind.SPEND, MovementKind.OUTLAY})


_A = AccountKind
_K = MovementKind
_REMAINDER = frozenset({_A.UNALLOCATED, _A.ENVELOPE})
_ANY = frozenset(_A)

# The kinds of accounts that money may leave, and those it may enter. A purchase may release a reservation.
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
    """An account with its balance in øre; `version` is the number of its entries."""

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
    """One side of a movement to be posted: an amount above zero into an account or out of it."""

    account_id: str
    direction: Direction
    amount_ore: int

    @property
    def change_ore(self) -> int:
        """What the leg adds to the balance."""
        return self.amount_ore if self.direction is Direction.IN else -self.amount_ore


class Movement(msgspec.Struct, frozen=True):
    """A movement to be posted: its legs, and who made it, when and why.

    `key` is unique, from the command's key.
    """

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
    """A posted leg with the account's balance before and after it, and the account's version after it."""

    account_id: str
    direction: Direction
    amount_ore: int
    before_ore: int
    after_ore: int
    account_version: int


class Posting(msgspec.Struct, frozen=True):
    """A posted movement: its entries, the hash of its description, and its link in the fund's hash chain."""

    movement: Movement
    entries: tuple[Entry, ...]
    why_hash: str
    line: ChainLink

    @property
    def head(self) -> Head:
        """The head of the chain after this link."""
        return Head(self.line.sequence, self.line.hash)


def transfer(start_id: str, end_id: str, amount_ore: int) -> tuple[Leg, Leg]:
    """The legs that move an amount from one account to another."""
    return Leg(start_id, Direction.OUT, amount_ore), Leg(end_id, Direction.IN, amount_ore)


def post(movement: Movement, accounts: Mapping[str, Account]) -> tuple[Entry, ...]:
    """Returns the entries of a movement, in the order of its legs.

    Raises Unbalanced, WrongAccounts (also for an unknown account or one with several legs), Overdrawn.
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
    """Returns the accounts that have entries, with balance and version after them."""
    return {
        entry.account_id: msgspec.structs.replace(
            accounts[entry.account_id], balance_ore=entry.after_ore, version=entry.account_version
        )
        for entry in entries
    }


def chain_posting(movement: Movement, entries: tuple[Entry, ...], head: Head) -> Posting:
    """Append a movement to its fund's hash chain, whose head is `head`."""
    why_hash = description_hash(movement)
    (line,) = append(head, [hashed_row(movement, entries, why_hash)])
    return Posting(movement, entries, why_hash, line)


def hashed_row(movement: Movement, entries: Sequence[Entry], why_hash: str) -> bytes:
    """The bytes of a movement that the chain hashes: all fields and entries, the description as its own hash.

    So the description can be erased at the end of its retention period, and the chain still verifies.
    """
    values = [
        *(movement.id, movement.kind, movement.fund_id, movement.grant_id, movement.request_id),
        *(movement.receipt_id, movement.reverses, movement.effective_on, movement.at, movement.actor_id),
        *(why_hash, movement.key),
    ]
    # Entries have no order in the database, so the hash needs a fixed one.
    for entry in sorted(entries, key=_account_id):
        values += msgspec.structs.astuple(entry)
    return canonical(values)


_account_id = attrgetter("account_id")


def description_hash(movement: Movement) -> str:
    """SHA-256 of a movement's description, salted with its id so that equal descriptions differ."""
    return hashlib.sha256(f"{movement.id}\n{movement.why}".encode()).hexdigest()


def reversing_legs(kind: MovementKind, legs: Iterable[Leg]) -> tuple[Leg, ...]:
    """The opposite legs, which reverse a movement.

    Raises AlreadyReversed for a reversal, which can't be reversed.
    """
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
    # Movement and account are the primary key of an entry, and `post` computes each balance once.
    if len({leg.account_id for leg in movement.legs}) < len(movement.legs):
        raise WrongAccounts("an account has more than one leg")
    starts, ends = ALLOWED_TRANSFERS[movement.kind]
    for leg in movement.legs:
        account = accounts.get(leg.account_id)
        if account is None or account.kind not in (starts if leg.direction is Direction.OUT else ends):
            raise WrongAccounts(f"{movement.kind} goes not {leg.direction} of {leg.account_id}")
