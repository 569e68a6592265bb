"""Rows that can stand as cards: each cell of a table gets the name of its column, so that a phone shows it without the head."""

import re

import msgspec
from markupsafe import Markup

_ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
_HEADING = re.compile(r"<(th|td)\b[^>]*>(.*?)</\1>", re.DOTALL)
_CELL_TAG = re.compile(r"<(th|td)\b([^>]*)>")
_TAG = re.compile(r"<[^>]*>")


class LabelledRows(msgspec.Struct, frozen=True):
    """The rows of a table, and how many columns its head names."""

    html: Markup
    columns: int


def add_cell_labels(rows: Markup) -> LabelledRows:
    """The rows of a table from `<thead>` on, each cell below the head with its column's name as `data-label`.

    A row's own name (`th`) and a cell that has a label already stay as they are. What people wrote is escaped in `rows`.
    """
    head, end, body = str(rows).partition("</thead>")
    names = [_heading_text(found[2]) for found in _HEADING.finditer(head)]
    named = _ROW.sub(lambda row: _label_row(row[0], names), body)
    return LabelledRows(Markup(head + end + named), len(names))  # noqa: S704 - it came as markup


def _heading_text(heading: str) -> str:
    return " ".join(_TAG.sub("", heading).split()).replace('"', "&quot;")


def _label_row(html: str, names: list[str]) -> str:
    left = iter(names)

    def cell(opening: re.Match[str]) -> str:
        name = next(left, "")
        if not name or opening[1] == "th" or "data-label" in opening[2]:
            return opening[0]
        return f'<td{opening[2]} data-label="{name}">'

    return _CELL_TAG.sub(cell, html)
