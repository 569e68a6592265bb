"""A leader's figures as a page and a sheet say them: tables with named rows, and a picture of each. Pure."""

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
    """A group as a row."""

    name: str
    citizens: int
    amount_ore: int


class Breakdown(msgspec.Struct, frozen=True):
    """One way to divide the total: its rows, what is hidden, and the picture of it."""

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
    found = report.year_report

    def divided(
        key: str, title: str, column: str, table: SuppressedTable, name: Callable[[str], str]
    ) -> Breakdown:
        lines = tuple(BreakdownRow(name(one.key), one.citizens, one.amount_ore) for one in table.groups)
        return Breakdown(key, title, column, lines, table.hidden, table.hidden_ore, _chart(lines, language))

    return (
        divided(
            "themes", N_("By theme"), N_("Theme"), found.themes, lambda key: gettext(THEME_NAMES[Theme(key)])
        ),
        divided("funds", N_("By fund"), N_("Fund"), found.funds, lambda key: report.fund_names[key]),
        divided(
            "months", N_("By month"), N_("Month"), found.months, lambda key: gettext(MONTHS[int(key) - 1])
        ),
        divided(
            "areas",
            N_("By area"),
            N_("Area"),
            found.areas,
            lambda key: report.area_names.get(key, gettext(UNKNOWN_AREA)),
        ),
    )


def _chart(rows: tuple[BreakdownRow, ...], language: str) -> tuple[BarChart, ...]:
    most = largest_known(line.amount_ore for line in rows)
    return tuple(
        BarChart(
            line.name,
            (
                Bar(
                    LazyText("%(amount)s", {"amount": format_ore(line.amount_ore, language)}),
                    bar_length_percent(line.amount_ore, most),
                ),
            ),
        )
        for line in rows
    )


def pace_chart(paces: tuple[FundPace, ...]) -> tuple[BarChart, ...]:
    """Money (filled) above time (striped) for each fund."""
    return tuple(
        BarChart(
            one.name,
            (
                Bar(
                    LazyText(N_("%(count)s %% of the money"), {"count": one.pace.used_percent}),
                    one.pace.used_percent,
                ),
                Bar(
                    LazyText(N_("%(count)s %% of the time"), {"count": one.pace.time_percent}),
                    one.pace.time_percent,
                    striped=True,
                ),
            ),
        )
        for one in paces
    )


def spending_csv(report: SpendingReport) -> bytes:
    """CSV of the same figures, in Danish whatever language the page has."""
    danish = translations("da").gettext
    rows: list[tuple[str | int, ...]] = []
    if report.year_report.total is not None:
        total = report.year_report.total
        rows.append(("I alt", str(report.year), total.citizens, spreadsheet_amount(total.amount_ore)))
    for one in breakdowns(report, "da"):
        title = danish(one.title)
        rows += [(title, line.name, line.citizens, spreadsheet_amount(line.amount_ore)) for line in one.rows]
        if one.hidden:
            rows.append((title, "skjulte grupper", "", spreadsheet_amount(one.hidden_ore)))
    return write_csv(HEADERS, rows)
