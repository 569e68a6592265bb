"""Stateful test: after any sequence of commands the balances are those of a plain model of the ledger."""

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

# kind, grant, goal, request
AccountKey = tuple[str, str | None, str | None, str | None]
SOURCE: AccountKey = ("source", None, None, None)
FREE: AccountKey = ("fund", None, None, None)
amounts = st.integers(1, 400)
goals = st.sampled_from(GOALS)
picks = st.integers(0, 99)


def pick(options: list[Any], number: int) -> Any:
    return options[number % len(options)]


class ExpectedLedger:
    """The model: the expected balances, and what can be reversed, refunded and decided."""

    def __init__(self) -> None:
        self.balances: Counter[AccountKey] = Counter()
        self.changes: dict[str, Mapping[AccountKey, int]] = {}  # by reversible movement
        self.purchases: dict[str, tuple[str, str, int]] = {}  # movement → grant, goal, amount
        # open request → grant, goal, amount, whether it is reserved
        self.requests: dict[str, tuple[str, str, int, bool]] = {}
        self.self_approved: Counter[str] = Counter()  # request → amount
        self.grants: list[str] = [GRANT.id]
        self.closed: list[str] = []

    def is_possible(self, changes: Mapping[AccountKey, int]) -> bool:
        """Whether no balance but the source's would become negative."""
        return all(self.balances[key] + change >= 0 for key, change in changes.items() if key != SOURCE)

    def apply(self, changes: Mapping[AccountKey, int]) -> None:
        self.balances.update(changes)


class LedgerMachine(RuleBasedStateMachine):
    """Any sequence of commands on one database; each run is rolled back at its end."""

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
        """Execute a command that must succeed exactly when `may` holds and no balance becomes negative.

        Returns the id of what it created or changed; "" when it was rejected.
        """
        submission = SubmittedCommand(actor, command, new_id())
        (outcome,) = execute_all(self.connection, [submission], NOW)
        assert isinstance(outcome, CommandResult) == (may and self.model.is_possible(changes)), (
            command,
            outcome,
        )
        if not isinstance(outcome, CommandResult):
            return ""
        self.model.apply(changes)
        self.executed.append((submission, outcome))
        return outcome.id

    def is_open(self, grant: str) -> bool:
        return grant not in self.model.closed

    @rule(amount=amounts)
    def endow(self, amount: int) -> None:
        changes = {SOURCE: -amount * 10, FREE: amount * 10}
        result_id = self.execute(ODIN, messages.AddFunding(FUND.id, amount * 10, "x"), changes)
        self.model.changes[result_id] = changes

    @precondition(lambda self: len(self.model.grants) < 4)
    @rule(amount=amounts)
    def grant(self, amount: int) -> None:
        command = messages.MakeGrant(FUND.id, CITIZEN.id, amount, FUND.starts_on, FUND.ends_on, "§ 85")
        changes = {FREE: -amount, ("unallocated", "new", None, None): amount}
        result_id = self.execute(ODIN, command, changes)
        if result_id:
            del self.model.balances["unallocated", "new", None, None]
            self.model.balances["unallocated", result_id, None, None] = amount
            self.model.grants.append(result_id)

    @rule(which=picks, goal=goals, amount=amounts)
    def allocate(self, which: int, goal: str, amount: int) -> None:
        grant = pick(self.model.grants, which)
        changes = {("unallocated", grant, None, None): -amount, ("envelope", grant, goal, None): amount}
        result_id = self.execute(
            ODIN, messages.AllocateToGoal(grant, goal, amount), changes, may=self.is_open(grant)
        )
        self.model.changes[result_id] = changes

    @rule(which=picks, turn=st.permutations([*GOALS, None]), amount=amounts)
    def move(self, which: int, turn: list[str | None], amount: int) -> None:
        grant, start, end = pick(self.model.grants, which), turn[0], turn[1]
        if start is None:
            return
        changes = {
            ("envelope", grant, start, None): -amount,
            ("envelope" if end else "unallocated", grant, end, None): amount,
        }
        result_id = self.execute(
            ODIN, messages.ReallocateToGoal(grant, start, end, amount, ""), changes, may=self.is_open(grant)
        )
        self.model.changes[result_id] = changes

    @rule(which=picks, goal=goals, amount=amounts)
    def buy(self, which: int, goal: str, amount: int) -> None:
        grant = pick(self.model.grants, which)
        changes = {("envelope", grant, goal, None): -amount, ("spent", grant, goal, None): amount}
        command = messages.RecordPurchase(grant, goal, amount, TODAY, "x")
        result_id = self.execute(ODIN, command, changes, may=self.is_open(grant))
        if result_id:
            self.model.changes[result_id] = changes
            self.model.purchases[result_id] = (grant, goal, amount)

    @precondition(lambda self: self.model.purchases)
    @rule(which=picks, amount=amounts)
    def refund(self, which: int, amount: int) -> None:
        purchase, (grant, goal, paid) = pick(list(self.model.purchases.items()), which)
        changes = {("spent", grant, goal, None): -amount, ("envelope", grant, goal, None): amount}
        may = amount <= paid and self.is_open(grant)
        result_id = self.execute(ODIN, messages.Refund(purchase, amount, TODAY, "x"), changes, may=may)
        self.model.changes[result_id] = changes

    @rule(which=picks, goal=goals, amount=st.integers(1, 300))
    def ask(self, which: int, goal: str, amount: int) -> None:
        grant = pick(self.model.grants, which)
        amount *= 300  # so that some are above the self-approval limit
        left = self.model.balances["envelope", grant, goal, None]
        self_approved = amount <= min(
            FUND.own_purchase_ore, FUND.own_month_ore - self.model.self_approved.total()
        )
        changes = {("envelope", grant, goal, None): -amount}
        new = ("reserved", grant, goal, "new")
        may = amount <= left and self.is_open(grant)
        command = messages.RequestSpending(grant, goal, "x", amount)
        result_id = self.execute(ASTA, command, {**changes, new: amount} if self_approved else {}, may=may)
        if result_id:
            self.model.requests[result_id] = (grant, goal, amount, self_approved)
        if result_id and self_approved:
            del self.model.balances[new]
            self.model.balances["reserved", grant, goal, result_id] = amount
            self.model.self_approved[result_id] = amount

    @precondition(lambda self: self.model.requests)
    @rule(which=picks, yes=st.booleans())
    def decide(self, which: int, yes: bool) -> None:
        request, (grant, goal, amount, reserved) = pick(list(self.model.requests.items()), which)
        changes = {("envelope", grant, goal, None): -amount, ("reserved", grant, goal, request): amount}
        command = messages.DecideRequest(request, yes, "" if yes else "x", "" if yes else "x")
        if self.execute(ODIN, command, changes if yes else {}, may=not reserved):
            if yes:
                self.model.requests[request] = (grant, goal, amount, True)
            else:
                del self.model.requests[request]

    @precondition(lambda self: self.model.requests)
    @rule(which=picks, part=st.integers(1, 150))
    def buy_reserved(self, which: int, part: int) -> None:
        request, (grant, goal, amount, reserved) = pick(list(self.model.requests.items()), which)
        paid = max(1, amount * part // 100)
        changes = Counter({("spent", grant, goal, None): paid, ("reserved", grant, goal, request): -amount})
        changes["envelope", grant, goal, None] += amount - paid
        command = messages.RecordPurchase(grant, goal, paid, TODAY, "x", request_id=request)
        if self.execute(ODIN, command, changes, may=reserved):
            del self.model.requests[request]

    @precondition(lambda self: self.model.requests)
    @rule(which=picks)
    def withdraw(self, which: int) -> None:
        request, (grant, goal, amount, reserved) = pick(list(self.model.requests.items()), which)
        changes = {("envelope", grant, goal, None): amount, ("reserved", grant, goal, request): -amount}
        assert self.execute(ASTA, messages.WithdrawRequest(request), changes if reserved else {})
        del self.model.requests[request]
        self.model.self_approved.pop(request, None)

    @precondition(lambda self: any(self.model.changes))
    @rule(which=picks)
    def reverse(self, which: int) -> None:
        undone = pick([movement_id for movement_id in self.model.changes if movement_id], which)
        changes = {key: -change for key, change in self.model.changes[undone].items()}
        may = all(self.is_open(key[1]) for key in changes if key[1])
        if self.execute(ODIN, messages.Reverse(undone, "x"), changes, may=may):
            del self.model.changes[undone]
            self.model.purchases.pop(undone, None)

    @precondition(lambda self: len(self.model.closed) + 1 < len(self.model.grants))
    @rule(which=picks)
    def close(self, which: int) -> None:
        grant = pick(self.model.grants, which)
        balances = {key: ore for key, ore in self.model.balances.items() if key[1] == grant and ore}
        spent = sum(ore for key, ore in balances.items() if key[0] == "spent")
        changes = Counter({key: -ore for key, ore in balances.items()})
        changes["paid_out", None, None, None] += spent
        changes["returned", None, None, None] += sum(balances.values()) - spent
        if self.execute(
            ODIN, messages.CloseGrant(grant, ClosingCause.DIED), changes, may=self.is_open(grant)
        ):
            self.model.closed.append(grant)
            for request in [key for key, (of, *_) in self.model.requests.items() if of == grant]:
                del self.model.requests[request]
                self.model.self_approved.pop(request, None)

    @precondition(lambda self: self.executed)
    @rule(which=picks)
    def repeat_command(self, which: int) -> None:
        submission, first = pick(self.executed, which)
        repeated = execute_all(self.connection, [submission, submission], NOW)
        assert [result.id for result in repeated] == [first.id, first.id]

    @precondition(lambda self: self.executed)
    @rule(which=picks)
    def reuse_key(self, which: int) -> None:
        submission, _ = pick(self.executed, which)
        (outcome,) = execute_all(
            self.connection,
            [SubmittedCommand(ODIN, messages.AddFunding(FUND.id, 7, "y"), submission.idempotency_key)],
            NOW,
        )
        assert isinstance(outcome, IdempotencyKeyReused)

    @invariant()
    def balances_match_expected(self) -> None:
        balances: Counter[AccountKey] = Counter()
        for row in self.connection.execute(select(t.account)):
            balances[row.kind, row.grant_id, row.goal_id, row.request_id] += row.balance_ore
        assert +balances == +self.model.balances
        assert -balances == -self.model.balances
        assert sum(self.model.balances.values()) == 0


def test_any_commands_leave_the_balances_of_the_model(engine: Engine) -> None:
    machine = type("LedgerOnThis", (LedgerMachine,), {"engine": engine})
    examples = 60 if engine.dialect.name == "sqlite" else 20
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine, settings=settings(max_examples=examples, stateful_step_count=50, deadline=None)
    )


@pytest.mark.long
def test_very_many_commands_leave_the_balances_of_the_model(engine: Engine) -> None:
    machine = type("LedgerOnThis", (LedgerMachine,), {"engine": engine})
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine, settings=settings(max_examples=1_000, stateful_step_count=100, deadline=None)
    )
