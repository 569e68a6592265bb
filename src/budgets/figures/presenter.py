"""A leader's figures as tables with labels, charts and CSV. No I/O."""

from collections.abc import Callable

import msgspec

from budgets.figures.model import FundPace, SuppressedTable
from budgets.figures.service import SpendingReport
from foundation.html.bar_charts import Bar, BarChart, bar_length_percent, largest_known
from foundation.i18n import N_, LazyText, translations
from foundation.money import format_ore, spreadsheet_amount
from foundation.spreadsheets.writer import write_csv
from plans.model import THEME_NAMES, Theme

MONTHS = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)  # fmt: skip
UNKNOWN_AREA = N_("No area known")
HEADERS = ("inddeling", "gruppe", "borgere", "brugt")


class BreakdownRow(msgspec.Struct, frozen=True):
    """A group with its label."""

    name: str
    citizens: int
    amount_ore: int


class Breakdown(msgspec.Struct, frozen=True):
    """One way to divide the total: its rows, the number and sum of suppressed groups, and a chart."""

    key: str
    title: str  # msgid
    column: str  # msgid: what a group is
    rows: tuple[BreakdownRow, ...]
    hidden: int
    hidden_ore: int
    chart: tuple[BarChart, ...]


def breakdowns(report: SpendingReport, language: str) -> tuple[Breakdown, ...]:
    """The tables of a year, in their order on the page."""
    gettext = translations(language).gettext
    tables = report.year_report

    def breakdown(
        key: str, title: str, column: str, table: SuppressedTable, name: Callable[[str], str]
    ) -> Breakdown:
        rows = tuple(
            BreakdownRow(name(group.key), group.citizens, group.amount_ore) for group in table.groups
        )
        return Breakdown(key, title, column, rows, table.hidden, table.hidden_ore, _chart(rows, language))

    return (
        breakdown(
            "themes", N_("By theme"), N_("Theme"), tables.themes, lambda key: gettext(THEME_NAMES[Theme(key)])
        ),
        breakdown("funds", N_("By fund"), N_("Fund"), tables.funds, lambda key: report.fund_names[key]),
        breakdown(
            "months", N_("By month"), N_("Month"), tables.months, lambda key: gettext(MONTHS[int(key) - 1])
        ),
        breakdown(
            "areas",
            N_("By area"),
            N_("Area"),
            tables.areas,
            lambda key: report.area_names.get(key, gettext(UNKNOWN_AREA)),
        ),
    )


def _chart(rows: tuple[BreakdownRow, ...], language: str) -> tuple[BarChart, ...]:
    largest_ore = largest_known(row.amount_ore for row in rows)
    return tuple(
        BarChart(
            row.name,
            (
                Bar(
                    LazyText("%(amount)s", {"amount": format_ore(row.amount_ore, language)}),
                    bar_length_percent(row.amount_ore, largest_ore),
                ),
            ),
        )
        for row in rows
    )


def pace_chart(paces: tuple[FundPace, ...]) -> tuple[BarChart, ...]:
    """A chart for each fund: the share of money spent (filled) above the share of time passed (striped)."""
    return tuple(
        BarChart(
            fund.name,
            (
                Bar(
                    LazyText(N_("%(count)s %% of the money"), {"count": fund.pace.used_percent}),
                    fund.pace.used_percent,
                ),
                Bar(
                    LazyText(N_("%(count)s %% of the time"), {"count": fund.pace.time_percent}),
                    fund.pace.time_percent,
                    striped=True,
                ),
            ),
        )
        for fund in paces
    )


def spending_csv(report: SpendingReport) -> bytes:
    """CSV of the same figures, in Danish whatever the reader's language."""
    danish = translations("da").gettext
    rows: list[tuple[str | int, ...]] = []
    if report.year_report.total is not None:
        total = report.year_report.total
        rows.append(("I alt", str(report.year), total.citizens, spreadsheet_amount(total.amount_ore)))
    for breakdown in breakdowns(report, "da"):
        title = danish(breakdown.title)
        rows += [
            (title, row.name, row.citizens, spreadsheet_amount(row.amount_ore)) for row in breakdown.rows
        ]
        if breakdown.hidden:
            rows.append((title, "skjulte grupper", "", spreadsheet_amount(breakdown.hidden_ore)))
    return write_csv(HEADERS, rows)
