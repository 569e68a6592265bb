"""Many budgets at once: from a demo or a file, posted together. All of them or none.

For the command line and background jobs, which act for the municipality and not for a person who looks at a citizen.
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
    """Set up a fund with money in it."""
    records_funds.add_fund(context.db, fund)
    accounts = {kind: Account(new_id(), kind, fund.id) for kind in FUND_ACCOUNT_KINDS}
    ledger_store.open_accounts(context.db, tuple(accounts.values()))
    legs = transfer(accounts[AccountKind.SOURCE].id, accounts[AccountKind.FUND].id, amount_ore)
    endowed = Movement(
        new_id(), MovementKind.ENDOW, fund.id, legs, f"bulk:{fund.id}", fund.starts_on,
        noon(fund.starts_on), context.actor.person_id,
    )  # fmt: skip
    ledger_store.bulk_post(context.db, [endowed])


def import_budgets(
    context: RequestContext, fund_id: str, budgets: Sequence[BulkBudget], officer_id: str | None = None
) -> dict[str, str]:
    """Grant, share out and spend as the budgets say; gives the grants' ids by the budgets' keys.

    `officer_id` is who granted and recorded; a request is the citizen's own. Movements carry noon of their day as their
    time. Raises what `store.post_many` raises.
    """
    own = ledger_store.accounts_of_funds(context.db, [fund_id])
    free_id = next(one.id for one in own if one.kind is AccountKind.FUND)
    grants, accounts, requests, movements = [], [], [], []
    for one in budgets:
        made = _BudgetRows(fund_id, free_id, one, officer_id)
        grants.append(made.grant)
        accounts.extend(made.accounts)
        requests.extend(made.requests)
        movements.extend(made.movements)
    records_funds.add_grants(context.db, grants)
    records_requests.add_requests(context.db, requests)
    ledger_store.open_accounts(context.db, accounts)
    ledger_store.bulk_post(context.db, movements)
    return {one.key: grant.id for one, grant in zip(budgets, grants, strict=True)}


class _BudgetRows:
    """The rows of one budget, before anything is stored."""

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
        for bought in sorted(budget.purchases, key=lambda bought: bought.bought_on):
            legs = transfer(envelopes[bought.goal_id], spent[bought.goal_id], bought.amount_ore)
            self._add_movement(MovementKind.SPEND, legs, bought.bought_on, officer_id, why=bought.what)
        for wanted in budget.requests:
            self._add_request(wanted, envelopes[wanted.goal_id])

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
            new_id(), self.grant.id, bulk_request.goal_id, bulk_request.what, bulk_request.together_with, bulk_request.amount_ore,
            RequestState.RESERVED, noon(bulk_request.asked_on), self.grant.citizen_id,
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
                noon(day) + timedelta(microseconds=len(self.movements)),  # so that their order is kept
                actor_id,
                why,
                self.grant.id,
                request_id,
            )
        )


def noon(day: date) -> datetime:
    """The moment that stands for a day whose time nobody knows."""
    return datetime.combine(day, time(11), tzinfo=UTC)
