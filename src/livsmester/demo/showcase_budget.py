"""The demo citizen's budget, built by real commands: granted, allocated, requested, bought, reversed.

It follows a smaller closed budget. Plenty is left for swimming, almost nothing for the guitar, enough for the sister.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from budgets.commands.messages import (
    AllocateToGoal,
    CloseGrant,
    DecideRequest,
    ExpireReservation,
    MakeGrant,
    RecordLearning,
    RecordPurchase,
    RequestSpending,
    Reverse,
    WithdrawRequest,
)
from budgets.commands.service import execute
from budgets.model import ClosingCause, Fund
from budgets.records.receipt_files import sanitize_receipt
from foundation.clock import local_date
from livsmester.demo.generators.budgets import SHOWCASE_BUDGET_ORE
from livsmester.demo.receipts import receipt_pdf
from people.access.model import ANONYMOUS, Actor
from people.web.context import RequestContext
from plans.model import Goal

EARLIER_BUDGET_ORE = 1_000_00
_DENIAL = (
    "Du kan få svømmehallens kort gratis med dit ledsagerkort. Vi hjælper dig med at bestille det.",
    "Beslutningen om livsmestermidler, punkt 4: det, man kan få gratis, betaler puljen ikke",
)


class ShowcaseBudget:
    """Executes commands as the demo citizen and the budget officer, dated to when they happened."""

    def __init__(self, db: Connection, now: datetime, citizen: Actor, officer: Actor) -> None:
        self.db = db
        self.now = now
        self.citizen = citizen
        self.officer = officer
        self.grant_id = ""
        self._key_count = 0

    def build(self, fund: Fund, swimming: Goal, guitar: Goal, sister: Goal) -> None:
        """Execute all commands in order of time."""
        self._build_earlier_budget(fund, sister)
        self._make_grant(fund, ((swimming, 3_000_00), (guitar, 1_250_00), (sister, 1_400_00)))
        strings = self._request(172, guitar, "Guitarstrenge", 89_00)
        self._purchase(170, guitar, "Guitarstrenge", 89_00, strings)
        lessons = self._request(145, guitar, "Undervisning, 5 gange", 750_00, "Lone")
        self._purchase(140, guitar, "Undervisning, 5 gange", 750_00, lessons)
        self._record_learning(138, lessons, "Det er sjovere at spille sammen med en.")
        flowers = self._request(130, sister, "En potteplante til min søster", 120_00)
        ticket = self._request(122, sister, "Togbillet til min søster", 300_00)
        self._purchase(120, sister, "Togbillet til min søster", 278_00, ticket)
        self._purchase(119, sister, "Frokost til os to", 240_00, outlay=True)
        self._purchase(95, guitar, "Stemmeapparat", 129_00)
        pass_ = self._request(90, swimming, "Årskort til svømmehallen", 1_500_00, wanted_when="nu")
        self._deny(81, pass_, *_DENIAL)
        self._withdraw(74, self._request(75, sister, "En bog i gave", 180_00))
        self._expire(69, flowers)
        course = self._request(64, swimming, "Svømmehold for voksne, 10 gange", 650_00, "Lone")
        self._purchase(62, swimming, "Svømmehold for voksne, 10 gange", 650_00, course)
        self._record_learning(50, course, "Jeg tør godt hoppe i nu. Vandet er varmest om tirsdagen.")
        swimwear = self._request(60, swimming, "Badetøj og badehætte", 300_00, "Lone")
        self._purchase(58, swimming, "Badetøj og badehætte", 229_00, swimwear)
        self._purchase(41, swimming, "Håndklæde og lås til skabet", 172_00, outlay=True)
        stand = self._request(31, guitar, "Nodestativ", 200_00, "min søster")
        self._purchase(30, guitar, "Nodestativ", 159_00, stand)
        ticket = self._request(25, sister, "Togbillet til min søster", 278_00)
        self._purchase(24, sister, "Togbillet til min søster", 278_00, ticket)
        self._purchase(10, swimming, "Svømmebriller", 99_00)
        twice = self._purchase(9, swimming, "Svømmebriller", 99_00)
        self._reverse(8, twice, "Købet var skrevet ind to gange")
        self._request(
            3, swimming, "En våddragt, så jeg kan svømme i fjorden", 1_200_00, "Lone", "til foråret"
        )
        self._request(2, sister, "Rejsekort med penge på", 200_00, "Lone")

    def _build_earlier_budget(self, fund: Fund, sister: Goal) -> None:
        """An earlier budget, spent and closed, for the citizen's history."""
        today = local_date(self.now)
        ends_on = _last_of_month(today - timedelta(days=300))
        starts_on = (ends_on - timedelta(days=60)).replace(day=1)
        start_days_ago, end_days_ago = (today - starts_on).days, (today - ends_on).days
        officer = self._context(self.officer, start_days_ago)
        command = MakeGrant(
            fund.id, self.citizen.person_id or "", EARLIER_BUDGET_ORE, starts_on, ends_on, fund.legal_basis
        )
        self.grant_id = execute(officer, command, self._next_key())
        execute(officer, AllocateToGoal(self.grant_id, sister.id, EARLIER_BUDGET_ORE), self._next_key())
        self._purchase(start_days_ago - 20, sister, "Togbillet til min søster", 560_00)
        self._purchase(start_days_ago - 45, sister, "Biograf med min søster", 280_00)
        closing = CloseGrant(self.grant_id, ClosingCause.ENDED)
        execute(self._context(self.officer, end_days_ago - 5), closing, self._next_key())

    def _make_grant(self, fund: Fund, shares: tuple[tuple[Goal, int], ...]) -> None:
        today = local_date(self.now)
        ends_on = _last_of_month(today + timedelta(days=38))
        starts_on = (ends_on - timedelta(days=290)).replace(day=1)
        context = self._context(self.officer, (today - starts_on).days)
        command = MakeGrant(
            fund.id, self.citizen.person_id or "", SHOWCASE_BUDGET_ORE, starts_on, ends_on, fund.legal_basis
        )
        self.grant_id = execute(context, command, self._next_key())
        for goal, amount_ore in shares:
            execute(context, AllocateToGoal(self.grant_id, goal.id, amount_ore), self._next_key())

    def _request(
        self,
        days_ago: int,
        goal: Goal,
        what: str,
        amount_ore: int,
        company: str = "",
        wanted_when: str = "",
    ) -> str:
        command = RequestSpending(self.grant_id, goal.id, what, amount_ore, company, wanted_when)
        return execute(self._context(self.citizen, days_ago), command, self._next_key())

    def _deny(self, days_ago: int, request_id: str, reasons: str, rule: str) -> None:
        command = DecideRequest(request_id, yes=False, reasons=reasons, rule=rule)
        execute(self._context(self.officer, days_ago), command, self._next_key())

    def _expire(self, days_ago: int, request_id: str) -> None:
        execute(self._context(ANONYMOUS, days_ago), ExpireReservation(request_id), self._next_key())

    def _record_learning(self, days_ago: int, request_id: str, text: str) -> None:
        execute(self._context(self.citizen, days_ago), RecordLearning(request_id, text), self._next_key())

    def _withdraw(self, days_ago: int, request_id: str) -> None:
        execute(self._context(self.citizen, days_ago), WithdrawRequest(request_id), self._next_key())

    def _purchase(
        self,
        days_ago: int,
        goal: Goal,
        what: str,
        amount_ore: int,
        request_id: str | None = None,
        *,
        outlay: bool = False,
    ) -> str:
        context = self._context(self.officer, days_ago)
        day = local_date(context.now)
        command = RecordPurchase(self.grant_id, goal.id, amount_ore, day, what, outlay, request_id)
        return execute(
            context, command, self._next_key(), sanitize_receipt(receipt_pdf(what, amount_ore, day))
        )

    def _reverse(self, days_ago: int, movement_id: str, why: str) -> None:
        execute(self._context(self.officer, days_ago), Reverse(movement_id, why), self._next_key())

    def _context(self, actor: Actor, days_ago: int) -> RequestContext:
        return RequestContext(self.db, actor, self.now - timedelta(days=days_ago))

    def _next_key(self) -> str:
        self._key_count += 1
        return f"demo-{self._key_count}"


def _last_of_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
