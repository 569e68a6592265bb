"""The finance system's sheet of postings, read strictly: every line right, or every fault by row and column."""

from typing import Any

from budgets.reconciliation.matching import FinanceLine, OwnLine, Reconciled
from foundation.i18n import N_, translations
from foundation.money import AMOUNT_ORE_MAX, AmountFault, parse_ore, plain_amount
from foundation.spreadsheets.cells import DATE, Cell, text_cell
from foundation.spreadsheets.errors import CellFault, Fault, SheetFaults
from foundation.spreadsheets.reader import Column, read_sheet
from foundation.spreadsheets.writer import write_sheet

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


def _read_signed_ore(text: str) -> int:
    """An amount with a minus in front or behind, as finance systems write what came back."""
    plain = text.replace("−", "-").strip()
    came_back = plain.startswith("-") or plain.endswith("-")
    try:
        amount_ore = parse_ore(plain.removeprefix("-").removesuffix("-"), most_ore=AMOUNT_ORE_MAX)
    except AmountFault as fault:
        raise CellFault(fault.text.message, **fault.text.values) from None
    return -amount_ore if came_back else amount_ore


SIGNED_AMOUNT = Cell(_read_signed_ore, plain_amount)

FINANCE_COLUMNS = (
    Column(name="kontostreng", field="account_string", cell=text_cell(80), needed=True),
    Column(name="dato", field="posted_on", cell=DATE, needed=True),
    Column(name="beløb", field="amount_ore", cell=SIGNED_AMOUNT, needed=True),
    Column(name="tekst", field="text", cell=text_cell(500)),
    Column(name="bilagsnummer", field="voucher", cell=text_cell(80)),
)


def read_finance(content: bytes, file_name: str) -> tuple[FinanceLine, ...]:
    """The lines of a file, at least one. Raises SheetFaults with everything that is wrong."""
    sheet = read_sheet(content, columns=FINANCE_COLUMNS, file_name=file_name)
    if not sheet.rows or len(sheet.rows) > LINES_MAX:
        message = (
            N_("The file has more than %(limit)d rows. Split it into several files.")
            if sheet.rows
            else N_("There are no lines below the headers.")
        )
        raise SheetFaults([Fault(file=sheet.file, message=message, values={"limit": LINES_MAX})])
    return tuple(FinanceLine(row=row.number, **row.values) for row in sheet.rows)


def differences_file(found: Reconciled) -> bytes:
    """CSV of all that does not match. Amounts have no sign, which a spreadsheet would take for a formula."""
    danish = translations("da").gettext
    rows: list[tuple[Any, ...]] = [
        (danish(N_("Differs")), *_there(pair.line), *_here(pair.own)) for pair in found.differing
    ]
    rows += [(danish(N_("Only in the finance system")), *_there(line)) for line in found.only_there]
    nothing = ("",) * 6
    rows += [(danish(N_("Only here")), *nothing, *_here(own)) for own in found.only_here]
    return write_sheet(DIFFERENCE_HEADERS, rows)


def _there(line: FinanceLine) -> tuple[Any, ...]:
    return (line.account_string, line.posted_on, *_amount(line.amount_ore), line.text, line.voucher)


def _here(own: OwnLine) -> tuple[Any, ...]:
    amount = _amount(own.amount_ore)
    return (own.grant_id, own.movement_id, own.account_string, own.effective_on, *amount, own.why)


def _amount(amount_ore: int) -> tuple[str, str]:
    return plain_amount(abs(amount_ore)), "ud" if amount_ore > 0 else "retur"
