"""What orders are carried out on: the funds, grants, accounts and requests they name, as they stand under lock. Pure.

Books note what is changed in them. What an order that is refused has changed is undone at once; what the orders of a group
have changed together is what is to be written.
"""

from datetime import date, datetime
from typing import Any, TypeVar

import msgspec

from budgets.commands.messages import Command
from budgets.ledger.double_entry import Account, AccountKind, Movement, Posting
from budgets.model import Closing, Fund, Grant, Notice, RequestDecision, SpendingRequest
from budgets.records.receipt_files import SanitizedReceipt
from foundation.crypto.hash_chain import Head
from people.access.model import Actor, Relationships
from people.audit.model import ChangeEntry

# kind, fund, grant, goal, theme, request: no two accounts stand in the same place
AccountKey = tuple[AccountKind, str, str | None, str | None, str | None, str | None]


class SubmittedCommand(msgspec.Struct, frozen=True):
    """A command, who gives it, and its key: the same order a second time gives what the first one gave."""

    actor: Actor
    command: Command
    idempotency_key: str
    receipt: SanitizedReceipt | None = None


class GoalRef(msgspec.Struct, frozen=True):
    """Whose a goal is and which theme it has: what an account for it needs to know."""

    id: str
    citizen_id: str
    theme: str


class CompletedCommand(msgspec.Struct, frozen=True):
    """An order that was carried out: what it was, and what it gave (the id of what it made)."""

    key: str
    digest: str
    result: str


class NewReceipt(msgspec.Struct, frozen=True):
    """A receipt to be stored."""

    id: str
    grant_id: str
    sha256: str
    media_type: str
    content: bytes
    made_by: str | None


class LateReceipt(msgspec.Struct, frozen=True):
    """A receipt that came after its purchase was recorded, or before, for what money is put aside for."""

    id: str
    receipt_id: str
    movement_id: str | None
    request_id: str | None
    made_by: str | None


class ClosedPeriod(msgspec.Struct, frozen=True):
    """Up to which day, counted in, a fund's books are closed."""

    fund_id: str
    through: date
    made_by: str | None = None


NO_RELATIONSHIPS = Relationships({}, {})

K = TypeVar("K")
V = TypeVar("V")


class TrackedDict(dict[K, V]):
    """Records by key, which remember how they were read.

    `update` puts in what was read; what an order sets is noted, to be written or to be undone.
    """

    __slots__ = ("_undo_log", "originals")

    def __init__(self, undo_log: list[tuple["TrackedDict[Any, Any]", Any, Any]]) -> None:
        super().__init__()
        self._undo_log = undo_log
        self.originals: dict[K, V | None] = {}  # what was set → how it was read; None: not there

    def __setitem__(self, key: K, value: V) -> None:
        self._undo_log.append((self, key, self.get(key)))
        super().__setitem__(key, value)

    def restore(self, key: K, value: V | None) -> None:
        """Undo that a record was set."""
        if value is None:
            del self[key]
        else:
            super().__setitem__(key, value)

    @property
    def added(self) -> list[V]:
        """What is there for the first time."""
        return [self[key] for key, before in self.originals.items() if before is None]

    @property
    def updated(self) -> list[V]:
        """What was there and stands otherwise now."""
        return [self[key] for key, before in self.originals.items() if before is not None]


class WorkingSet:
    """Everything by its id, or by the pair that it belongs to."""

    def __init__(self) -> None:
        journal: list[tuple[TrackedDict[Any, Any], Any, Any]] = []
        self.relationships = NO_RELATIONSHIPS
        self.funds = TrackedDict[str, Fund](journal)
        self.fund_ids_by_name = TrackedDict[str, str](journal)  # in small letters → id
        self.closed_periods = TrackedDict[str, ClosedPeriod](journal)  # by fund: the newest
        self.chain_heads = TrackedDict[str, Head](journal)  # fund → end of its chain
        self.grants = TrackedDict[str, Grant](journal)
        self.closings = TrackedDict[str, Closing](journal)  # by grant
        self.notices = TrackedDict[str, Notice](journal)  # by grant: the newest
        self.goals = TrackedDict[str, GoalRef](journal)
        self.accounts = TrackedDict[str, Account](journal)
        self.account_ids = TrackedDict[AccountKey, str](journal)  # → account
        self.requests = TrackedDict[str, SpendingRequest](journal)
        self.answers = TrackedDict[tuple[str, str], RequestDecision](journal)  # request, officer
        self.self_approved_ore = TrackedDict[tuple[str, str], int](journal)  # fund, citizen: this month
        self.movements = TrackedDict[str, Movement](journal)  # those that orders name
        self.reversals = TrackedDict[str, str](journal)  # movement → its reversal
        self.completed = TrackedDict[str, CompletedCommand](journal)  # by key
        self.receipt_ids = TrackedDict[tuple[str, str], str](journal)  # grant, SHA-256 → id
        self.postings: list[Posting] = []
        self.receipts: list[NewReceipt] = []
        self.late_receipts: list[LateReceipt] = []
        self.new_notices: list[Notice] = []
        self.new_closed_periods: list[ClosedPeriod] = []
        self.changes: list[ChangeEntry] = []
        self._undo_log = journal
        self._lists: tuple[list[Any], ...] = (
            self.postings,
            self.receipts,
            self.late_receipts,
            self.new_notices,
            self.new_closed_periods,
            self.changes,
        )
        self._lengths = (0,) * len(self._lists)

    @property
    def posted_count(self) -> int:
        """How many movements the order at work has posted so far."""
        return len(self.postings) - self._lengths[0]

    def accept(self) -> None:
        """The order at work is carried out: what it did is to be written."""
        for shelf, key, before in self._undo_log:
            shelf.originals.setdefault(key, before)
        self._undo_log.clear()
        self._lengths = tuple(map(len, self._lists))

    def rollback(self) -> None:
        """The order at work is refused: everything as it was before it."""
        for shelf, key, before in reversed(self._undo_log):
            shelf.restore(key, before)
        self._undo_log.clear()
        for done, length in zip(self._lists, self._lengths, strict=True):
            del done[length:]

    def add_account(self, account: Account) -> Account:
        """Note a new account."""
        self.accounts[account.id] = account
        self.account_ids[account_key(account)] = account.id
        return account


def account_key(account: Account) -> AccountKey:
    """Where an account stands."""
    return (
        account.kind,
        account.fund_id,
        account.grant_id,
        account.goal_id,
        account.theme,
        account.request_id,
    )


class ReferencedIds(msgspec.Struct):
    """The records that orders name, to be read before they are carried out."""

    funds: set[str] = msgspec.field(default_factory=set)
    fund_names: set[str] = msgspec.field(default_factory=set)
    grants: set[str] = msgspec.field(default_factory=set)
    goals: set[str] = msgspec.field(default_factory=set)
    citizens: set[str] = msgspec.field(default_factory=set)
    requests: set[str] = msgspec.field(default_factory=set)
    movements: set[str] = msgspec.field(default_factory=set)
    keys: set[str] = msgspec.field(default_factory=set)


_ID_FIELDS = {
    "fund_id": "funds",
    "grant_id": "grants",
    "next_grant_id": "grants",
    "goal_id": "goals",
    "from_goal_id": "goals",
    "to_goal_id": "goals",
    "citizen_id": "citizens",
    "request_id": "requests",
    "movement_id": "movements",
}


def referenced_ids(submissions: list[SubmittedCommand]) -> ReferencedIds:
    """What the orders name by the fields of their commands."""
    names = ReferencedIds()
    for order in submissions:
        names.keys.add(order.idempotency_key)
        for field_name in order.command.__struct_fields__:
            kind = _ID_FIELDS.get(field_name)
            named = getattr(order.command, field_name)
            if kind is not None and named is not None:
                getattr(names, kind).add(named)
            elif isinstance(named, Fund):
                names.fund_names.add(named.name.lower())
    return names


class CommandTime(msgspec.Struct, frozen=True):
    """When orders are carried out: the moment, and the day it is in Copenhagen then."""

    now: datetime
    today: date
