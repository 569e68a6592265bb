"""The working set of a batch of commands: the records they refer to, read under lock, with change tracking.

No I/O. The changes of a rejected command are rolled back at once; the accepted changes of the whole batch are
saved together.
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

# kind, fund, grant, goal, theme, request: unique among accounts
AccountKey = tuple[AccountKind, str, str | None, str | None, str | None, str | None]


class SubmittedCommand(msgspec.Struct, frozen=True):
    """A command with its actor, its idempotency key and an attached receipt."""

    actor: Actor
    command: Command
    idempotency_key: str
    receipt: SanitizedReceipt | None = None


class GoalRef(msgspec.Struct, frozen=True):
    """The citizen and theme of a goal, which its accounts depend on."""

    id: str
    citizen_id: str
    theme: str


class CompletedCommand(msgspec.Struct, frozen=True):
    """An executed command: its digest, and its result (the id of the record it created or changed)."""

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
    """A receipt attached to a purchase after it was recorded, or to a request before anything was bought."""

    id: str
    receipt_id: str
    movement_id: str | None
    request_id: str | None
    made_by: str | None


class ClosedPeriod(msgspec.Struct, frozen=True):
    """The last day of a fund's closed books."""

    fund_id: str
    through: date
    made_by: str | None = None


NO_RELATIONSHIPS = Relationships({}, {})

K = TypeVar("K")
V = TypeVar("V")


class TrackedDict(dict[K, V]):
    """Records by key that track changes.

    `update` adds records as read; items set by a command are tracked, to be saved or rolled back.
    """

    __slots__ = ("_undo_log", "originals")

    def __init__(self, undo_log: list[tuple["TrackedDict[Any, Any]", Any, Any]]) -> None:
        super().__init__()
        self._undo_log = undo_log
        self.originals: dict[K, V | None] = {}  # changed key → record as read; None: it is new

    def __setitem__(self, key: K, value: V) -> None:
        self._undo_log.append((self, key, self.get(key)))
        super().__setitem__(key, value)

    def restore(self, key: K, value: V | None) -> None:
        """Set a record back to an earlier value; None removes it."""
        if value is None:
            del self[key]
        else:
            # This class's own method would add to the undo log that is being undone.
            super().__setitem__(key, value)

    @property
    def added(self) -> list[V]:
        """The records that are new."""
        return [self[key] for key, original in self.originals.items() if original is None]

    @property
    def updated(self) -> list[V]:
        """The records that were read and have been changed."""
        return [self[key] for key, original in self.originals.items() if original is not None]


class WorkingSet:
    """The records that a batch of commands reads and changes, by id unless noted."""

    def __init__(self) -> None:
        undo_log: list[tuple[TrackedDict[Any, Any], Any, Any]] = []
        self.relationships = NO_RELATIONSHIPS
        self.funds = TrackedDict[str, Fund](undo_log)
        self.fund_ids_by_name = TrackedDict[str, str](undo_log)  # in lower case → id
        self.closed_periods = TrackedDict[str, ClosedPeriod](undo_log)  # by fund: the latest
        self.chain_heads = TrackedDict[str, Head](undo_log)  # fund → end of its chain
        self.grants = TrackedDict[str, Grant](undo_log)
        self.closings = TrackedDict[str, Closing](undo_log)  # by grant
        self.notices = TrackedDict[str, Notice](undo_log)  # by grant: the latest
        self.goals = TrackedDict[str, GoalRef](undo_log)
        self.accounts = TrackedDict[str, Account](undo_log)
        self.account_ids = TrackedDict[AccountKey, str](undo_log)  # → account
        self.requests = TrackedDict[str, SpendingRequest](undo_log)
        self.answers = TrackedDict[tuple[str, str], RequestDecision](undo_log)  # request, officer
        self.self_approved_ore = TrackedDict[tuple[str, str], int](undo_log)  # fund, citizen: this month
        self.movements = TrackedDict[str, Movement](undo_log)  # those that commands refer to
        self.reversals = TrackedDict[str, str](undo_log)  # movement → its reversal
        self.completed = TrackedDict[str, CompletedCommand](undo_log)  # by key
        self.receipt_ids = TrackedDict[tuple[str, str], str](undo_log)  # grant, SHA-256 → id
        self.postings: list[Posting] = []
        self.receipts: list[NewReceipt] = []
        self.late_receipts: list[LateReceipt] = []
        self.new_notices: list[Notice] = []
        self.new_closed_periods: list[ClosedPeriod] = []
        self.changes: list[ChangeEntry] = []
        self._undo_log = undo_log
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
        """How many movements the current command has posted so far."""
        return len(self.postings) - self._lengths[0]

    def accept(self) -> None:
        """Accept the current command's changes, to be saved."""
        for records, key, before in self._undo_log:
            # The value as loaded counts: a record that several commands of a batch change is saved once.
            records.originals.setdefault(key, before)
        self._undo_log.clear()
        self._lengths = tuple(map(len, self._lists))

    def rollback(self) -> None:
        """Undo the current command's changes."""
        # Newest first: a key that was set twice has to end with its oldest value.
        for records, key, before in reversed(self._undo_log):
            records.restore(key, before)
        self._undo_log.clear()
        for added, length in zip(self._lists, self._lengths, strict=True):
            del added[length:]

    def add_account(self, account: Account) -> Account:
        """Add a new account and return it."""
        self.accounts[account.id] = account
        self.account_ids[account_key(account)] = account.id
        return account


def account_key(account: Account) -> AccountKey:
    """The unique key of an account."""
    return (
        account.kind,
        account.fund_id,
        account.grant_id,
        account.goal_id,
        account.theme,
        account.request_id,
    )


class ReferencedIds(msgspec.Struct):
    """The ids of the records that commands refer to, to be loaded before execution."""

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
    """Collect the ids in the fields of the commands, and the names of new funds in lower case."""
    referenced = ReferencedIds()
    for submission in submissions:
        referenced.keys.add(submission.idempotency_key)
        for field_name in submission.command.__struct_fields__:
            kind = _ID_FIELDS.get(field_name)
            value = getattr(submission.command, field_name)
            if kind is not None and value is not None:
                getattr(referenced, kind).add(value)
            elif isinstance(value, Fund):
                referenced.fund_names.add(value.name.lower())
    return referenced


class CommandTime(msgspec.Struct, frozen=True):
    """The time of execution: the instant, and its date in Copenhagen."""

    now: datetime
    today: date
