"""The ledger for export: movements by day, and the balances of accounts at the ends of months. No I/O.

Exports contain no names: a grant has its id only, and an actor is the citizen, the system, or a person's id.
"""

from collections.abc import Iterator
from datetime import date, datetime

import msgspec

from budgets.ledger.double_entry import AccountKind, Direction, MovementKind

BY_CITIZEN = "citizen"  # the grant's own citizen, whose id is not exported
BY_SYSTEM = "system"


class JournalAccount(msgspec.Struct, frozen=True):
    """An account with its fund."""

    id: str
    kind: AccountKind
    fund_id: str
    fund_name: str
    account_string: str  # the fund's kontostreng
    grant_id: str | None
    goal_id: str | None
    theme: str | None
    request_id: str | None


class JournalEntry(msgspec.Struct, frozen=True):
    """An amount into an account or out of it."""

    account: JournalAccount
    direction: Direction
    amount_ore: int

    @property
    def change_ore(self) -> int:
        """What the entry adds to the balance."""
        return self.amount_ore if self.direction is Direction.IN else -self.amount_ore


class JournalMovement(msgspec.Struct, frozen=True):
    """A movement with its entries, those out of an account first."""

    id: str
    kind: MovementKind
    fund_id: str
    grant_id: str | None
    request_id: str | None
    receipt_id: str | None
    reverses: str | None
    effective_on: date
    at: datetime
    by: str  # BY_CITIZEN, BY_SYSTEM or a person's id
    why: str
    entries: tuple[JournalEntry, ...]


class AccountOpening(msgspec.Struct, frozen=True):
    """An account and the day of its first movement."""

    account: JournalAccount
    opened_on: date


class Checkpoint(msgspec.Struct, frozen=True):
    """The balance of an account at the end of a day."""

    account: JournalAccount
    on: date
    balance_ore: int


class Journal(msgspec.Struct, frozen=True):
    """The ledger as iterators, which can each be consumed once.

    Only accounts with movements have an opening. A month has a checkpoint for each account that moved in it;
    `closing` has one for every account with movements, from its stored balance, at the end of `ends_on`.
    """

    ends_on: date | None  # None: there are no movements
    openings: Iterator[AccountOpening]
    movements: Iterator[JournalMovement]  # by day of effect
    months: Iterator[Checkpoint]  # by day: last days of months before `ends_on`
    closing: Iterator[Checkpoint]
