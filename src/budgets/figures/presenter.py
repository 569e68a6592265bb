"""A leader's figures as a page and a sheet say them: tables with named rows, and a picture of each. Pure."""

from collections.abc import Callable

import msgspec

from budgets.figures.model import FundPace, Table
from budgets.figures.service import Figures
from foundation.html.bar_charts import Bar, Bars, bar_length, largest
from foundation.i18n import N_, Text, translations
from foundation.money import format_ore, plain_amount
from foundation.spreadsheets.writer import write_sheet
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


class Line(msgspec.Struct, frozen=True):
    """A group as a row."""

    name: str
    citizens: int
    amount_ore: int


class Division(msgspec.Struct, frozen=True):
    """One way to divide the total: its rows, what is hidden, and the picture of it."""

    key: str
    title: str  # msgid
    column: str  # msgid: what a group is
    lines: tuple[Line, ...]
    hidden: int
    hidden_ore: int
    picture: tuple[Bars, ...]


def divisions(figures: Figures, language: str) -> tuple[Division, ...]:
    """The tables of a year, in their order on the page."""
    gettext = translations(language).gettext
    found = figures.of_year

    def divided(key: str, title: str, column: str, table: Table, name: Callable[[str], str]) -> Division:
        lines = tuple(Line(name(one.key), one.citizens, one.amount_ore) for one in table.groups)
        return Division(key, title, column, lines, table.hidden, table.hidden_ore, _picture(lines, language))

    return (
        divided(
            "themes", N_("By theme"), N_("Theme"), found.themes, lambda key: gettext(THEME_NAMES[Theme(key)])
        ),
        divided("funds", N_("By fund"), N_("Fund"), found.funds, lambda key: figures.fund_names[key]),
        divided(
            "months", N_("By month"), N_("Month"), found.months, lambda key: gettext(MONTHS[int(key) - 1])
        ),
        divided(
            "areas",
            N_("By area"),
            N_("Area"),
            found.areas,
            lambda key: figures.area_names.get(key, gettext(UNKNOWN_AREA)),
        ),
    )


def _picture(lines: tuple[Line, ...], language: str) -> tuple[Bars, ...]:
    most = largest(line.amount_ore for line in lines)
    return tuple(
        Bars(
            line.name,
            (
                Bar(
                    Text("%(amount)s", {"amount": format_ore(line.amount_ore, language)}),
                    bar_length(line.amount_ore, most),
                ),
            ),
        )
        for line in lines
    )


def pace_picture(paces: tuple[FundPace, ...]) -> tuple[Bars, ...]:
    """Money (filled) above time (striped) for each fund."""
    return tuple(
        Bars(
            one.name,
            (
                Bar(
                    Text(N_("%(count)s %% of the money"), {"count": one.pace.used_percent}),
                    one.pace.used_percent,
                ),
                Bar(
                    Text(N_("%(count)s %% of the time"), {"count": one.pace.time_percent}),
                    one.pace.time_percent,
                    striped=True,
                ),
            ),
        )
        for one in paces
    )


def figures_file(figures: Figures) -> bytes:
    """CSV of the same figures, in Danish whatever language the page has."""
    danish = translations("da").gettext
    rows: list[tuple[str | int, ...]] = []
    if figures.of_year.total is not None:
        total = figures.of_year.total
        rows.append(("I alt", str(figures.year), total.citizens, plain_amount(total.amount_ore)))
    for one in divisions(figures, "da"):
        title = danish(one.title)
        rows += [(title, line.name, line.citizens, plain_amount(line.amount_ore)) for line in one.lines]
        if one.hidden:
            rows.append((title, "skjulte grupper", "", plain_amount(one.hidden_ore)))
    return write_sheet(HEADERS, rows)
