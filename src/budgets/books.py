"""What orders are carried out on: the funds, grants, accounts and requests they name, as they stand under lock. Pure.

Books are layered: an order works on a draft above the books of its group, whose layer is what is to be written. A draft
that is refused is thrown away and has changed nothing.
"""

from collections import ChainMap
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any

import msgspec

from budgets.commands import Command
from budgets.ledger import Account, AccountKind, Movement, Posting
from budgets.model import Answer, Closing, Fund, Grant, Notice, SpendingRequest
from budgets.receipts import CleanReceipt
from foundation.chain import Head
from people.model import Actor, ChangeLine, Standing

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
    actor_id: str | None


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


@dataclass
class Books:
    """Everything by its id, or by the pair that it belongs to."""

    standing: Standing = NOBODY_STANDS
    funds: ChainMap[str, Fund] = field(default_factory=ChainMap)
    fund_names: ChainMap[str, str] = field(default_factory=ChainMap)  # in small letters → id
    shut: ChainMap[str, Shut] = field(default_factory=ChainMap)  # by fund: the newest
    heads: ChainMap[str, Head] = field(default_factory=ChainMap)  # fund → end of its chain
    grants: ChainMap[str, Grant] = field(default_factory=ChainMap)
    closings: ChainMap[str, Closing] = field(default_factory=ChainMap)  # by grant
    notices: ChainMap[str, Notice] = field(default_factory=ChainMap)  # by grant: the newest
    goals: ChainMap[str, GoalPlace] = field(default_factory=ChainMap)
    accounts: ChainMap[str, Account] = field(default_factory=ChainMap)
    places: ChainMap[Place, str] = field(default_factory=ChainMap)  # → account
    requests: ChainMap[str, SpendingRequest] = field(default_factory=ChainMap)
    answers: ChainMap[tuple[str, str], Answer] = field(default_factory=ChainMap)  # request, officer
    own_word_ore: ChainMap[tuple[str, str], int] = field(
        default_factory=ChainMap
    )  # fund, citizen: this month
    movements: ChainMap[str, Movement] = field(default_factory=ChainMap)  # those that orders name
    undone: ChainMap[str, str] = field(default_factory=ChainMap)  # movement → its reversal
    done: ChainMap[str, Done] = field(default_factory=ChainMap)  # by key
    receipt_ids: ChainMap[tuple[str, str], str] = field(default_factory=ChainMap)  # grant, SHA-256 → id
    postings: list[Posting] = field(default_factory=list, init=False)
    receipts: list[KeptReceipt] = field(default_factory=list, init=False)
    late_receipts: list[LateReceipt] = field(default_factory=list, init=False)
    changes: list[ChangeLine] = field(default_factory=list, init=False)

    def draft(self) -> "Books":
        """A layer above these books, empty."""
        return _Draft(self)

    def accept(self, draft: "Books") -> None:
        """Take in what a draft holds."""
        for name in _LAYERED & vars(draft).keys():
            getattr(self, name).update(getattr(draft, name).maps[0])
        self.postings += draft.postings
        self.receipts += draft.receipts
        self.late_receipts += draft.late_receipts
        self.changes += draft.changes

    def put_account(self, account: Account) -> Account:
        """Note an account, new or moved on."""
        self.accounts[account.id] = account
        self.places[place_of(account)] = account.id
        return account


class _Draft(Books):
    """Books whose layers are laid where an order asks for them; most orders need few."""

    def __init__(self, below: Books) -> None:
        self._below = below
        self.standing = below.standing
        self.postings, self.receipts, self.late_receipts, self.changes = [], [], [], []

    def __getattr__(self, name: str) -> Any:
        layer = getattr(self._below, name).new_child()
        setattr(self, name, layer)
        return layer


_LAYERED = {one.name for one in fields(Books) if one.init and one.name != "standing"}


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
