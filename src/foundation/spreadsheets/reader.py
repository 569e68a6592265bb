"""Spreadsheet files of a municipality: any CSV or tab-separated text into checked rows, and rows into Danish CSV.

Reading takes whatever a spreadsheet saves and is strict about what it says: either every row is right, or
SpreadsheetErrors names everything that is not. Writing gives what Danish Excel opens with a double click.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import Any, NamedTuple

import msgspec

from foundation.i18n import N_
from foundation.spreadsheets.cells import CellType, clean_cell
from foundation.spreadsheets.decoding import decode_spreadsheet
from foundation.spreadsheets.errors import (
    CellError,
    ErrorCollector,
    SpreadsheetErrors,
    SpreadsheetIssue,
    quoted,
)

ROWS_MAX = 200_000
COLUMNS_MAX = 500
CELL_LENGTH_MAX = 2_000  # characters
SEPARATORS = (";", ",", "\t")

# A spreadsheet runs a cell that starts with one of these as a formula (OWASP, "CSV Injection"), also when it was
# opened with another separator than the file's own. An apostrophe in front makes it text; reading takes it off.
_FORMULA = r"(?='*[=+\-@＝＋－＠])"
_CELL_START = r"((?:^|[;,|\t\r\n])[\s\"]*)"
_FORMULA_CELL_START = re.compile(_CELL_START + _FORMULA)
_ESCAPED_FORMULA_START = re.compile(_CELL_START + "'" + _FORMULA)
_DIGRAPHS = str.maketrans({"å": "aa", "æ": "ae", "ø": "oe"})


class ColumnSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A column of a sheet. It must be there unless `optional`; its cells may be empty unless `needed`."""

    name: str  # Danish header; case, spaces for underscores, and aa/ae/oe for å/æ/ø don't matter
    field: str  # what the row's value is called in the code
    cell: CellType
    empty: Any = ""  # what an empty cell means
    required: bool = False
    optional: bool = False  # a row of a sheet without the column has no such value


class Row(msgspec.Struct, frozen=True):
    """One row, read: the number that the spreadsheet shows (the header is row 1) and a value for each field."""

    number: int
    values: dict[str, Any]


class Spreadsheet(msgspec.Struct, frozen=True, kw_only=True):
    """A file in which everything is right. Notices tell what was left out; the columns are as the file spells them."""

    file: str
    rows: tuple[Row, ...]
    columns: dict[str, str]  # field → header
    notices: tuple[SpreadsheetIssue, ...] = ()


class _Record(NamedTuple):
    number: int
    cells: list[str]  # cleaned, without the empty ones at the end
    width: int  # cells with those


def read_spreadsheet(
    content: bytes, *, columns: Sequence[ColumnSpec], file_name: str, unique: tuple[str, ...] = ()
) -> Spreadsheet:
    """The rows of a file, or every fault in it.

    No two rows may have the same values in all the `unique` fields, whatever the case. Rows with nothing in them are passed over.
    Raises SpreadsheetErrors.
    """
    file_name = quoted(file_name)
    text = decode_spreadsheet(content, file_name)
    faults, notices = ErrorCollector(file_name), ErrorCollector(file_name)
    number = 0
    records = _records(text, _detect_separator(text, columns), faults)
    header = next(records, _Record(1, [], 0)).cells
    places = _match_columns(header, columns, faults, notices)
    headers = {column.field: header[place] for place, column in places.items()}
    rows: list[Row] = []
    first_rows: dict[str, int] = {}
    short: list[int] = []
    for number, record, width in records:
        if len(rows) == ROWS_MAX:
            faults.add(
                N_("The file has more than %(limit)d rows. Split it into several files."), limit=ROWS_MAX
            )
            break
        if len(record) > len(header):
            faults.add(
                N_(
                    "The row has %(cells)d cells, but there are %(headers)d headers. Is there a separator too many?"
                ),
                row=number,
                cells=len(record),
                headers=len(header),
            )
            continue
        if width < len(header):
            short.append(number)
        values = _parse_row(record, number, places, header, faults)
        key = tuple(str(values[field]) for field in unique if field in values)
        if key and (first := first_rows.setdefault("\n".join(key).casefold(), number)) != number:
            faults.add(
                N_("'%(value)s' is in row %(first)d already. Each may stand there once."),
                row=number,
                column=headers[unique[0]],
                value=quoted(" – ".join(key)),
                first=first,
            )
        rows.append(Row(number, values))
    if short and short[-1] == number and not text.endswith(("\n", "\r")):
        faults.add(N_("The file ends in the middle of this row. Save or fetch it again."), row=number)
    if faults:
        raise SpreadsheetErrors(faults.all())
    if short:
        # Excel leaves out the last separators where a block of rows ends in empty cells.
        notices.add(
            N_(
                "Rows that end early: %(count)d, the first is row %(first)d. What they lack was read as empty."
            ),
            count=len(short),
            first=short[0],
        )
    return Spreadsheet(file=file_name, rows=tuple(rows), columns=headers, notices=notices.all())


def _records(text: str, separator: str, errors: ErrorCollector) -> Iterator[_Record]:
    """Each row that holds something, cleaned, with its number; the first is the header."""
    lines = StringIO(text, newline="")
    if re.match(r"sep=.\r?\n", text, re.IGNORECASE):  # Excel's own hint, which it does not show as a row
        lines.readline()
    reader = csv.reader(lines, delimiter=separator, strict=True, skipinitialspace=separator != "\t")
    number = 0
    while True:
        number += 1
        try:
            raw = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "field limit" in str(error):
                message = N_(
                    "A cell is far too long; perhaps a quotation mark is not closed. No more rows were read."
                )
            else:
                message = N_(
                    "A quotation mark that opens here is not closed before a separator. No more rows were read."
                )
            errors.add(message, row=number)
            return
        if len(raw) > COLUMNS_MAX:
            errors.add(N_("The row has more than %(limit)d cells."), row=number, limit=COLUMNS_MAX)
            return
        cells = [clean_cell(cell) for cell in raw]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield _Record(number, cells, len(raw))


def _detect_separator(text: str, columns: Sequence[ColumnSpec]) -> str:
    """The separator that finds most of the columns in the header."""
    names = {_fold_header(column.name) for column in columns}

    def found(separator: str) -> int:
        header = next(_records(text, separator, ErrorCollector("")), _Record(1, [], 0))
        return len(names & {_fold_header(cell) for cell in header.cells})

    return max(SEPARATORS, key=found)


def _fold_header(header: str) -> str:
    return re.sub(r"[\s_-]+", "_", header.casefold().translate(_DIGRAPHS))


def _match_columns(
    header: Sequence[str], columns: Sequence[ColumnSpec], errors: ErrorCollector, notices: ErrorCollector
) -> dict[int, ColumnSpec]:
    """Which column stands where. Missing and doubled columns are faults, unknown ones are left out with a notice."""
    known = {_fold_header(column.name): column for column in columns}
    places: dict[int, ColumnSpec] = {}
    unknown: list[str] = []
    for place, cell in enumerate(header):
        column = known.get(_fold_header(cell))
        if column is None:
            unknown += [quoted(cell)] if cell else []
        elif column in places.values():
            errors.add(N_("The column is there twice. Take one of them out."), row=1, column=quoted(cell))
        else:
            places[place] = column
    missing = [column.name for column in columns if not column.optional and column not in places.values()]
    if not places:
        errors.add(
            N_("None of the columns is there. The first row must hold: %(columns)s."),
            columns="; ".join(missing),
        )
    else:
        for name in missing:
            errors.add(N_("The column is missing. Add it; its cells may be empty."), column=name)
    if unknown:
        notices.add(
            N_("These columns are not known and were left out: %(columns)s."), columns=", ".join(unknown)
        )
    return places


def _parse_row(
    record: Sequence[str],
    number: int,
    columns_by_position: dict[int, ColumnSpec],
    header: Sequence[str],
    errors: ErrorCollector,
) -> dict[str, Any]:
    """The value of each field in a row; a cell that cannot be read becomes a fault and has none."""
    values: dict[str, Any] = {}
    for place, column in columns_by_position.items():
        text = record[place] if place < len(record) else ""
        try:
            if len(text) > CELL_LENGTH_MAX:
                raise CellError(
                    N_("The text has %(length)d characters; %(limit)d is the most."),
                    length=len(text),
                    limit=CELL_LENGTH_MAX,
                )
            if text:
                values[column.field] = column.cell.parse(_ESCAPED_FORMULA_START.sub(r"\1", text))
            elif column.required:
                raise CellError(N_("The cell is empty. It must be filled in."))
            else:
                values[column.field] = column.empty
        except CellError as fault:
            errors.add(fault.message, row=number, column=header[place], **fault.values)
    return values
