"""The finance system's file of postings, parsed with every error reported, and the differences CSV."""

from typing import Any

from budgets.reconciliation.matching import FinanceLine, PurchaseLine, ReconciliationResult
from foundation.i18n import N_, translations
from foundation.money import AMOUNT_ORE_MAX, AmountError, parse_ore, spreadsheet_amount
from foundation.spreadsheets.cells import DATE, CellType, text_cell
from foundation.spreadsheets.errors import CellError, SpreadsheetErrors, SpreadsheetIssue
from foundation.spreadsheets.reader import ColumnSpec, read_spreadsheet
from foundation.spreadsheets.writer import write_csv

LINES_MAX = 20_000
DIFFERENCE_HEADERS = (
    "gruppe",
    "kontostreng",
    "dato",
    "beløb",
    "retning",
    "tekst",
    "bilagsnummer",
    "bevilling",
    "postering",
    "vores_kontostreng",
    "vores_dato",
    "vores_beløb",
    "vores_retning",
    "vores_tekst",
)  # fmt: skip


def _parse_signed_ore(text: str) -> int:
    """Parse an amount with a minus in front or behind, as finance systems write money that was returned."""
    plain = text.replace("−", "-").strip()
    is_negative = plain.startswith("-") or plain.endswith("-")
    try:
        amount_ore = parse_ore(plain.removeprefix("-").removesuffix("-"), limit_ore=AMOUNT_ORE_MAX)
    except AmountError as error:
        raise CellError(error.text.message, **error.text.values) from None
    return -amount_ore if is_negative else amount_ore


SIGNED_AMOUNT = CellType(_parse_signed_ore, spreadsheet_amount)

FINANCE_COLUMNS = (
    ColumnSpec(name="kontostreng", field="account_string", cell=text_cell(80), required=True),
    ColumnSpec(name="dato", field="posted_on", cell=DATE, required=True),
    ColumnSpec(name="beløb", field="amount_ore", cell=SIGNED_AMOUNT, required=True),
    ColumnSpec(name="tekst", field="text", cell=text_cell(500)),
    ColumnSpec(name="bilagsnummer", field="voucher", cell=text_cell(80)),
)


def parse_finance_file(content: bytes, file_name: str) -> tuple[FinanceLine, ...]:
    """The lines of a file, from 1 to LINES_MAX. Raises SpreadsheetErrors with every error in it."""
    sheet = read_spreadsheet(content, columns=FINANCE_COLUMNS, file_name=file_name)
    if not sheet.rows or len(sheet.rows) > LINES_MAX:
        message = (
            N_("The file has more than %(limit)d rows. Split it into several files.")
            if sheet.rows
            else N_("There are no lines below the headers.")
        )
        raise SpreadsheetErrors(
            [SpreadsheetIssue(file=sheet.file, message=message, values={"limit": LINES_MAX})]
        )
    return tuple(FinanceLine(row=row.number, **row.values) for row in sheet.rows)


def differences_csv(result: ReconciliationResult) -> bytes:
    """CSV of all differences. Amounts have no sign, which a spreadsheet would read as a formula."""
    # Danish whatever the officer's language, like the headers.
    danish = translations("da").gettext
    rows: list[tuple[Any, ...]] = [
        (danish(N_("Differs")), *_finance_cells(pair.line), *_purchase_cells(pair.purchase))
        for pair in result.differing
    ]
    rows += [(danish(N_("Only in the finance system")), *_finance_cells(line)) for line in result.only_there]
    no_line = ("",) * 6
    rows += [(danish(N_("Only here")), *no_line, *_purchase_cells(purchase)) for purchase in result.only_here]
    return write_csv(DIFFERENCE_HEADERS, rows)


def _finance_cells(line: FinanceLine) -> tuple[Any, ...]:
    return (line.account_string, line.posted_on, *_amount_cells(line.amount_ore), line.text, line.voucher)


def _purchase_cells(purchase: PurchaseLine) -> tuple[Any, ...]:
    amount = _amount_cells(purchase.amount_ore)
    return (
        purchase.grant_id,
        purchase.movement_id,
        purchase.account_string,
        purchase.effective_on,
        *amount,
        purchase.why,
    )


def _amount_cells(amount_ore: int) -> tuple[str, str]:
    return spreadsheet_amount(abs(amount_ore)), "ud" if amount_ore > 0 else "retur"
