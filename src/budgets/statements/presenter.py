"""A statement as one document for screen, print and PDF, so that all have the same text. No I/O."""

from collections.abc import Mapping
from datetime import date

from budgets.ledger.double_entry import MovementKind
from budgets.money.presenter import left_text, unspent_text
from budgets.statements.model import GoalTotals, Statement, StatementLine
from foundation.dates import format_day
from foundation.i18n import N_, LazyText
from foundation.money import format_ore
from foundation.pdf import Document, Section, Table, TableColumn

_NO_GOAL = N_("No goal yet")
_TOTAL = N_("In all")
_RECEIPT_LABELS = {True: N_("Yes"), False: N_("No")}
_INCOME_LABELS = {
    MovementKind.GRANT: N_("From the municipality"),
    MovementKind.CARRY_OVER: N_("From your last budget"),
}
_REFUND_LABELS = {MovementKind.REFUND: N_("Back from the shop: %(why)s")}
_CORRECTION = N_("Put right: %(why)s")
_ENDED_LABELS = {
    MovementKind.RETURN: N_("Back to the municipality"),
    MovementKind.CARRY_OVER: N_("On to your next budget"),
    MovementKind.EXPIRE: N_("Lapsed"),
}


class _Localizer:
    """Renders amounts, days, goals and texts in one language."""

    def __init__(self, titles: Mapping[str, str], language: str) -> None:
        self.titles = titles
        self.language = language

    def __call__(self, message: str, **values: str) -> str:
        return LazyText(message, dict(values)).render(self.language)

    def amount(self, amount_ore: int) -> str:
        return format_ore(amount_ore, self.language)

    def day(self, value: date) -> str:
        return format_day(value, self.language)

    def goal(self, goal_id: str | None) -> str:
        return self(_NO_GOAL) if goal_id is None else self.titles.get(goal_id, "…")


def statement_document(
    statement: Statement, titles: Mapping[str, str], citizen_name: str, municipality: str, language: str
) -> Document:
    """The statement in "da" or "en". It addresses the citizen, whoever reads it."""
    localize = _Localizer(titles, language)
    sections = (
        _income_section(statement, localize),
        _goals_section(statement, localize),
        _purchases_section(statement, localize),
        *_corrections_sections(statement, localize),
        _unspent_section(statement, localize),
        Section(
            localize(N_("Rules and how to complain")),
            (
                localize(N_("The money comes from %(fund)s."), fund=statement.fund.name),
                localize(N_("The law: %(law)s"), law=statement.grant.legal_basis),
                statement.fund.appeal,
            ),
        ),
    )
    return Document(
        title=localize(N_("Statement for %(name)s"), name=citizen_name),
        municipality=municipality,
        written_on=statement.until,
        lead=_lead(statement, localize),
        sections=sections,
    )


def _lead(statement: Statement, localize: _Localizer) -> tuple[str, ...]:
    over = statement.closed_on is not None or statement.until > statement.grant.ends_on
    period = localize(
        N_("The budget ran from %(first)s to %(last)s.")
        if over
        else N_("The budget runs from %(first)s to %(last)s."),
        first=localize.day(statement.grant.starts_on),
        last=localize.day(statement.grant.ends_on),
    )
    if statement.closed_on is not None:
        return (
            localize(N_("The budget was closed on %(day)s."), day=localize.day(statement.closed_on)),
            period,
        )
    left = tuple(
        left_text(goal.left_ore, localize.goal(goal.goal_id), localize.language)
        for goal in statement.goals
        if goal.goal_id and goal.allocated_ore
    )
    return (
        *left,
        *_unallocated_sentences(statement, localize),
        localize(N_("This is how it stood on %(day)s."), day=localize.day(statement.until)),
        period,
    )


def _unallocated_sentences(statement: Statement, localize: _Localizer) -> tuple[str, ...]:
    unallocated_ore = sum(goal.left_ore for goal in statement.goals if goal.goal_id is None)
    return (
        (localize(N_("%(amount)s have no goal yet."), amount=localize.amount(unallocated_ore)),)
        if unallocated_ore
        else ()
    )


def _income_section(statement: Statement, localize: _Localizer) -> Section:
    rows = tuple(
        (
            _description(line, localize, _INCOME_LABELS),
            _short_date(line.day),
            localize.amount(line.amount_ore),
        )
        for line in statement.came_in
    )
    columns = (
        TableColumn(localize(N_("From where"))),
        TableColumn(localize(N_("Date")), short=True),
        TableColumn(localize(N_("Amount")), number=True),
    )
    total = (localize(_TOTAL), "", localize.amount(statement.came_in_ore))
    return Section(localize(N_("What came in")), table=Table(columns, rows, total))


def _goals_section(statement: Statement, localize: _Localizer) -> Section:
    headings = [N_("Got"), N_("Spent"), N_("Put aside"), N_("Left")]
    if statement.ended:
        headings.append(N_("Gone on"))

    def row(name: str, sums: GoalTotals) -> tuple[str, ...]:
        amounts = [sums.allocated_ore, sums.spent_ore, sums.reserved_ore, sums.left_ore]
        if statement.ended:
            amounts.append(sums.ended_ore)
        return (name, *map(localize.amount, amounts))

    columns = (
        TableColumn(localize(N_("Goal"))),
        *(TableColumn(localize(heading), number=True) for heading in headings),
    )
    goals = [goal for goal in statement.goals if goal.allocated_ore or goal.goal_id is not None]
    rows = tuple(row(localize.goal(goal.goal_id), goal) for goal in goals)
    return Section(
        localize(N_("What the money is for")),
        table=Table(columns, rows, row(localize(_TOTAL), statement.total)),
    )


def _purchases_section(statement: Statement, localize: _Localizer) -> Section:
    heading = localize(N_("What you bought"))
    if not statement.purchases:
        return Section(heading, (localize(N_("Nothing was bought.")),))
    columns = (
        TableColumn(localize(N_("What"))),
        TableColumn(localize(N_("Goal"))),
        TableColumn(localize(N_("Date")), short=True),
        TableColumn(localize(N_("Receipt")), short=True),
        TableColumn(localize(N_("Amount")), number=True),
    )
    rows = tuple(
        (
            _description(line, localize, _REFUND_LABELS),
            localize.goal(line.goal_id),
            _short_date(line.day),
            "" if line.amount_ore < 0 else localize(_RECEIPT_LABELS[line.has_receipt]),
            localize.amount(line.amount_ore),
        )
        for line in statement.purchases
    )
    return Section(
        heading,
        table=Table(
            columns, rows, (localize(_TOTAL), "", "", "", localize.amount(statement.total.spent_ore))
        ),
    )


def _corrections_sections(statement: Statement, localize: _Localizer) -> tuple[Section, ...]:
    if not statement.corrections:
        return ()
    sentences = tuple(
        localize(
            N_("%(day)s: %(amount)s were put right: %(why)s"),
            day=localize.day(line.day),
            amount=localize.amount(abs(line.amount_ore)),
            why=line.why,
        )
        for line in statement.corrections
    )
    return (Section(localize(N_("What else was put right")), sentences),)


def _unspent_section(statement: Statement, localize: _Localizer) -> Section:
    if not statement.ended:
        rule = unspent_text(statement.fund, statement.grant.ends_on, localize.language)
        return Section(localize(N_("If you do not use it all")), rule)
    columns = (
        TableColumn(localize(N_("Where to"))),
        TableColumn(localize(N_("Date")), short=True),
        TableColumn(localize(N_("Amount")), number=True),
    )
    rows = tuple(
        (_description(line, localize, _ENDED_LABELS), _short_date(line.day), localize.amount(line.amount_ore))
        for line in statement.ended
    )
    total = (localize(_TOTAL), "", localize.amount(statement.total.ended_ore))
    return Section(localize(N_("What you did not use")), table=Table(columns, rows, total))


def _description(line: StatementLine, localize: _Localizer, names: Mapping[MovementKind, str]) -> str:
    if line.kind is MovementKind.REVERSE:
        return localize(_CORRECTION, why=line.why)
    return localize(names[line.kind], why=line.why) if line.kind in names else line.why


def _short_date(value: date) -> str:
    return f"{value:%d-%m-%Y}"
