"""The ledger against a page of arithmetic: any orders in any order leave the balances that a dictionary says."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, select

from budgets import tables as t
from budgets.commands import messages
from budgets.commands.dispatch import CommandResult
from budgets.commands.service import execute_all
from budgets.commands.working_set import SubmittedCommand
from budgets.errors import IdempotencyKeyReused
from budgets.model import ClosingCause
from foundation.ids import new_id
from people.access.model import Actor, Role, RoleAssignment
from tests.support.budget_factory import BAKE, CITIZEN, FUND, GRANT, NOW, OFFICER, SWIM, TODAY, create_records

ODIN = Actor(OFFICER.id, "Odin", (RoleAssignment(Role.BUDGET_OFFICER),))
ASTA = Actor(CITIZEN.id, "Asta", (RoleAssignment(Role.CITIZEN),))
GOALS = (SWIM.id, BAKE.id)
THEMES = {SWIM.id: SWIM.theme, BAKE.id: BAKE.theme}

# kind, grant, goal, request: where money stands, as plainly as it can be said
AccountKey = tuple[str, str | None, str | None, str | None]
SOURCE: AccountKey = ("source", None, None, None)
FREE: AccountKey = ("fund", None, None, None)
amounts = st.integers(1, 400)
goals = st.sampled_from(GOALS)
picks = st.integers(0, 99)


def pick(options: list[Any], number: int) -> Any:
    return options[number % len(options)]


class ExpectedLedger:
    """What the ledger should hold."""

    def __init__(self) -> None:
        self.balances: Counter[AccountKey] = Counter()
        self.changes: dict[str, Mapping[AccountKey, int]] = {}  # by movement that can be undone
        self.purchases: dict[str, tuple[str, str, int]] = {}  # movement → grant, goal, amount
        self.requests: dict[
            str, tuple[str, str, int, bool]
        ] = {}  # open ones → grant, goal, amount, put aside
        self.self_approved: Counter[str] = Counter()  # request → amount
        self.grants: list[str] = [GRANT.id]
        self.closed: list[str] = []

    def is_possible(self, changes: Mapping[AccountKey, int]) -> bool:
        """Whether nothing would go below zero."""
        return all(self.balances[where] + change >= 0 for where, change in changes.items() if where != SOURCE)

    def apply(self, changes: Mapping[AccountKey, int]) -> None:
        self.balances.update(changes)


class LedgerMachine(RuleBasedStateMachine):
    """Orders in any order, on one database; each run is undone at its end."""

    engine: Engine

    def __init__(self) -> None:
        super().__init__()
        self.connection = self.engine.connect().execution_options(writes=True, last={})
        self.transaction = self.connection.begin()
        create_records(self.connection)
        self.model = ExpectedLedger()
        self.executed: list[tuple[SubmittedCommand, str]] = []

    def teardown(self) -> None:
        self.transaction.rollback()
        self.connection.close()

    def execute(
        self, actor: Actor, command: messages.Command, changes: Mapping[AccountKey, int], *, may: bool = True
    ) -> str:
        """Give an order that should go through exactly when it may and nothing goes below zero; "" when refused."""
        order = SubmittedCommand(actor, command, new_id())
        (outcome,) = execute_all(self.connection, [order], NOW)
        assert isinstance(outcome, CommandResult) == (may and self.model.is_possible(changes)), (
            command,
            outcome,
        )
        if not isinstance(outcome, CommandResult):
            return ""
        self.model.apply(changes)
        self.executed.append((order, outcome))
        return outcome.id

    def is_open(self, grant: str) -> bool:
        return grant not in self.model.closed

    @rule(amount=amounts)
    def endow(self, amount: int) -> None:
        changes = {SOURCE: -amount * 10, FREE: amount * 10}
        made = self.execute(ODIN, messages.AddFunding(FUND.id, amount * 10, "x"), changes)
        self.model.changes[made] = changes

    @precondition(lambda self: len(self.model.grants) < 4)
    @rule(amount=amounts)
    def grant(self, amount: int) -> None:
        command = messages.MakeGrant(FUND.id, CITIZEN.id, amount, FUND.starts_on, FUND.ends_on, "§ 85")
        changes = {FREE: -amount, ("unallocated", "new", None, None): amount}
        made = self.execute(ODIN, command, changes)
        if made:
            del self.model.balances["unallocated", "new", None, None]
            self.model.balances["unallocated", made, None, None] = amount
            self.model.grants.append(made)

    @rule(which=picks, goal=goals, amount=amounts)
    def allocate(self, which: int, goal: str, amount: int) -> None:
        grant = pick(self.model.grants, which)
        changes = {("unallocated", grant, None, None): -amount, ("envelope", grant, goal, None): amount}
        made = self.execute(
            ODIN, messages.AllocateToGoal(grant, goal, amount), changes, may=self.is_open(grant)
        )
        self.model.changes[made] = changes

    @rule(which=picks, turn=st.permutations([*GOALS, None]), amount=amounts)
    def move(self, which: int, turn: list[str | None], amount: int) -> None:
        grant, start, end = pick(self.model.grants, which), turn[0], turn[1]
        if start is None:
            return
        changes = {
            ("envelope", grant, start, None): -amount,
            ("envelope" if end else "unallocated", grant, end, None): amount,
        }
        made = self.execute(
            ODIN, messages.ReallocateToGoal(grant, start, end, amount, ""), changes, may=self.is_open(grant)
        )
        self.model.changes[made] = changes

    @rule(which=picks, goal=goals, amount=amounts)
    def buy(self, which: int, goal: str, amount: int) -> None:
        grant = pick(self.model.grants, which)
        changes = {("envelope", grant, goal, None): -amount, ("spent", grant, goal, None): amount}
        command = messages.RecordPurchase(grant, goal, amount, TODAY, "x")
        made = self.execute(ODIN, command, changes, may=self.is_open(grant))
        if made:
            self.model.changes[made] = changes
            self.model.purchases[made] = (grant, goal, amount)

    @precondition(lambda self: self.model.purchases)
    @rule(which=picks, amount=amounts)
    def refund(self, which: int, amount: int) -> None:
        purchase, (grant, goal, paid) = pick(list(self.model.purchases.items()), which)
        changes = {("spent", grant, goal, None): -amount, ("envelope", grant, goal, None): amount}
        may = amount <= paid and self.is_open(grant)
        made = self.execute(ODIN, messages.Refund(purchase, amount, TODAY, "x"), changes, may=may)
        self.model.changes[made] = changes

    @rule(which=picks, goal=goals, amount=st.integers(1, 300))
    def ask(self, which: int, goal: str, amount: int) -> None:
        grant = pick(self.model.grants, which)
        amount *= 300  # so that some are above what a citizen decides alone
        left = self.model.balances["envelope", grant, goal, None]
        alone = amount <= min(FUND.own_purchase_ore, FUND.own_month_ore - self.model.self_approved.total())
        changes = {("envelope", grant, goal, None): -amount}
        new = ("reserved", grant, goal, "new")
        may = amount <= left and self.is_open(grant)
        command = messages.RequestSpending(grant, goal, "x", amount)
        made = self.execute(ASTA, command, {**changes, new: amount} if alone else {}, may=may)
        if made:
            self.model.requests[made] = (grant, goal, amount, alone)
        if made and alone:
            del self.model.balances[new]
            self.model.balances["reserved", grant, goal, made] = amount
            self.model.self_approved[made] = amount

    @precondition(lambda self: self.model.requests)
    @rule(which=picks, yes=st.booleans())
    def decide(self, which: int, yes: bool) -> None:
        request, (grant, goal, amount, aside) = pick(list(self.model.requests.items()), which)
        changes = {("envelope", grant, goal, None): -amount, ("reserved", grant, goal, request): amount}
        command = messages.DecideRequest(request, yes, "" if yes else "x", "" if yes else "x")
        if self.execute(ODIN, command, changes if yes else {}, may=not aside):
            if yes:
                self.model.requests[request] = (grant, goal, amount, True)
            else:
                del self.model.requests[request]

    @precondition(lambda self: self.model.requests)
    @rule(which=picks, part=st.integers(1, 150))
    def buy_reserved(self, which: int, part: int) -> None:
        request, (grant, goal, amount, aside) = pick(list(self.model.requests.items()), which)
        paid = max(1, amount * part // 100)
        changes = Counter({("spent", grant, goal, None): paid, ("reserved", grant, goal, request): -amount})
        changes["envelope", grant, goal, None] += amount - paid
        command = messages.RecordPurchase(grant, goal, paid, TODAY, "x", request_id=request)
        if self.execute(ODIN, command, changes, may=aside):
            del self.model.requests[request]

    @precondition(lambda self: self.model.requests)
    @rule(which=picks)
    def withdraw(self, which: int) -> None:
        request, (grant, goal, amount, aside) = pick(list(self.model.requests.items()), which)
        changes = {("envelope", grant, goal, None): amount, ("reserved", grant, goal, request): -amount}
        assert self.execute(ASTA, messages.WithdrawRequest(request), changes if aside else {})
        del self.model.requests[request]
        self.model.self_approved.pop(request, None)

    @precondition(lambda self: any(self.model.changes))
    @rule(which=picks)
    def reverse(self, which: int) -> None:
        undone = pick([one for one in self.model.changes if one], which)
        changes = {where: -change for where, change in self.model.changes[undone].items()}
        may = all(self.is_open(where[1]) for where in changes if where[1])
        if self.execute(ODIN, messages.Reverse(undone, "x"), changes, may=may):
            del self.model.changes[undone]
            self.model.purchases.pop(undone, None)

    @precondition(lambda self: len(self.model.closed) + 1 < len(self.model.grants))
    @rule(which=picks)
    def close(self, which: int) -> None:
        grant = pick(self.model.grants, which)
        held = {one: ore for one, ore in self.model.balances.items() if one[1] == grant and ore}
        spent = sum(ore for one, ore in held.items() if one[0] == "spent")
        changes = Counter({where: -ore for where, ore in held.items()})
        changes["paid_out", None, None, None] += spent
        changes["returned", None, None, None] += sum(held.values()) - spent
        if self.execute(
            ODIN, messages.CloseGrant(grant, ClosingCause.DIED), changes, may=self.is_open(grant)
        ):
            self.model.closed.append(grant)
            for request in [one for one, (of, *_) in self.model.requests.items() if of == grant]:
                del self.model.requests[request]
                self.model.self_approved.pop(request, None)

    @precondition(lambda self: self.executed)
    @rule(which=picks)
    def repeat_command(self, which: int) -> None:
        order, first = pick(self.executed, which)
        repeated = execute_all(self.connection, [order, order], NOW)
        assert [result.id for result in repeated] == [first.id, first.id]

    @precondition(lambda self: self.executed)
    @rule(which=picks)
    def reuse_key(self, which: int) -> None:
        order, _ = pick(self.executed, which)
        (outcome,) = execute_all(
            self.connection,
            [SubmittedCommand(ODIN, messages.AddFunding(FUND.id, 7, "y"), order.idempotency_key)],
            NOW,
        )
        assert isinstance(outcome, IdempotencyKeyReused)

    @invariant()
    def balances_match_expected(self) -> None:
        held: Counter[AccountKey] = Counter()
        for row in self.connection.execute(select(t.account)):
            held[row.kind, row.grant_id, row.goal_id, row.request_id] += row.balance_ore
        assert +held == +self.model.balances
        assert -held == -self.model.balances
        assert sum(self.model.balances.values()) == 0


def test_any_orders_leave_what_arithmetic_says(engine: Engine) -> None:
    machine = type("LedgerOnThis", (LedgerMachine,), {"engine": engine})
    examples = 60 if engine.dialect.name == "sqlite" else 20
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine, settings=settings(max_examples=examples, stateful_step_count=50, deadline=None)
    )


@pytest.mark.long
def test_very_many_orders_leave_what_arithmetic_says(engine: Engine) -> None:
    machine = type("LedgerOnThis", (LedgerMachine,), {"engine": engine})
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine, settings=settings(max_examples=1_000, stateful_step_count=100, deadline=None)
    )
