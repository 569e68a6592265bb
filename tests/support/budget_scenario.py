"""A scenario for commands: a fund, two budget officers and a citizen with 5,000 kr., 1,850 of them for swimming."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import msgspec

from budgets.commands.dispatch import CommandResult
from budgets.commands.messages import (
    AddFund,
    AllocateToGoal,
    Command,
    DecideRequest,
    MakeGrant,
    RecordPurchase,
    RequestSpending,
)
from budgets.commands.service import execute, execute_all
from budgets.commands.working_set import SubmittedCommand
from budgets.ledger import store as ledger_store
from budgets.model import Budget, MovementRecord, SpendingRequest
from budgets.money import service as money_service
from budgets.records import movements
from budgets.records import requests as records_requests
from budgets.records.receipt_files import SanitizedReceipt
from foundation.clock import COPENHAGEN
from foundation.db.transactions import read_transaction, write_transaction
from foundation.ids import new_id
from people.access.model import ANONYMOUS, Purpose, Role
from people.directory.model import Person
from people.web.context import RequestContext
from plans.model import Theme
from tests.conftest import FrozenClock
from tests.support.budget_factory import FUND, add_goal
from tests.support.people_factory import PeopleFactory


@dataclass
class BudgetScenario:
    """The people and records of the scenario, and commands to execute in it."""

    people: PeopleFactory
    clock: FrozenClock
    odin: Person
    frida: Person
    asta: Person
    swimming_goal_id: str
    fund_id: str
    grant_id: str

    def set_date(self, day: date, hour: int = 12, minute: int = 0) -> None:
        """Set the clock to that date and time in Copenhagen."""
        self.clock.now = datetime.combine(day, time(hour, minute), COPENHAGEN).astimezone(UTC)

    def execute(
        self, person: Person, command: Command, key: str = "", receipt: SanitizedReceipt | None = None
    ) -> str:
        """Execute a command as a person; returns what `execute` returns, raises the command's errors."""
        with self.people.acting_as(person) as context:
            return execute(context, command, key or new_id(), receipt)

    def execute_as_system(self, command: Command, key: str) -> str:
        """Execute a command as the system."""
        with write_transaction(self.people.engine) as db:
            return execute(RequestContext(db, ANONYMOUS, self.clock()), command, key)

    def execute_batch(self, person: Person, *commands: Command) -> list[str | Exception]:
        """Execute commands of one person in one group commit: the id that each created, or its error."""
        with self.people.acting_as(person) as context:
            submitted = [SubmittedCommand(context.actor, command, new_id()) for command in commands]
            results = execute_all(context.db, submitted, context.now)
            return [result.id if isinstance(result, CommandResult) else result for result in results]

    def request_command(self, amount_ore: int, what: str = "Svømmebriller") -> RequestSpending:
        """A command in which Asta requests something for swimming."""
        return RequestSpending(self.grant_id, self.swimming_goal_id, what, amount_ore, "Bo", "på lørdag")

    def request(self, amount_ore: int) -> str:
        """Submit Asta's request; returns its id."""
        return self.execute(self.asta, self.request_command(amount_ore))

    def decide(self, officer: Person, request_id: str, *, yes: bool = True) -> str:
        """Approve or deny a request as a budget officer."""
        reasons = ("", "") if yes else ("Det er tøj til hverdag.", "Puljens regel om køb til mål")
        return self.execute(officer, DecideRequest(request_id, yes, *reasons))

    def purchase(self, amount_ore: int, day: date, request_id: str | None = None) -> str:
        """Record a purchase for swimming as Odin."""
        command = RecordPurchase(
            self.grant_id, self.swimming_goal_id, amount_ore, day, "Svømmekort", request_id=request_id
        )
        return self.execute(self.odin, command)

    def make_grant(self, amount_ore: int, starts_on: date, ends_on: date, fund_id: str = "") -> str:
        """Make another grant to Asta, unallocated; returns its id."""
        command = MakeGrant(fund_id or self.fund_id, self.asta.id, amount_ore, starts_on, ends_on, "§ 85")
        return self.execute(self.odin, command)

    def load_request(self, request_id: str) -> SpendingRequest:
        """The stored request."""
        with read_transaction(self.people.engine) as db:
            return records_requests.requests_by_id(db, [request_id], [], [])[request_id]

    def load_budget(self, grant_id: str = "") -> Budget:
        """The grant's budget."""
        with self.people.acting_as(self.asta) as context:
            overview = money_service.budget_overview(
                context, self.asta.id, Purpose.OWN, grant_id or self.grant_id, movement_limit=0
            )
        assert overview is not None
        return overview.budget

    def movements(self) -> tuple[MovementRecord, ...]:
        """The newest movements of the grant, newest first."""
        with read_transaction(self.people.engine) as db:
            return movements.of_grant(db, self.grant_id, limit=25)

    def fund_balance(self, kind: str) -> int:
        """The balance in øre of one of the fund's own accounts."""
        with read_transaction(self.people.engine) as db:
            (fund_account,) = [
                account
                for account in ledger_store.accounts_of_funds(db, [self.fund_id])
                if account.kind == kind
            ]
        return fund_account.balance_ore


def make_budget_scenario(people: PeopleFactory, clock: FrozenClock, **rules: Any) -> BudgetScenario:
    """The scenario; `rules` override fields of the fund."""
    odin, frida = (people.add(Role.BUDGET_OFFICER, name) for name in ("Odin", "Frida"))
    asta = people.citizen("Asta")
    swimming_goal_id = add_goal(people, asta, "Lær at svømme", Theme.SELF_CARE)
    scenario = BudgetScenario(people, clock, odin, frida, asta, swimming_goal_id, "", "")
    fund = msgspec.structs.replace(FUND, **rules)
    scenario.fund_id = scenario.execute(odin, AddFund(fund, 100_000_00))
    scenario.grant_id = scenario.make_grant(5_000_00, fund.starts_on, fund.ends_on)
    scenario.execute(odin, AllocateToGoal(scenario.grant_id, swimming_goal_id, 1_850_00))
    return scenario
