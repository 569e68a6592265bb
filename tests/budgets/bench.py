"""Where orders are tried out: a fund, two budget officers and a citizen with 5,000 kr., 1,850 of them for swimming."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import msgspec

from budgets.commands.messages import AddFund, Allocate, Ask, Command, Decide, MakeGrant, RecordPurchase
from budgets.commands.service import Outcome, carry_out, carry_out_all
from budgets.commands.working_set import Order
from budgets.ledger import store as ledger_store
from budgets.model import Budget, Event, SpendingRequest
from budgets.money import service as money_service
from budgets.records import movements
from budgets.records import requests as records_requests
from budgets.records.receipt_files import CleanReceipt
from foundation.clock import COPENHAGEN
from foundation.db.transactions import reading, writing
from foundation.ids import new_id
from people.access.model import NOBODY, Purpose, Role
from people.directory.model import Person
from people.web.context import Visit
from plans.model import Theme
from tests.budgets.money_factory import FUND
from tests.budgets.test_service import add_goal
from tests.conftest import StandingClock
from tests.people_factory import People


@dataclass
class Bench:
    """Who is there, and what they have."""

    people: People
    clock: StandingClock
    odin: Person
    frida: Person
    asta: Person
    swim: str
    fund_id: str
    grant_id: str

    def on(self, day: date, hour: int = 12, minute: int = 0) -> None:
        """Let it be that day and time in Copenhagen."""
        self.clock.now = datetime.combine(day, time(hour, minute), COPENHAGEN).astimezone(UTC)

    def does(self, who: Person, command: Command, key: str = "", receipt: CleanReceipt | None = None) -> str:
        """Let a person carry a command out; gives what it made, raises why it was refused."""
        with self.people.acting(who) as visit:
            return carry_out(visit, command, key or new_id(), receipt)

    def system_does(self, command: Command, key: str) -> str:
        """The same for the municipality's own worker."""
        with writing(self.people.engine) as db:
            return carry_out(Visit(db, NOBODY, self.clock()), command, key)

    def together(self, who: Person, *commands: Command) -> list[Outcome]:
        """Commands of one person in one group."""
        with self.people.acting(who) as visit:
            orders = [Order(visit.actor, one, new_id()) for one in commands]
            return carry_out_all(visit.db, orders, visit.now)

    def ask(self, amount_ore: int, what: str = "Svømmebriller") -> Ask:
        """Asta wants something for swimming."""
        return Ask(self.grant_id, self.swim, what, amount_ore, "Bo", "på lørdag")

    def asks(self, amount_ore: int) -> str:
        """Asta asks; gives the request's id."""
        return self.does(self.asta, self.ask(amount_ore))

    def says(self, officer: Person, request_id: str, *, yes: bool = True) -> str:
        """An officer answers."""
        reasons = ("", "") if yes else ("Det er tøj til hverdag.", "Puljens regel om køb til mål")
        return self.does(officer, Decide(request_id, yes, *reasons))

    def buys(self, amount_ore: int, day: date, request_id: str | None = None) -> str:
        """Odin records a purchase for swimming."""
        command = RecordPurchase(
            self.grant_id, self.swim, amount_ore, day, "Svømmekort", request_id=request_id
        )
        return self.does(self.odin, command)

    def grant(self, amount_ore: int, starts_on: date, ends_on: date, fund_id: str = "") -> str:
        """Another grant to Asta, all of it without a goal."""
        command = MakeGrant(fund_id or self.fund_id, self.asta.id, amount_ore, starts_on, ends_on, "§ 85")
        return self.does(self.odin, command)

    def request(self, request_id: str) -> SpendingRequest:
        """How a request stands."""
        with reading(self.people.engine) as db:
            return records_requests.requests_of(db, [request_id], [], [])[request_id]

    def budget(self, grant_id: str = "") -> Budget:
        """How a grant stands."""
        with self.people.acting(self.asta) as visit:
            opened = money_service.open_budget(
                visit, self.asta.id, Purpose.OWN, grant_id or self.grant_id, newest=0
            )
        assert opened is not None
        return opened.budget

    def events(self) -> tuple[Event, ...]:
        """The newest movements of the grant, newest first."""
        with reading(self.people.engine) as db:
            return movements.of_grant(db, self.grant_id, limit=25)

    def fund_balance(self, kind: str) -> int:
        """What stands on one of the fund's own accounts."""
        with reading(self.people.engine) as db:
            (one,) = [
                account
                for account in ledger_store.accounts_of_funds(db, [self.fund_id])
                if account.kind == kind
            ]
        return one.balance_ore


def set_up(people: People, clock: StandingClock, **rules: Any) -> Bench:
    """The bench, with these rules of the fund."""
    odin, frida = (people.add(Role.BUDGET_OFFICER, name) for name in ("Odin", "Frida"))
    asta = people.citizen("Asta")
    swim = add_goal(people, asta, "Lær at svømme", Theme.SELF_CARE)
    bench = Bench(people, clock, odin, frida, asta, swim, "", "")
    fund = msgspec.structs.replace(FUND, **rules)
    bench.fund_id = bench.does(odin, AddFund(fund, 100_000_00))
    bench.grant_id = bench.grant(5_000_00, fund.starts_on, fund.ends_on)
    bench.does(odin, Allocate(bench.grant_id, swim, 1_850_00))
    return bench
