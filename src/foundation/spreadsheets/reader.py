"""Reading spreadsheet files: any CSV or tab-separated text into validated rows.

Lenient about the format and strict about the content: either every row is valid, or SpreadsheetErrors lists
all errors.
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
# opened with another separator than the file's own. An apostrophe in front makes it text; reading removes it.
_FORMULA = r"(?='*[=+\-@＝＋－＠])"
_CELL_START = r"((?:^|[;,|\t\r\n])[\s\"]*)"
_FORMULA_CELL_START = re.compile(_CELL_START + _FORMULA)
_ESCAPED_FORMULA_START = re.compile(_CELL_START + "'" + _FORMULA)
_DIGRAPHS = str.maketrans({"å": "aa", "æ": "ae", "ø": "oe"})


class ColumnSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A column of a spreadsheet. It must exist unless `optional`; its cells may be empty unless `required`."""

    name: str  # Danish header; case, spaces for underscores, and aa/ae/oe for å/æ/ø don't matter
    field: str  # the key of its value in `Row.values`
    cell: CellType
    empty: Any = ""  # the value of an empty cell
    required: bool = False
    optional: bool = False  # without the column, rows have no such value


class Row(msgspec.Struct, frozen=True):
    """One parsed row: its number as the spreadsheet shows it (the header is row 1) and a value for each
    field.
    """

    number: int
    values: dict[str, Any]


class Spreadsheet(msgspec.Struct, frozen=True, kw_only=True):
    """A valid file. Notices say what was left out; column names are as the file spells them."""

    file: str
    rows: tuple[Row, ...]
    columns: dict[str, str]  # field → header
    notices: tuple[SpreadsheetIssue, ...] = ()


class _Record(NamedTuple):
    number: int
    cells: list[str]  # cleaned, without trailing empty ones
    width: int  # number of cells, trailing empty ones included


def read_spreadsheet(
    content: bytes, *, columns: Sequence[ColumnSpec], file_name: str, unique: tuple[str, ...] = ()
) -> Spreadsheet:
    """The rows of a file. Raises SpreadsheetErrors with every error in it.

    No two rows may have the same values in all the `unique` fields, ignoring case. Empty rows are skipped.
    """
    file_name = quoted(file_name)
    text = decode_spreadsheet(content, file_name)
    errors, notices = ErrorCollector(file_name), ErrorCollector(file_name)
    number = 0
    records = _records(text, _detect_separator(text, columns), errors)
    header = next(records, _Record(1, [], 0)).cells
    columns_by_position = _match_columns(header, columns, errors, notices)
    headers = {column.field: header[position] for position, column in columns_by_position.items()}
    rows: list[Row] = []
    first_rows: dict[str, int] = {}
    short: list[int] = []
    for number, record, width in records:
        if len(rows) == ROWS_MAX:
            errors.add(
                N_("The file has more than %(limit)d rows. Split it into several files."), limit=ROWS_MAX
            )
            break
        if len(record) > len(header):
            errors.add(
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
        values = _parse_row(record, number, columns_by_position, header, errors)
        key = tuple(str(values[field]) for field in unique if field in values)
        if key and (first := first_rows.setdefault("\n".join(key).casefold(), number)) != number:
            errors.add(
                N_("'%(value)s' is in row %(first)d already. Each may stand there once."),
                row=number,
                column=headers[unique[0]],
                value=quoted(" – ".join(key)),
                first=first,
            )
        rows.append(Row(number, values))
    if short and short[-1] == number and not text.endswith(("\n", "\r")):
        errors.add(N_("The file ends in the middle of this row. Save or fetch it again."), row=number)
    if errors:
        raise SpreadsheetErrors(errors.all())
    if short:
        # Not an error: Excel leaves out the last separators where a block of rows ends in empty cells.
        notices.add(
            N_(
                "Rows that end early: %(count)d, the first is row %(first)d. What they lack was read as empty."
            ),
            count=len(short),
            first=short[0],
        )
    return Spreadsheet(file=file_name, rows=tuple(rows), columns=headers, notices=notices.all())


def _records(text: str, separator: str, errors: ErrorCollector) -> Iterator[_Record]:
    """Each non-empty row, cleaned, with its number; the first is the header."""
    lines = StringIO(text, newline="")
    if re.match(r"sep=.\r?\n", text, re.IGNORECASE):  # Excel's hint, which it doesn't show as a row
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
    """The separator that finds the most columns in the header."""
    names = {_fold_header(column.name) for column in columns}

    def matching_columns(separator: str) -> int:
        header = next(_records(text, separator, ErrorCollector("")), _Record(1, [], 0))
        return len(names & {_fold_header(cell) for cell in header.cells})

    return max(SEPARATORS, key=matching_columns)


def _fold_header(header: str) -> str:
    return re.sub(r"[\s_-]+", "_", header.casefold().translate(_DIGRAPHS))


def _match_columns(
    header: Sequence[str], columns: Sequence[ColumnSpec], errors: ErrorCollector, notices: ErrorCollector
) -> dict[int, ColumnSpec]:
    """The columns by position. Missing and repeated columns are errors, unknown ones are skipped with a
    notice.
    """
    known = {_fold_header(column.name): column for column in columns}
    columns_by_position: dict[int, ColumnSpec] = {}
    unknown: list[str] = []
    for position, cell in enumerate(header):
        column = known.get(_fold_header(cell))
        if column is None:
            unknown += [quoted(cell)] if cell else []
        elif column in columns_by_position.values():
            errors.add(N_("The column is there twice. Take one of them out."), row=1, column=quoted(cell))
        else:
            columns_by_position[position] = column
    missing = [
        column.name
        for column in columns
        if not column.optional and column not in columns_by_position.values()
    ]
    if not columns_by_position:
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
    return columns_by_position


def _parse_row(
    record: Sequence[str],
    number: int,
    columns_by_position: dict[int, ColumnSpec],
    header: Sequence[str],
    errors: ErrorCollector,
) -> dict[str, Any]:
    """The value of each field in a row; an invalid cell is recorded as an error and has no value."""
    values: dict[str, Any] = {}
    for position, column in columns_by_position.items():
        text = record[position] if position < len(record) else ""
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
        except CellError as error:
            errors.add(error.message, row=number, column=header[position], **error.values)
    return values
