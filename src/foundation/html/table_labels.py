"""Labels for the cells of a table, which a narrow screen shows as cards without the table's head."""

import re

import msgspec
from markupsafe import Markup

_ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
_HEADING = re.compile(r"<(th|td)\b[^>]*>(.*?)</\1>", re.DOTALL)
_CELL_TAG = re.compile(r"<(th|td)\b([^>]*)>")
_TAG = re.compile(r"<[^>]*>")


class LabelledRows(msgspec.Struct, frozen=True):
    """The rows of a table, and the number of columns in its head."""

    html: Markup
    columns: int


def add_cell_labels(rows: Markup) -> LabelledRows:
    """The rows of a table from `<thead>` on, each body cell with its column's heading as `data-label`.

    Row headings (`th`) and cells that already have a label are left as they are. `rows` is escaped already.
    """
    head, end, body = str(rows).partition("</thead>")
    names = [_heading_text(heading[2]) for heading in _HEADING.finditer(head)]
    labelled = _ROW.sub(lambda row: _label_row(row[0], names), body)
    return LabelledRows(Markup(head + end + labelled), len(names))  # noqa: S704 - `rows` is markup already


def _heading_text(heading: str) -> str:
    return " ".join(_TAG.sub("", heading).split()).replace('"', "&quot;")


def _label_row(html: str, names: list[str]) -> str:
    remaining = iter(names)

    def cell(opening: re.Match[str]) -> str:
        name = next(remaining, "")
        if not name or opening[1] == "th" or "data-label" in opening[2]:
            return opening[0]
        return f'<td{opening[2]} data-label="{name}">'

    return _CELL_TAG.sub(cell, html)
