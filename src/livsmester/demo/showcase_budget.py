"""The demo citizen's own budget, lived through as people would: granted, shared out, asked for, bought, put right.

It comes after a smaller one that is closed, has plenty left for swimming, nearly nothing for the guitar, and enough for the visits to the sister.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from budgets.commands.messages import (
    Allocate,
    Ask,
    CloseGrant,
    Decide,
    GiveUp,
    Lapse,
    Learn,
    MakeGrant,
    RecordPurchase,
    Reverse,
)
from budgets.commands.service import carry_out
from budgets.model import Cause, Fund
from budgets.records.receipt_files import clean_receipt
from foundation.clock import local_date
from livsmester.demo.generators.budgets import DEMO_ORE
from livsmester.demo.receipts import receipt
from people.access.model import NOBODY, Actor
from people.web.context import Visit
from plans.model import Goal

EARLIER_ORE = 1_000_00
_REFUSAL = (
    "Du kan få svømmehallens kort gratis med dit ledsagerkort. Vi hjælper dig med at bestille det.",
    "Beslutningen om livsmestermidler, punkt 4: det, man kan få gratis, betaler puljen ikke",
)


class OwnBudget:
    """The demo citizen and the budget officer, each acting on the days on which it happened."""

    def __init__(self, db: Connection, now: datetime, citizen: Actor, officer: Actor) -> None:
        self.db = db
        self.now = now
        self.citizen = citizen
        self.officer = officer
        self.grant_id = ""
        self._key_count = 0

    def live(self, fund: Fund, swimming: Goal, guitar: Goal, sister: Goal) -> None:
        """All of it, in the order of time."""
        self._live_before(fund, sister)
        self._grant(fund, ((swimming, 3_000_00), (guitar, 1_250_00), (sister, 1_400_00)))
        strings = self._ask(172, guitar, "Guitarstrenge", 89_00)
        self._buy(170, guitar, "Guitarstrenge", 89_00, strings)
        lessons = self._ask(145, guitar, "Undervisning, 5 gange", 750_00, "Lone")
        self._buy(140, guitar, "Undervisning, 5 gange", 750_00, lessons)
        self._learn(138, lessons, "Det er sjovere at spille sammen med en.")
        flowers = self._ask(130, sister, "En potteplante til min søster", 120_00)
        ticket = self._ask(122, sister, "Togbillet til min søster", 300_00)
        self._buy(120, sister, "Togbillet til min søster", 278_00, ticket)
        self._buy(119, sister, "Frokost til os to", 240_00, outlay=True)
        self._buy(95, guitar, "Stemmeapparat", 129_00)
        pass_ = self._ask(90, swimming, "Årskort til svømmehallen", 1_500_00, wanted_when="nu")
        self._refuse(81, pass_, *_REFUSAL)
        self._give_up(74, self._ask(75, sister, "En bog i gave", 180_00))
        self._lapse(69, flowers)
        course = self._ask(64, swimming, "Svømmehold for voksne, 10 gange", 650_00, "Lone")
        self._buy(62, swimming, "Svømmehold for voksne, 10 gange", 650_00, course)
        self._learn(50, course, "Jeg tør godt hoppe i nu. Vandet er varmest om tirsdagen.")
        swimwear = self._ask(60, swimming, "Badetøj og badehætte", 300_00, "Lone")
        self._buy(58, swimming, "Badetøj og badehætte", 229_00, swimwear)
        self._buy(41, swimming, "Håndklæde og lås til skabet", 172_00, outlay=True)
        stand = self._ask(31, guitar, "Nodestativ", 200_00, "min søster")
        self._buy(30, guitar, "Nodestativ", 159_00, stand)
        ticket = self._ask(25, sister, "Togbillet til min søster", 278_00)
        self._buy(24, sister, "Togbillet til min søster", 278_00, ticket)
        self._buy(10, swimming, "Svømmebriller", 99_00)
        twice = self._buy(9, swimming, "Svømmebriller", 99_00)
        self._reverse(8, twice, "Købet var skrevet ind to gange")
        self._ask(3, swimming, "En våddragt, så jeg kan svømme i fjorden", 1_200_00, "Lone", "til foråret")
        self._ask(2, sister, "Rejsekort med penge på", 200_00, "Lone")

    def _live_before(self, fund: Fund, sister: Goal) -> None:
        """An earlier budget, used and closed, so that there is one to look back on."""
        today = local_date(self.now)
        ends_on = _last_of_month(today - timedelta(days=300))
        starts_on = (ends_on - timedelta(days=60)).replace(day=1)
        begun, over = (today - starts_on).days, (today - ends_on).days
        officer = self._visit(self.officer, begun)
        command = MakeGrant(
            fund.id, self.citizen.person_id or "", EARLIER_ORE, starts_on, ends_on, fund.legal_basis
        )
        self.grant_id = carry_out(officer, command, self._key())
        carry_out(officer, Allocate(self.grant_id, sister.id, EARLIER_ORE), self._key())
        self._buy(begun - 20, sister, "Togbillet til min søster", 560_00)
        self._buy(begun - 45, sister, "Biograf med min søster", 280_00)
        closing = CloseGrant(self.grant_id, Cause.ENDED)
        carry_out(self._visit(self.officer, over - 5), closing, self._key())

    def _grant(self, fund: Fund, shares: tuple[tuple[Goal, int], ...]) -> None:
        today = local_date(self.now)
        ends_on = _last_of_month(today + timedelta(days=38))
        starts_on = (ends_on - timedelta(days=290)).replace(day=1)
        visit = self._visit(self.officer, (today - starts_on).days)
        command = MakeGrant(
            fund.id, self.citizen.person_id or "", DEMO_ORE, starts_on, ends_on, fund.legal_basis
        )
        self.grant_id = carry_out(visit, command, self._key())
        for goal, amount_ore in shares:
            carry_out(visit, Allocate(self.grant_id, goal.id, amount_ore), self._key())

    def _ask(
        self,
        days_ago: int,
        goal: Goal,
        what: str,
        amount_ore: int,
        company: str = "",
        wanted_when: str = "",
    ) -> str:
        command = Ask(self.grant_id, goal.id, what, amount_ore, company, wanted_when)
        return carry_out(self._visit(self.citizen, days_ago), command, self._key())

    def _refuse(self, days_ago: int, request_id: str, reasons: str, rule: str) -> None:
        command = Decide(request_id, yes=False, reasons=reasons, rule=rule)
        carry_out(self._visit(self.officer, days_ago), command, self._key())

    def _lapse(self, days_ago: int, request_id: str) -> None:
        carry_out(self._visit(NOBODY, days_ago), Lapse(request_id), self._key())

    def _learn(self, days_ago: int, request_id: str, words: str) -> None:
        carry_out(self._visit(self.citizen, days_ago), Learn(request_id, words), self._key())

    def _give_up(self, days_ago: int, request_id: str) -> None:
        carry_out(self._visit(self.citizen, days_ago), GiveUp(request_id), self._key())

    def _buy(
        self,
        days_ago: int,
        goal: Goal,
        what: str,
        amount_ore: int,
        request_id: str | None = None,
        *,
        outlay: bool = False,
    ) -> str:
        visit = self._visit(self.officer, days_ago)
        day = local_date(visit.now)
        command = RecordPurchase(self.grant_id, goal.id, amount_ore, day, what, outlay, request_id)
        return carry_out(visit, command, self._key(), clean_receipt(receipt(what, amount_ore, day)))

    def _reverse(self, days_ago: int, movement_id: str, why: str) -> None:
        carry_out(self._visit(self.officer, days_ago), Reverse(movement_id, why), self._key())

    def _visit(self, actor: Actor, days_ago: int) -> Visit:
        return Visit(self.db, actor, self.now - timedelta(days=days_ago))

    def _key(self) -> str:
        self._key_count += 1
        return f"demo-{self._key_count}"


def _last_of_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
