"""Writing CSV for Danish Excel: semicolons, a byte order mark, and no cell that is run as a formula."""

import codecs
import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from io import StringIO
from itertools import chain, islice

from foundation.spreadsheets.cells import CellValue
from foundation.spreadsheets.decoding import replace_control_characters
from foundation.spreadsheets.reader import _FORMULA_CELL_START

ROWS_PER_CHUNK = 500


def write_csv(headers: Sequence[str], rows: Iterable[Sequence[CellValue]]) -> bytes:
    """CSV for Danish Excel: UTF-8 with BOM, semicolons, CRLF, decimal comma, dd-mm-yyyy, ja/nej, and no formulas."""
    return b"".join(write_csv_chunks(headers, rows))


def write_csv_chunks(headers: Sequence[str], rows: Iterable[Sequence[CellValue]]) -> Iterator[bytes]:
    """The same file in chunks, produced while the rows are read, so that they need not all fit in memory."""
    # Excel takes a CSV file without it for Windows-1252.
    yield codecs.BOM_UTF8
    for batch in _batches(chain([headers], ([_csv_text(cell) for cell in row] for row in rows))):
        text = StringIO(newline="")
        csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(batch)
        yield text.getvalue().encode()


def _batches(rows: Iterator[Sequence[str]]) -> Iterator[list[Sequence[str]]]:
    while batch := list(islice(rows, ROWS_PER_CHUNK)):
        yield batch


def _csv_text(cell: CellValue) -> str:
    match cell:
        case None:
            return ""
        # Before `int`, because every bool is an int too.
        case bool():
            return "ja" if cell else "nej"
        case date():
            # Not %Y, which leaves out leading zeros on Linux.
            return f"{cell:%d-%m-}{cell.year:04d}"
        case float():
            # Through Decimal, because a float's own text may have an exponent.
            return f"{Decimal(repr(cell)):f}".replace(".", ",")
        case int():
            return str(cell)
    # `decode_spreadsheet` would refuse the file again if control characters stayed in it.
    return _FORMULA_CELL_START.sub(r"\1'", replace_control_characters(cell))
