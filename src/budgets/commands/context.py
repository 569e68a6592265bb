"""Where one order is carried out: whoever gave it is let through or not, accounts are found or opened, movements posted.

Pure but for new ids: everything comes from the books and goes into them.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import msgspec

from budgets.commands.working_set import Books, KeptReceipt, Moment, Order, Place
from budgets.errors import GrantClosed, NoSuchRecord, PeriodShut, RequestSettled
from budgets.ledger.double_entry import (
    Account,
    AccountKind,
    Leg,
    Movement,
    MovementKind,
    changed,
    decide,
    seal,
)
from budgets.model import Fund, Grant, RequestState, SpendingRequest
from budgets.records.receipt_files import kind_of
from foundation.ids import new_id
from people.access import policy as access_policy
from people.access.model import DataKind, Role
from people.access.policy import Verb
from people.audit.model import change_line
from people.errors import NotAllowed, NotFound

T = TypeVar("T")


@dataclass(frozen=True)
class Desk:
    """The books as the order leaves them, the order, and when."""

    books: Books
    order: Order
    moment: Moment

    @property
    def actor_id(self) -> str | None:
        """Who gave the order; None for the system."""
        return self.order.actor.person_id

    def fund(self, fund_id: str) -> Fund:
        """A fund. Raises NoSuchRecord."""
        return _known(self.books.funds.get(fund_id))

    def grant(self, grant_id: str) -> Grant:
        """A grant in which money may move. Raises NoSuchRecord, NotFound, NotAllowed, GrantClosed."""
        found = _known(self.books.grants.get(grant_id))
        if grant_id in self.books.closings:
            self._check_known(found)
            raise GrantClosed
        return found

    def request(self, request_id: str, *states: RequestState) -> SpendingRequest:
        """A request that stands in one of the states. Raises NoSuchRecord, NotFound, NotAllowed, RequestSettled."""
        found = _known(self.books.requests.get(request_id))
        if found.state not in states:
            self._check_known(self.books.grants[found.grant_id])
            raise RequestSettled
        return found

    def _check_known(self, grant: Grant) -> None:
        """Nobody learns how a record stands that they may not change. Raises NotFound, NotAllowed."""
        if self.actor_id is not None:
            self.check_change(grant.citizen_id)

    def movement(self, movement_id: str) -> Movement:
        """A movement that was posted. Raises NoSuchRecord."""
        return _known(self.books.movements.get(movement_id))

    def check_change(self, citizen_id: str, kind: DataKind = DataKind.MONEY) -> None:
        """Raises NotFound or NotAllowed when whoever gives the order may not change that about the citizen."""
        actor = self.order.actor
        subject = self.books.standing.subject(actor.person_id or "", citizen_id)
        if subject is None:
            raise NotFound
        decision = access_policy.decide(actor, Verb.CHANGE, kind, subject)
        if not decision.granted:
            raise NotAllowed(decision.rule) if decision.related else NotFound

    def check_officer(self, citizen_id: str | None = None) -> None:
        """Only a budget officer grants, decides, records and reverses, and never in their own budget.

        Raises NotAllowed, NotFound.
        """
        if citizen_id is not None:
            self.check_change(citizen_id)
        if not self.order.actor.has(Role.BUDGET_OFFICER) or citizen_id == self.actor_id:
            raise NotAllowed("a budget officer, and never for themselves")

    def check_self(self, grant: Grant) -> None:
        """Only the citizen steers what is theirs; for anybody else the grant doesn't exist. Raises NoSuchRecord."""
        if grant.citizen_id != self.actor_id:
            raise NoSuchRecord
        self.check_change(grant.citizen_id)

    def account_of_fund(self, fund_id: str, kind: AccountKind) -> Account:
        """One of a fund's own accounts."""
        return self.books.accounts[self.books.places[(kind, fund_id, None, None, None, None)]]

    def unallocated(self, grant: Grant) -> Account:
        """What has no goal yet."""
        return self.books.accounts[
            self.books.places[_place(AccountKind.UNALLOCATED, grant, None, None, None)]
        ]

    def envelope(self, grant: Grant, goal_id: str, *, opening: bool = False) -> Account:
        """What a goal has. Raises NoSuchRecord where there is none and none is to be opened, or no such goal."""
        found = self._find(_place(AccountKind.ENVELOPE, grant, goal_id, None, None))
        if found is not None:
            return found
        if not opening:
            raise NoSuchRecord
        self._theme(grant, goal_id)
        return self.open_account(AccountKind.ENVELOPE, grant, goal_id)

    def spent(self, grant: Grant, goal_id: str) -> Account:
        """What was spent on a goal, under the theme that it has now."""
        theme = self._theme(grant, goal_id)
        found = self._find(_place(AccountKind.SPENT, grant, goal_id, theme, None))
        return found or self.open_account(AccountKind.SPENT, grant, goal_id, theme)

    def reserved(self, grant: Grant, request: SpendingRequest) -> Account:
        """What is put aside for a request."""
        found = self._find(_place(AccountKind.RESERVED, grant, request.goal_id, None, request.id))
        return found or self.open_account(AccountKind.RESERVED, grant, request.goal_id, None, request.id)

    def accounts_of(self, grant: Grant, *kinds: AccountKind) -> tuple[Account, ...]:
        """The grant's accounts of these kinds that hold money, by id."""
        found = (one for one in self.books.accounts.values() if one.grant_id == grant.id)
        return tuple(
            sorted((one for one in found if one.kind in kinds and one.balance_ore), key=lambda one: one.id)
        )

    def open_account(
        self,
        kind: AccountKind,
        grant: Grant,
        goal_id: str | None = None,
        theme: str | None = None,
        request_id: str | None = None,
    ) -> Account:
        """A new account of a grant, empty."""
        new = Account(new_id(), kind, grant.fund_id, grant.id, goal_id, theme, request_id)
        return self.books.put_account(new)

    def _find(self, place: Place) -> Account | None:
        account_id = self.books.places.get(place)
        return None if account_id is None else self.books.accounts[account_id]

    def _theme(self, grant: Grant, goal_id: str) -> str:
        goal = self.books.goals.get(goal_id)
        if goal is None or goal.citizen_id != grant.citizen_id:
            raise NoSuchRecord
        return goal.theme

    def post(
        self,
        kind: MovementKind,
        fund_id: str,
        legs: tuple[Leg, ...],
        *,
        effective_on: date | None = None,
        why: str = "",
        **more: str | None,
    ) -> str:
        """Post a movement now, in the name of whoever gives the order; gives its id.

        Raises PeriodShut and what `ledger.decide` raises.
        """
        books = self.books
        day = effective_on or self.moment.today
        shut = books.shut.get(fund_id)
        if shut is not None and day <= shut.through:
            raise PeriodShut(shut.through)
        place = books.posted
        movement = Movement(
            id=new_id(),
            kind=kind,
            fund_id=fund_id,
            legs=legs,
            key=f"{self.order.key}/{place + 1}" if place else self.order.key,
            effective_on=day,
            at=self.moment.now,
            actor_id=self.actor_id,
            why=why,
            **{name: value for name, value in more.items() if value is not None},
        )
        entries = decide(movement, books.accounts)
        for account_id, account in changed(books.accounts, entries).items():
            books.accounts[account_id] = account
        posting = seal(movement, entries, books.heads[fund_id])
        books.heads[fund_id] = posting.head
        books.postings.append(posting)
        books.movements[movement.id] = movement
        return movement.id

    def keep_receipt(self, grant: Grant) -> str | None:
        """Keep the file that came with the order, the same file for a grant once; gives its id, None when none came.

        Raises UnknownReceipt.
        """
        content = self.order.receipt
        if content is None:
            return None
        sha256 = hashlib.sha256(content).hexdigest()
        known = self.books.receipt_ids.get((grant.id, sha256))
        if known is not None:
            return known
        kept = KeptReceipt(new_id(), grant.id, sha256, kind_of(content), content, self.actor_id)
        self.books.receipts.append(kept)
        self.books.receipt_ids[grant.id, sha256] = kept.id
        return kept.id

    def change_request(self, request: SpendingRequest, state: RequestState, **changes: object) -> None:
        """Note where a request stands now."""
        changed = msgspec.structs.replace(request, state=state, **changes)
        self.books.requests[request.id] = changed

    def record(self, tag: str, subject_id: str, **details: object) -> None:
        """Add to the log of changes; `details` hold no secrets and no free text."""
        self.books.changes.append(change_line(self.moment.now, self.actor_id, tag, subject_id, details))


def _place(
    kind: AccountKind, grant: Grant, goal_id: str | None, theme: str | None, request_id: str | None
) -> Place:
    return (kind, grant.fund_id, grant.id, goal_id, theme, request_id)


def _known(found: T | None) -> T:
    if found is None:
        raise NoSuchRecord
    return found
