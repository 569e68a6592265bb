"""Importing many budgets at once, from the demo or a file: all of them or none.

For the command line and background jobs, which act for the municipality: no user is authorised here.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from budgets.imports.model import BulkBudget, BulkRequest
from budgets.ledger import store as ledger_store
from budgets.ledger.double_entry import (
    FUND_ACCOUNT_KINDS,
    Account,
    AccountKind,
    Leg,
    Movement,
    MovementKind,
    transfer,
)
from budgets.model import Fund, Grant, RequestState, SpendingRequest
from budgets.records import funds as records_funds
from budgets.records import requests as records_requests
from foundation.ids import new_id
from people.web.context import RequestContext


def import_fund(context: RequestContext, fund: Fund, amount_ore: int) -> None:
    """Set up a fund with its first money, which takes effect on the fund's first day."""
    records_funds.add_fund(context.db, fund)
    accounts = {kind: Account(new_id(), kind, fund.id) for kind in FUND_ACCOUNT_KINDS}
    ledger_store.open_accounts(context.db, tuple(accounts.values()))
    legs = transfer(accounts[AccountKind.SOURCE].id, accounts[AccountKind.FUND].id, amount_ore)
    funding = Movement(
        new_id(), MovementKind.ENDOW, fund.id, legs, f"bulk:{fund.id}", fund.starts_on,
        noon(fund.starts_on), context.actor.person_id,
    )  # fmt: skip
    ledger_store.bulk_post(context.db, [funding])


def import_budgets(
    context: RequestContext, fund_id: str, budgets: Sequence[BulkBudget], officer_id: str | None = None
) -> dict[str, str]:
    """Store budgets with allocations, purchases and reservations; returns the grants' ids by budget key.

    `officer_id` is the actor, except of reservations, which the citizen makes. Movements are timed at noon of
    their day. Raises what `ledger.store.bulk_post` raises.
    """
    fund_accounts = ledger_store.accounts_of_funds(context.db, [fund_id])
    fund_account_id = next(account.id for account in fund_accounts if account.kind is AccountKind.FUND)
    grants, accounts, requests, movements = [], [], [], []
    for budget in budgets:
        rows = _BudgetRows(fund_id, fund_account_id, budget, officer_id)
        grants.append(rows.grant)
        accounts.extend(rows.accounts)
        requests.extend(rows.requests)
        movements.extend(rows.movements)
    records_funds.add_grants(context.db, grants)
    records_requests.add_requests(context.db, requests)
    ledger_store.open_accounts(context.db, accounts)
    ledger_store.bulk_post(context.db, movements)
    return {budget.key: grant.id for budget, grant in zip(budgets, grants, strict=True)}


class _BudgetRows:
    """The records of one budget, before they are stored."""

    def __init__(
        self, fund_id: str, fund_account_id: str, budget: BulkBudget, officer_id: str | None
    ) -> None:
        self.grant = Grant(
            new_id(), fund_id, budget.citizen_id, budget.amount_ore,
            budget.starts_on, budget.ends_on, budget.legal_basis,
        )  # fmt: skip
        self.accounts: list[Account] = []
        self.requests: list[SpendingRequest] = []
        self.movements: list[Movement] = []
        unallocated = self._open_account(AccountKind.UNALLOCATED)
        self._add_movement(
            MovementKind.GRANT,
            transfer(fund_account_id, unallocated, budget.amount_ore),
            budget.starts_on,
            officer_id,
        )
        envelopes, spent = {}, {}
        for goal_id, (theme, amount_ore) in budget.envelopes.items():
            envelopes[goal_id] = self._open_account(AccountKind.ENVELOPE, goal_id)
            spent[goal_id] = self._open_account(AccountKind.SPENT, goal_id, theme)
            legs = transfer(unallocated, envelopes[goal_id], amount_ore)
            self._add_movement(MovementKind.ALLOCATE, legs, budget.starts_on, officer_id)
        # By day, since movements are posted and chained in the order of this list.
        for purchase in sorted(budget.purchases, key=lambda purchase: purchase.bought_on):
            legs = transfer(envelopes[purchase.goal_id], spent[purchase.goal_id], purchase.amount_ore)
            self._add_movement(MovementKind.SPEND, legs, purchase.bought_on, officer_id, why=purchase.what)
        for request in budget.requests:
            self._add_request(request, envelopes[request.goal_id])

    def _open_account(
        self,
        kind: AccountKind,
        goal_id: str | None = None,
        theme: str | None = None,
        request_id: str | None = None,
    ) -> str:
        self.accounts.append(
            Account(new_id(), kind, self.grant.fund_id, self.grant.id, goal_id, theme, request_id)
        )
        return self.accounts[-1].id

    def _add_request(self, bulk_request: BulkRequest, envelope_id: str) -> None:
        request = SpendingRequest(
            new_id(), self.grant.id, bulk_request.goal_id, bulk_request.what, bulk_request.together_with,
            bulk_request.amount_ore, RequestState.RESERVED, noon(bulk_request.asked_on),
            self.grant.citizen_id,
        )  # fmt: skip
        self.requests.append(request)
        reserved = self._open_account(AccountKind.RESERVED, bulk_request.goal_id, request_id=request.id)
        self._add_movement(
            MovementKind.RESERVE, transfer(envelope_id, reserved, bulk_request.amount_ore),
            bulk_request.asked_on, self.grant.citizen_id, why=bulk_request.what, request_id=request.id,
        )  # fmt: skip

    def _add_movement(
        self,
        kind: MovementKind,
        legs: tuple[Leg, ...],
        day: date,
        actor_id: str | None,
        why: str = "",
        request_id: str | None = None,
    ) -> None:
        key = f"bulk:{self.grant.id}:{len(self.movements)}"
        self.movements.append(
            Movement(
                new_id(),
                kind,
                self.grant.fund_id,
                legs,
                key,
                day,
                noon(day) + timedelta(microseconds=len(self.movements)),  # keeps their order
                actor_id,
                why,
                self.grant.id,
                request_id,
            )
        )


def noon(day: date) -> datetime:
    """Placeholder time for a date-only event: noon in Copenhagen, or 13 in summer."""
    return datetime.combine(day, time(11), tzinfo=UTC)
