"""A statement in words: one paper for the screen, the printer and the PDF, so that none of them says anything else. Pure."""

from collections.abc import Mapping
from datetime import date

from budgets.ledger.double_entry import MovementKind
from budgets.money.presenter import left_words, unspent_words
from budgets.statements.model import GoalSums, Line, Statement
from foundation.dates import day
from foundation.i18n import N_, Text
from foundation.money import format_ore
from foundation.pdf import Column, Document, Part, Table

_NO_GOAL = N_("No goal yet")
_TOTAL = N_("In all")
_RECEIPT = {True: N_("Yes"), False: N_("No")}
_CAME_IN = {
    MovementKind.GRANT: N_("From the municipality"),
    MovementKind.CARRY_OVER: N_("From your last budget"),
}
_BACK = {MovementKind.REFUND: N_("Back from the shop: %(why)s")}
_PUT_RIGHT = N_("Put right: %(why)s")
_ENDED = {
    MovementKind.RETURN: N_("Back to the municipality"),
    MovementKind.CARRY_OVER: N_("On to your next budget"),
    MovementKind.EXPIRE: N_("Lapsed"),
}


class _Words:
    """Says amounts, days, goals and texts in one language."""

    def __init__(self, titles: Mapping[str, str], language: str) -> None:
        self.titles = titles
        self.language = language

    def __call__(self, message: str, **values: str) -> str:
        return Text(message, dict(values)).render(self.language)

    def kr(self, amount_ore: int) -> str:
        return format_ore(amount_ore, self.language)

    def day(self, value: date) -> str:
        return day(value, self.language)

    def goal(self, goal_id: str | None) -> str:
        return self(_NO_GOAL) if goal_id is None else self.titles.get(goal_id, "…")


def statement_paper(
    made: Statement, titles: Mapping[str, str], citizen_name: str, municipality: str, language: str
) -> Document:
    """The statement as it is read, in "da" or "en". It speaks to the citizen, whoever looks along."""
    say = _Words(titles, language)
    parts = (
        _came_in(made, say),
        _goals(made, say),
        _purchases(made, say),
        *_corrections(made, say),
        _unspent(made, say),
        Part(
            say(N_("Rules and how to complain")),
            (
                say(N_("The money comes from %(fund)s."), fund=made.fund.name),
                say(N_("The law: %(law)s"), law=made.grant.legal_basis),
                made.fund.appeal,
            ),
        ),
    )
    return Document(
        title=say(N_("Statement for %(name)s"), name=citizen_name),
        municipality=municipality,
        written_on=made.until,
        lead=_lead(made, say),
        parts=parts,
    )


def _lead(made: Statement, say: _Words) -> tuple[str, ...]:
    over = made.closed_on is not None or made.until > made.grant.ends_on
    period = say(
        N_("The budget ran from %(first)s to %(last)s.")
        if over
        else N_("The budget runs from %(first)s to %(last)s."),
        first=say.day(made.grant.starts_on),
        last=say.day(made.grant.ends_on),
    )
    if made.closed_on is not None:
        return (say(N_("The budget was closed on %(day)s."), day=say.day(made.closed_on)), period)
    left = tuple(
        left_words(one.left_ore, say.goal(one.goal_id), say.language)
        for one in made.goals
        if one.goal_id and one.given_ore
    )
    return (
        *left,
        *_without_goal(made, say),
        say(N_("This is how it stood on %(day)s."), day=say.day(made.until)),
        period,
    )


def _without_goal(made: Statement, say: _Words) -> tuple[str, ...]:
    rest_ore = sum(one.left_ore for one in made.goals if one.goal_id is None)
    return (say(N_("%(amount)s have no goal yet."), amount=say.kr(rest_ore)),) if rest_ore else ()


def _came_in(made: Statement, say: _Words) -> Part:
    rows = tuple((_what(one, say, _CAME_IN), _short(one.day), say.kr(one.amount_ore)) for one in made.came_in)
    columns = (
        Column(say(N_("From where"))),
        Column(say(N_("Date")), short=True),
        Column(say(N_("Amount")), number=True),
    )
    total = (say(_TOTAL), "", say.kr(made.came_in_ore))
    return Part(say(N_("What came in")), table=Table(columns, rows, total))


def _goals(made: Statement, say: _Words) -> Part:
    headings = [N_("Got"), N_("Spent"), N_("Put aside"), N_("Left")]
    if made.ended:
        headings.append(N_("Gone on"))

    def row(name: str, sums: GoalSums) -> tuple[str, ...]:
        amounts = [sums.given_ore, sums.spent_ore, sums.reserved_ore, sums.left_ore]
        if made.ended:
            amounts.append(sums.ended_ore)
        return (name, *map(say.kr, amounts))

    columns = (Column(say(N_("Goal"))), *(Column(say(one), number=True) for one in headings))
    shown = [one for one in made.goals if one.given_ore or one.goal_id is not None]
    rows = tuple(row(say.goal(one.goal_id), one) for one in shown)
    return Part(say(N_("What the money is for")), table=Table(columns, rows, row(say(_TOTAL), made.total)))


def _purchases(made: Statement, say: _Words) -> Part:
    heading = say(N_("What you bought"))
    if not made.purchases:
        return Part(heading, (say(N_("Nothing was bought.")),))
    columns = (
        Column(say(N_("What"))),
        Column(say(N_("Goal"))),
        Column(say(N_("Date")), short=True),
        Column(say(N_("Receipt")), short=True),
        Column(say(N_("Amount")), number=True),
    )
    rows = tuple(
        (
            _what(one, say, _BACK),
            say.goal(one.goal_id),
            _short(one.day),
            "" if one.amount_ore < 0 else say(_RECEIPT[one.has_receipt]),
            say.kr(one.amount_ore),
        )
        for one in made.purchases
    )
    return Part(heading, table=Table(columns, rows, (say(_TOTAL), "", "", "", say.kr(made.total.spent_ore))))


def _corrections(made: Statement, say: _Words) -> tuple[Part, ...]:
    if not made.corrections:
        return ()
    sentences = tuple(
        say(
            N_("%(day)s: %(amount)s were put right: %(why)s"),
            day=say.day(one.day),
            amount=say.kr(abs(one.amount_ore)),
            why=one.why,
        )
        for one in made.corrections
    )
    return (Part(say(N_("What else was put right")), sentences),)


def _unspent(made: Statement, say: _Words) -> Part:
    if not made.ended:
        rule = unspent_words(made.fund, made.grant.ends_on, say.language)
        return Part(say(N_("If you do not use it all")), rule)
    columns = (
        Column(say(N_("Where to"))),
        Column(say(N_("Date")), short=True),
        Column(say(N_("Amount")), number=True),
    )
    rows = tuple((_what(one, say, _ENDED), _short(one.day), say.kr(one.amount_ore)) for one in made.ended)
    total = (say(_TOTAL), "", say.kr(made.total.ended_ore))
    return Part(say(N_("What you did not use")), table=Table(columns, rows, total))


def _what(line: Line, say: _Words, names: Mapping[MovementKind, str]) -> str:
    if line.kind is MovementKind.REVERSE:
        return say(_PUT_RIGHT, why=line.why)
    return say(names[line.kind], why=line.why) if line.kind in names else line.why


def _short(value: date) -> str:
    return f"{value:%d-%m-%Y}"
