"""Movements as CSV for spreadsheets: one row per entry, with separate columns for amounts in and out.

The two columns have the same sum in every movement. Amounts have no sign, since a spreadsheet reads a cell
that begins with one as a formula.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from budgets.ledger.double_entry import Direction
from budgets.model import MOVEMENT_KIND_LABELS, EntryRecord, Fund, MovementRecord
from foundation.i18n import N_, translations
from foundation.money import spreadsheet_amount
from foundation.spreadsheets.writer import write_csv

HEADERS = (
    "postering",
    "dato",
    "registreret",
    "art",
    "pulje",
    "kontostreng",
    "bevilling",
    "konto",
    "mål",
    "ind",
    "ud",
    "tekst",
    "bilag",
    "tilbagefører",
    "tilbageført",
    "registreret_af",
)  # fmt: skip

ACCOUNT_LABELS = {
    "unallocated": N_("No goal yet"),
    "envelope": N_("For a goal"),
    "reserved": N_("Put aside"),
    "spent": N_("Spent"),
    "fund": N_("The fund"),
    "source": N_("The municipality"),
    "paid_out": N_("Paid out"),
    "returned": N_("Returned"),
    "expired": N_("Lapsed"),
}


def movements_csv(fund: Fund, movements: Iterable[MovementRecord]) -> bytes:
    """CSV in Danish whatever the reader's language, because it is imported into the finance system."""
    return write_csv(HEADERS, (row for movement in movements for row in _rows(fund, movement)))


def _rows(fund: Fund, movement: MovementRecord) -> Iterator[tuple[str | bool | date, ...]]:
    danish = translations("da").gettext
    for entry in movement.entries:
        yield (
            movement.id,
            movement.effective_on,
            f"{movement.at:%Y-%m-%dT%H:%M:%SZ}",
            danish(MOVEMENT_KIND_LABELS[movement.kind]),
            fund.name,
            fund.account_string,
            movement.grant_id or "",
            danish(ACCOUNT_LABELS[entry.kind]),
            entry.goal_id or "",
            *_in_and_out_columns(entry),
            movement.why,
            movement.receipt_id is not None,
            movement.reverses or "",
            movement.reversed,
            movement.actor_name,
        )


def _in_and_out_columns(entry: EntryRecord) -> tuple[str, str]:
    amount = spreadsheet_amount(entry.amount_ore)
    return (amount, "") if entry.direction is Direction.IN else ("", amount)
