"""What command handlers use: authorisation, lookup and opening of accounts, posting of movements.

No I/O: everything is read from the working set and recorded in it. Only new ids come from outside.
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
    """The working set that a command changes, the submitted command, and the time of execution."""

    working_set: WorkingSet
    submission: SubmittedCommand
    time: CommandTime

    @property
    def actor_id(self) -> str | None:
        """The person who submitted the command; None for the system."""
        return self.submission.actor.person_id

    def fund(self, fund_id: str) -> Fund:
        """Returns a fund. Raises NoSuchRecord."""
        return _require_found(self.working_set.funds.get(fund_id))

    def grant(self, grant_id: str) -> Grant:
        """Returns a grant that isn't closed. Raises NoSuchRecord, NotFound, NotAllowed, GrantClosed."""
        grant = _require_found(self.working_set.grants.get(grant_id))
        if grant_id in self.working_set.closings:
            # `GrantClosed` would tell a stranger that the grant exists.
            self._require_visible(grant)
            raise GrantClosed
        return grant

    def request(self, request_id: str, *states: RequestState) -> SpendingRequest:
        """Returns a request that is in one of the states.

        Raises NoSuchRecord, NotFound, NotAllowed, InvalidRequestState.
        """
        request = _require_found(self.working_set.requests.get(request_id))
        if request.state not in states:
            self._require_visible(self.working_set.grants[request.grant_id])
            raise InvalidRequestState
        return request

    def _require_visible(self, grant: Grant) -> None:
        """Raises NotFound or NotAllowed, so that no error reveals the state of a record to strangers."""
        if self.actor_id is not None:
            self.require_change(grant.citizen_id)

    def movement(self, movement_id: str) -> Movement:
        """Returns a posted movement. Raises NoSuchRecord."""
        return _require_found(self.working_set.movements.get(movement_id))

    def require_change(self, citizen_id: str, kind: DataKind = DataKind.MONEY) -> None:
        """Raises NotFound or NotAllowed when the actor may not change data of that kind about the citizen."""
        actor = self.submission.actor
        subject = self.working_set.relationships.subject(actor.person_id or "", citizen_id)
        if subject is None:
            raise NotFound
        decision = access_policy.decide_access(actor, Action.CHANGE, kind, subject)
        if not decision.granted:
            # Somebody unrelated to the citizen gets the same answer as for a citizen who doesn't exist.
            raise NotAllowed(decision.rule) if decision.related else NotFound

    def require_officer(self, citizen_id: str | None = None) -> None:
        """Require a budget officer, who never acts on a budget of their own. Raises NotAllowed, NotFound."""
        # Before the role, so that an unrelated person gets NotFound and learns nothing about the citizen.
        if citizen_id is not None:
            self.require_change(citizen_id)
        if not self.submission.actor.has_role(Role.BUDGET_OFFICER) or citizen_id == self.actor_id:
            raise NotAllowed("a budget officer, and never for themselves")

    def require_owner(self, grant: Grant) -> None:
        """Require the citizen of the grant; for anybody else the grant doesn't exist. Raises NoSuchRecord."""
        if grant.citizen_id != self.actor_id:
            raise NoSuchRecord
        self.require_change(grant.citizen_id)

    def fund_account(self, fund_id: str, kind: AccountKind) -> Account:
        """Returns one of a fund's own accounts."""
        return self.working_set.accounts[
            self.working_set.account_ids[(kind, fund_id, None, None, None, None)]
        ]

    def unallocated(self, grant: Grant) -> Account:
        """Returns the account of the grant's money that has no goal yet."""
        return self.working_set.accounts[
            self.working_set.account_ids[_account_key(AccountKind.UNALLOCATED, grant, None, None, None)]
        ]

    def envelope(self, grant: Grant, goal_id: str, *, open_if_missing: bool = False) -> Account:
        """Returns the account of a goal's money.

        Raises NoSuchRecord when the goal has none and `open_if_missing` is false, or when there is no such
        goal.
        """
        envelope = self._find_account(_account_key(AccountKind.ENVELOPE, grant, goal_id, None, None))
        if envelope is not None:
            return envelope
        if not open_if_missing:
            raise NoSuchRecord
        # Only for its check: the goal has to belong to the citizen of the grant.
        self._goal_theme(grant, goal_id)
        return self.open_account(AccountKind.ENVELOPE, grant, goal_id)

    def spent(self, grant: Grant, goal_id: str) -> Account:
        """Returns the account of what was spent on a goal under its present theme, opened if missing."""
        # A goal's theme may change later; what was spent before stays in the account of the earlier theme.
        theme = self._goal_theme(grant, goal_id)
        spent = self._find_account(_account_key(AccountKind.SPENT, grant, goal_id, theme, None))
        return spent or self.open_account(AccountKind.SPENT, grant, goal_id, theme)

    def reserved(self, grant: Grant, request: SpendingRequest) -> Account:
        """Returns the account of the money reserved for a request, opened if missing."""
        reserved = self._find_account(
            _account_key(AccountKind.RESERVED, grant, request.goal_id, None, request.id)
        )
        return reserved or self.open_account(AccountKind.RESERVED, grant, request.goal_id, None, request.id)

    def accounts_with_balance(self, grant: Grant, *kinds: AccountKind) -> tuple[Account, ...]:
        """Returns the grant's accounts of these kinds whose balance isn't zero, sorted by id."""
        accounts = (
            account
            for account in self.working_set.accounts.values()
            if account.grant_id == grant.id and account.kind in kinds and account.balance_ore
        )
        return tuple(sorted(accounts, key=lambda account: account.id))

    def open_account(
        self,
        kind: AccountKind,
        grant: Grant,
        goal_id: str | None = None,
        theme: str | None = None,
        request_id: str | None = None,
    ) -> Account:
        """Open an account of a grant with a balance of zero."""
        new = Account(new_id(), kind, grant.fund_id, grant.id, goal_id, theme, request_id)
        return self.working_set.add_account(new)

    def _find_account(self, key: AccountKey) -> Account | None:
        account_id = self.working_set.account_ids.get(key)
        return None if account_id is None else self.working_set.accounts[account_id]

    def _goal_theme(self, grant: Grant, goal_id: str) -> str:
        goal = self.working_set.goals.get(goal_id)
        # The same answer for another citizen's goal as for none.
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
        """Post a movement by the actor and return its id.

        `effective_on` defaults to today. Raises PeriodClosed, and what `double_entry.post` raises.
        """
        working_set = self.working_set
        day = effective_on or self.time.today
        # The fund has been locked since loading, so no other process closes the period before the commit.
        closed_period = working_set.closed_periods.get(fund_id)
        if closed_period is not None and day <= closed_period.through:
            raise PeriodClosed(closed_period.through)
        posted_count = working_set.posted_count
        movement = Movement(
            id=new_id(),
            kind=kind,
            fund_id=fund_id,
            legs=legs,
            # A movement's key is unique in the database, and one command may post several movements.
            key=f"{self.submission.idempotency_key}/{posted_count + 1}"
            if posted_count
            else self.submission.idempotency_key,
            effective_on=day,
            at=self.time.now,
            actor_id=self.actor_id,
            why=why,
            **{name: value for name, value in references.items() if value is not None},
        )
        entries = post(movement, working_set.accounts)
        for account_id, account in apply(working_set.accounts, entries).items():
            working_set.accounts[account_id] = account
        posting = chain_posting(movement, entries, working_set.chain_heads[fund_id])
        working_set.chain_heads[fund_id] = posting.head
        working_set.postings.append(posting)
        working_set.movements[movement.id] = movement
        return movement.id

    def store_receipt(self, grant: Grant) -> str | None:
        """Store the file attached to the command and return its id; None when there is no attachment.

        A file that the grant has already is not stored again. Raises InvalidReceipt.
        """
        content = self.submission.receipt
        if content is None:
            return None
        sha256 = hashlib.sha256(content).hexdigest()
        existing_id = self.working_set.receipt_ids.get((grant.id, sha256))
        if existing_id is not None:
            return existing_id
        receipt = NewReceipt(new_id(), grant.id, sha256, media_type_of(content), content, self.actor_id)
        self.working_set.receipts.append(receipt)
        # For later commands of the batch: grant and SHA-256 together are unique in the database.
        self.working_set.receipt_ids[grant.id, sha256] = receipt.id
        return receipt.id

    def update_request(self, request: SpendingRequest, state: RequestState, **changes: object) -> None:
        """Set the state of a request, and further fields."""
        self.working_set.requests[request.id] = msgspec.structs.replace(request, state=state, **changes)

    def record_change(self, tag: str, subject_id: str, **details: object) -> None:
        """Add an entry to the change log; `details` must hold no secrets and no free text."""
        # Log entries can't be deleted one by one, so a text would stay for good (ADR 0006).
        self.working_set.changes.append(change_entry(self.time.now, self.actor_id, tag, subject_id, details))


def _account_key(
    kind: AccountKind, grant: Grant, goal_id: str | None, theme: str | None, request_id: str | None
) -> AccountKey:
    return (kind, grant.fund_id, grant.id, goal_id, theme, request_id)


def _require_found(record: T | None) -> T:
    if record is None:
        raise NoSuchRecord
    return record
