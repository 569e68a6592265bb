"""Where one order is carried out: whoever gave it is let through or not, accounts are found or opened, movements posted.

Pure but for new ids: everything comes from the books and goes into them.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import msgspec

from budgets.commands.working_set import AccountKey, CommandTime, NewReceipt, SubmittedCommand, WorkingSet
from budgets.errors import GrantClosed, InvalidRequestState, NoSuchRecord, PeriodClosed
from budgets.ledger.double_entry import (
    Account,
    AccountKind,
    Leg,
    Movement,
    MovementKind,
    apply,
    chain_posting,
    post,
)
from budgets.model import Fund, Grant, RequestState, SpendingRequest
from budgets.records.receipt_files import media_type_of
from foundation.ids import new_id
from people.access import policy as access_policy
from people.access.model import DataKind, Role
from people.access.policy import Action
from people.audit.model import change_entry
from people.errors import NotAllowed, NotFound

T = TypeVar("T")


@dataclass(frozen=True)
class CommandContext:
    """The books as the order leaves them, the order, and when."""

    working_set: WorkingSet
    submission: SubmittedCommand
    time: CommandTime

    @property
    def actor_id(self) -> str | None:
        """Who gave the order; None for the system."""
        return self.submission.actor.person_id

    def fund(self, fund_id: str) -> Fund:
        """A fund. Raises NoSuchRecord."""
        return _require_found(self.working_set.funds.get(fund_id))

    def grant(self, grant_id: str) -> Grant:
        """A grant in which money may move. Raises NoSuchRecord, NotFound, NotAllowed, GrantClosed."""
        found = _require_found(self.working_set.grants.get(grant_id))
        if grant_id in self.working_set.closings:
            self._require_visible(found)
            raise GrantClosed
        return found

    def request(self, request_id: str, *states: RequestState) -> SpendingRequest:
        """A request that stands in one of the states. Raises NoSuchRecord, NotFound, NotAllowed, InvalidRequestState."""
        found = _require_found(self.working_set.requests.get(request_id))
        if found.state not in states:
            self._require_visible(self.working_set.grants[found.grant_id])
            raise InvalidRequestState
        return found

    def _require_visible(self, grant: Grant) -> None:
        """Nobody learns how a record stands that they may not change. Raises NotFound, NotAllowed."""
        if self.actor_id is not None:
            self.require_change(grant.citizen_id)

    def movement(self, movement_id: str) -> Movement:
        """A movement that was posted. Raises NoSuchRecord."""
        return _require_found(self.working_set.movements.get(movement_id))

    def require_change(self, citizen_id: str, kind: DataKind = DataKind.MONEY) -> None:
        """Raises NotFound or NotAllowed when whoever gives the order may not change that about the citizen."""
        actor = self.submission.actor
        subject = self.working_set.relationships.subject(actor.person_id or "", citizen_id)
        if subject is None:
            raise NotFound
        decision = access_policy.decide_access(actor, Action.CHANGE, kind, subject)
        if not decision.granted:
            raise NotAllowed(decision.rule) if decision.related else NotFound

    def require_officer(self, citizen_id: str | None = None) -> None:
        """Only a budget officer grants, decides, records and reverses, and never in their own budget.

        Raises NotAllowed, NotFound.
        """
        if citizen_id is not None:
            self.require_change(citizen_id)
        if not self.submission.actor.has_role(Role.BUDGET_OFFICER) or citizen_id == self.actor_id:
            raise NotAllowed("a budget officer, and never for themselves")

    def require_owner(self, grant: Grant) -> None:
        """Only the citizen steers what is theirs; for anybody else the grant doesn't exist. Raises NoSuchRecord."""
        if grant.citizen_id != self.actor_id:
            raise NoSuchRecord
        self.require_change(grant.citizen_id)

    def fund_account(self, fund_id: str, kind: AccountKind) -> Account:
        """One of a fund's own accounts."""
        return self.working_set.accounts[
            self.working_set.account_ids[(kind, fund_id, None, None, None, None)]
        ]

    def unallocated(self, grant: Grant) -> Account:
        """What has no goal yet."""
        return self.working_set.accounts[
            self.working_set.account_ids[_account_key(AccountKind.UNALLOCATED, grant, None, None, None)]
        ]

    def envelope(self, grant: Grant, goal_id: str, *, open_if_missing: bool = False) -> Account:
        """What a goal has. Raises NoSuchRecord where there is none and none is to be opened, or no such goal."""
        found = self._find_account(_account_key(AccountKind.ENVELOPE, grant, goal_id, None, None))
        if found is not None:
            return found
        if not open_if_missing:
            raise NoSuchRecord
        self._goal_theme(grant, goal_id)
        return self.open_account(AccountKind.ENVELOPE, grant, goal_id)

    def spent(self, grant: Grant, goal_id: str) -> Account:
        """What was spent on a goal, under the theme that it has now."""
        theme = self._goal_theme(grant, goal_id)
        found = self._find_account(_account_key(AccountKind.SPENT, grant, goal_id, theme, None))
        return found or self.open_account(AccountKind.SPENT, grant, goal_id, theme)

    def reserved(self, grant: Grant, request: SpendingRequest) -> Account:
        """What is put aside for a request."""
        found = self._find_account(
            _account_key(AccountKind.RESERVED, grant, request.goal_id, None, request.id)
        )
        return found or self.open_account(AccountKind.RESERVED, grant, request.goal_id, None, request.id)

    def accounts_with_balance(self, grant: Grant, *kinds: AccountKind) -> tuple[Account, ...]:
        """The grant's accounts of these kinds that hold money, by id."""
        found = (one for one in self.working_set.accounts.values() if one.grant_id == grant.id)
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
        return self.working_set.add_account(new)

    def _find_account(self, key: AccountKey) -> Account | None:
        account_id = self.working_set.account_ids.get(key)
        return None if account_id is None else self.working_set.accounts[account_id]

    def _goal_theme(self, grant: Grant, goal_id: str) -> str:
        goal = self.working_set.goals.get(goal_id)
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
        **references: str | None,
    ) -> str:
        """Post a movement now, in the name of whoever gives the order; gives its id.

        Raises PeriodClosed and what `ledger.decide` raises.
        """
        books = self.working_set
        day = effective_on or self.time.today
        shut = books.closed_periods.get(fund_id)
        if shut is not None and day <= shut.through:
            raise PeriodClosed(shut.through)
        place = books.posted_count
        movement = Movement(
            id=new_id(),
            kind=kind,
            fund_id=fund_id,
            legs=legs,
            key=f"{self.submission.idempotency_key}/{place + 1}"
            if place
            else self.submission.idempotency_key,
            effective_on=day,
            at=self.time.now,
            actor_id=self.actor_id,
            why=why,
            **{name: value for name, value in references.items() if value is not None},
        )
        entries = post(movement, books.accounts)
        for account_id, account in apply(books.accounts, entries).items():
            books.accounts[account_id] = account
        posting = chain_posting(movement, entries, books.chain_heads[fund_id])
        books.chain_heads[fund_id] = posting.head
        books.postings.append(posting)
        books.movements[movement.id] = movement
        return movement.id

    def store_receipt(self, grant: Grant) -> str | None:
        """Keep the file that came with the order, the same file for a grant once; gives its id, None when none came.

        Raises InvalidReceipt.
        """
        content = self.submission.receipt
        if content is None:
            return None
        sha256 = hashlib.sha256(content).hexdigest()
        known = self.working_set.receipt_ids.get((grant.id, sha256))
        if known is not None:
            return known
        kept = NewReceipt(new_id(), grant.id, sha256, media_type_of(content), content, self.actor_id)
        self.working_set.receipts.append(kept)
        self.working_set.receipt_ids[grant.id, sha256] = kept.id
        return kept.id

    def update_request(self, request: SpendingRequest, state: RequestState, **changes: object) -> None:
        """Note where a request stands now."""
        changed = msgspec.structs.replace(request, state=state, **changes)
        self.working_set.requests[request.id] = changed

    def record_change(self, tag: str, subject_id: str, **details: object) -> None:
        """Add to the log of changes; `details` hold no secrets and no free text."""
        self.working_set.changes.append(change_entry(self.time.now, self.actor_id, tag, subject_id, details))


def _account_key(
    kind: AccountKind, grant: Grant, goal_id: str | None, theme: str | None, request_id: str | None
) -> AccountKey:
    return (kind, grant.fund_id, grant.id, goal_id, theme, request_id)


def _require_found(record: T | None) -> T:
    if record is None:
        raise NoSuchRecord
    return record
