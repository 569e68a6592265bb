"""Writing CSV: semicolons, a byte order mark, and cells that no spreadsheet takes for a formula."""

import codecs
import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from io import StringIO
from itertools import chain, islice

from foundation.spreadsheets.cells import Writable
from foundation.spreadsheets.decoding import without_control
from foundation.spreadsheets.reader import _FORMULA_START

ROWS_WRITTEN_AT_ONCE = 500


def write_sheet(headers: Sequence[str], rows: Iterable[Sequence[Writable]]) -> bytes:
    """CSV for Danish Excel: UTF-8 with BOM, semicolons, CRLF, decimal comma, dd-mm-yyyy, ja/nej, and no formulas."""
    return b"".join(write_sheet_rows(headers, rows))


def write_sheet_rows(headers: Sequence[str], rows: Iterable[Sequence[Writable]]) -> Iterator[bytes]:
    """The same file in pieces, while its rows are being read: for more rows than the memory should hold."""
    yield codecs.BOM_UTF8
    for some in _batches(chain([headers], ([_written(cell) for cell in row] for row in rows))):
        text = StringIO(newline="")
        csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(some)
        yield text.getvalue().encode()


def _batches(rows: Iterator[Sequence[str]]) -> Iterator[list[Sequence[str]]]:
    while some := list(islice(rows, ROWS_WRITTEN_AT_ONCE)):
        yield some


def _written(cell: Writable) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "ja" if cell else "nej"
        case date():
            return f"{cell:%d-%m-}{cell.year:04d}"
        case float():
            return f"{Decimal(repr(cell)):f}".replace(".", ",")
        case int():
            return str(cell)
    return _FORMULA_START.sub(r"\1'", without_control(cell))
