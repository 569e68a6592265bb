"""What orders are carried out on: the funds, grants, accounts and requests they name, as they stand under lock. Pure.

Books note what is changed in them. What an order that is refused has changed is undone at once; what the orders of a group
have changed together is what is to be written.
"""

from datetime import date, datetime
from typing import Any, TypeVar

import msgspec

from budgets.commands.messages import Command
from budgets.ledger.double_entry import Account, AccountKind, Movement, Posting
from budgets.model import Answer, Closing, Fund, Grant, Notice, SpendingRequest
from budgets.records.receipt_files import CleanReceipt
from foundation.crypto.hash_chain import Head
from people.access.model import Actor, Standing
from people.audit.model import ChangeLine

# kind, fund, grant, goal, theme, request: no two accounts stand in the same place
Place = tuple[AccountKind, str, str | None, str | None, str | None, str | None]


class Order(msgspec.Struct, frozen=True):
    """A command, who gives it, and its key: the same order a second time gives what the first one gave."""

    actor: Actor
    command: Command
    key: str
    receipt: CleanReceipt | None = None


class GoalPlace(msgspec.Struct, frozen=True):
    """Whose a goal is and which theme it has: what an account for it needs to know."""

    id: str
    citizen_id: str
    theme: str


class Done(msgspec.Struct, frozen=True):
    """An order that was carried out: what it was, and what it gave (the id of what it made)."""

    key: str
    digest: str
    result: str


class KeptReceipt(msgspec.Struct, frozen=True):
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


class Shut(msgspec.Struct, frozen=True):
    """Up to which day, counted in, a fund's books are closed."""

    fund_id: str
    through: date
    made_by: str | None = None


NOBODY_STANDS = Standing({}, {})

K = TypeVar("K")
V = TypeVar("V")


class Shelf(dict[K, V]):
    """Records by key, which remember how they were read.

    `update` puts in what was read; what an order sets is noted, to be written or to be undone.
    """

    __slots__ = ("_journal", "before")

    def __init__(self, journal: list[tuple["Shelf[Any, Any]", Any, Any]]) -> None:
        super().__init__()
        self._journal = journal
        self.before: dict[K, V | None] = {}  # what was set → how it was read; None: not there

    def __setitem__(self, key: K, value: V) -> None:
        self._journal.append((self, key, self.get(key)))
        super().__setitem__(key, value)

    def put_back(self, key: K, value: V | None) -> None:
        """Undo that a record was set."""
        if value is None:
            del self[key]
        else:
            super().__setitem__(key, value)

    @property
    def new(self) -> list[V]:
        """What is there for the first time."""
        return [self[key] for key, before in self.before.items() if before is None]

    @property
    def changed(self) -> list[V]:
        """What was there and stands otherwise now."""
        return [self[key] for key, before in self.before.items() if before is not None]


class Books:
    """Everything by its id, or by the pair that it belongs to."""

    def __init__(self) -> None:
        journal: list[tuple[Shelf[Any, Any], Any, Any]] = []
        self.standing = NOBODY_STANDS
        self.funds = Shelf[str, Fund](journal)
        self.fund_names = Shelf[str, str](journal)  # in small letters → id
        self.shut = Shelf[str, Shut](journal)  # by fund: the newest
        self.heads = Shelf[str, Head](journal)  # fund → end of its chain
        self.grants = Shelf[str, Grant](journal)
        self.closings = Shelf[str, Closing](journal)  # by grant
        self.notices = Shelf[str, Notice](journal)  # by grant: the newest
        self.goals = Shelf[str, GoalPlace](journal)
        self.accounts = Shelf[str, Account](journal)
        self.places = Shelf[Place, str](journal)  # → account
        self.requests = Shelf[str, SpendingRequest](journal)
        self.answers = Shelf[tuple[str, str], Answer](journal)  # request, officer
        self.own_word_ore = Shelf[tuple[str, str], int](journal)  # fund, citizen: this month
        self.movements = Shelf[str, Movement](journal)  # those that orders name
        self.undone = Shelf[str, str](journal)  # movement → its reversal
        self.done = Shelf[str, Done](journal)  # by key
        self.receipt_ids = Shelf[tuple[str, str], str](journal)  # grant, SHA-256 → id
        self.postings: list[Posting] = []
        self.receipts: list[KeptReceipt] = []
        self.late_receipts: list[LateReceipt] = []
        self.notices_given: list[Notice] = []
        self.shut_now: list[Shut] = []
        self.changes: list[ChangeLine] = []
        self._journal = journal
        self._lists: tuple[list[Any], ...] = (
            self.postings,
            self.receipts,
            self.late_receipts,
            self.notices_given,
            self.shut_now,
            self.changes,
        )
        self._lengths = (0,) * len(self._lists)

    @property
    def posted(self) -> int:
        """How many movements the order at work has posted so far."""
        return len(self.postings) - self._lengths[0]

    def keep(self) -> None:
        """The order at work is carried out: what it did is to be written."""
        for shelf, key, before in self._journal:
            shelf.before.setdefault(key, before)
        self._journal.clear()
        self._lengths = tuple(map(len, self._lists))

    def undo(self) -> None:
        """The order at work is refused: everything as it was before it."""
        for shelf, key, before in reversed(self._journal):
            shelf.put_back(key, before)
        self._journal.clear()
        for done, length in zip(self._lists, self._lengths, strict=True):
            del done[length:]

    def put_account(self, account: Account) -> Account:
        """Note a new account."""
        self.accounts[account.id] = account
        self.places[place_of(account)] = account.id
        return account


def place_of(account: Account) -> Place:
    """Where an account stands."""
    return (
        account.kind,
        account.fund_id,
        account.grant_id,
        account.goal_id,
        account.theme,
        account.request_id,
    )


class Names(msgspec.Struct):
    """The records that orders name, to be read before they are carried out."""

    funds: set[str] = msgspec.field(default_factory=set)
    fund_names: set[str] = msgspec.field(default_factory=set)
    grants: set[str] = msgspec.field(default_factory=set)
    goals: set[str] = msgspec.field(default_factory=set)
    citizens: set[str] = msgspec.field(default_factory=set)
    requests: set[str] = msgspec.field(default_factory=set)
    movements: set[str] = msgspec.field(default_factory=set)
    keys: set[str] = msgspec.field(default_factory=set)


_FIELDS = {
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


def named_by(orders: list[Order]) -> Names:
    """What the orders name by the fields of their commands."""
    names = Names()
    for order in orders:
        names.keys.add(order.key)
        for field_name in order.command.__struct_fields__:
            kind = _FIELDS.get(field_name)
            named = getattr(order.command, field_name)
            if kind is not None and named is not None:
                getattr(names, kind).add(named)
            elif isinstance(named, Fund):
                names.fund_names.add(named.name.lower())
    return names


class Moment(msgspec.Struct, frozen=True):
    """When orders are carried out: the moment, and the day it is in Copenhagen then."""

    now: datetime
    today: date
