"""Movements as a file for a spreadsheet: one row per entry, what came in and what went out in columns of their own.

The two columns have the same sum in every movement. A sign would not do: a spreadsheet takes a cell that begins with one
for a formula.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from budgets.ledger.double_entry import Direction
from budgets.model import KIND_NAMES, Event, EventEntry, Fund
from foundation.i18n import N_, translations
from foundation.money import plain_amount
from foundation.spreadsheets.writer import write_sheet

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

ACCOUNT_NAMES = {
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


def movements_file(fund: Fund, events: Iterable[Event]) -> bytes:
    """CSV with Danish words, dates and numbers, whatever language the page has: it goes to the finance system."""
    return write_sheet(HEADERS, (row for event in events for row in _rows(fund, event)))


def _rows(fund: Fund, event: Event) -> Iterator[tuple[str | bool | date, ...]]:
    danish = translations("da").gettext
    for entry in event.entries:
        yield (
            event.id,
            event.effective_on,
            f"{event.at:%Y-%m-%dT%H:%M:%SZ}",
            danish(KIND_NAMES[event.kind]),
            fund.name,
            fund.account_string,
            event.grant_id or "",
            danish(ACCOUNT_NAMES[entry.kind]),
            entry.goal_id or "",
            *_in_and_out(entry),
            event.why,
            event.receipt_id is not None,
            event.reverses or "",
            event.reversed,
            event.actor_name,
        )


def _in_and_out(entry: EventEntry) -> tuple[str, str]:
    amount = plain_amount(entry.amount_ore)
    return (amount, "") if entry.direction is Direction.IN else ("", amount)
