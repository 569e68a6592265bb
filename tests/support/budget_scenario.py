"""Where orders are tried out: a fund, two budget officers and a citizen with 5,000 kr., 1,850 of them for swimming."""

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
    """Who is there, and what they have."""

    people: PeopleFactory
    clock: FrozenClock
    odin: Person
    frida: Person
    asta: Person
    swimming_goal_id: str
    fund_id: str
    grant_id: str

    def set_date(self, day: date, hour: int = 12, minute: int = 0) -> None:
        """Let it be that day and time in Copenhagen."""
        self.clock.now = datetime.combine(day, time(hour, minute), COPENHAGEN).astimezone(UTC)

    def execute(
        self, person: Person, command: Command, key: str = "", receipt: SanitizedReceipt | None = None
    ) -> str:
        """Let a person carry a command out; gives what it made, raises why it was refused."""
        with self.people.acting_as(person) as context:
            return execute(context, command, key or new_id(), receipt)

    def execute_as_system(self, command: Command, key: str) -> str:
        """The same for the municipality's own worker."""
        with write_transaction(self.people.engine) as db:
            return execute(RequestContext(db, ANONYMOUS, self.clock()), command, key)

    def execute_batch(self, person: Person, *commands: Command) -> list[str | Exception]:
        """Commands of one person in one group: the id of what each made, or why it was refused."""
        with self.people.acting_as(person) as context:
            orders = [SubmittedCommand(context.actor, one, new_id()) for one in commands]
            outcomes = execute_all(context.db, orders, context.now)
            return [outcome.id if isinstance(outcome, CommandResult) else outcome for outcome in outcomes]

    def request_command(self, amount_ore: int, what: str = "Svømmebriller") -> RequestSpending:
        """Asta wants something for swimming."""
        return RequestSpending(self.grant_id, self.swimming_goal_id, what, amount_ore, "Bo", "på lørdag")

    def request(self, amount_ore: int) -> str:
        """Asta asks; gives the request's id."""
        return self.execute(self.asta, self.request_command(amount_ore))

    def decide(self, officer: Person, request_id: str, *, yes: bool = True) -> str:
        """An officer answers."""
        reasons = ("", "") if yes else ("Det er tøj til hverdag.", "Puljens regel om køb til mål")
        return self.execute(officer, DecideRequest(request_id, yes, *reasons))

    def purchase(self, amount_ore: int, day: date, request_id: str | None = None) -> str:
        """Odin records a purchase for swimming."""
        command = RecordPurchase(
            self.grant_id, self.swimming_goal_id, amount_ore, day, "Svømmekort", request_id=request_id
        )
        return self.execute(self.odin, command)

    def make_grant(self, amount_ore: int, starts_on: date, ends_on: date, fund_id: str = "") -> str:
        """Another grant to Asta, all of it without a goal."""
        command = MakeGrant(fund_id or self.fund_id, self.asta.id, amount_ore, starts_on, ends_on, "§ 85")
        return self.execute(self.odin, command)

    def load_request(self, request_id: str) -> SpendingRequest:
        """How a request stands."""
        with read_transaction(self.people.engine) as db:
            return records_requests.requests_by_id(db, [request_id], [], [])[request_id]

    def load_budget(self, grant_id: str = "") -> Budget:
        """How a grant stands."""
        with self.people.acting_as(self.asta) as context:
            opened = money_service.budget_overview(
                context, self.asta.id, Purpose.OWN, grant_id or self.grant_id, movement_limit=0
            )
        assert opened is not None
        return opened.budget

    def movements(self) -> tuple[MovementRecord, ...]:
        """The newest movements of the grant, newest first."""
        with read_transaction(self.people.engine) as db:
            return movements.of_grant(db, self.grant_id, limit=25)

    def fund_balance(self, kind: str) -> int:
        """What stands on one of the fund's own accounts."""
        with read_transaction(self.people.engine) as db:
            (one,) = [
                account
                for account in ledger_store.accounts_of_funds(db, [self.fund_id])
                if account.kind == kind
            ]
        return one.balance_ore


def make_budget_scenario(people: PeopleFactory, clock: FrozenClock, **rules: Any) -> BudgetScenario:
    """The bench, with these rules of the fund."""
    odin, frida = (people.add(Role.BUDGET_OFFICER, name) for name in ("Odin", "Frida"))
    asta = people.citizen("Asta")
    swim = add_goal(people, asta, "Lær at svømme", Theme.SELF_CARE)
    bench = BudgetScenario(people, clock, odin, frida, asta, swim, "", "")
    fund = msgspec.structs.replace(FUND, **rules)
    bench.fund_id = bench.execute(odin, AddFund(fund, 100_000_00))
    bench.grant_id = bench.make_grant(5_000_00, fund.starts_on, fund.ends_on)
    bench.execute(odin, AllocateToGoal(bench.grant_id, swim, 1_850_00))
    return bench
