"""The ledger as CSV for Danish spreadsheets and as JSON, both as streams of chunks."""

from collections.abc import Iterator
from datetime import date
from itertools import islice

import msgspec

from budgets.export.journal import (
    BY_CITIZEN,
    Checkpoint,
    Journal,
    JournalAccount,
    JournalEntry,
    JournalMovement,
)
from budgets.ledger.double_entry import Direction
from budgets.model import MOVEMENT_KIND_LABELS
from budgets.records.movements_csv import ACCOUNT_LABELS
from foundation.i18n import translations
from foundation.money import spreadsheet_amount
from foundation.spreadsheets.writer import write_csv_chunks
from plans.model import THEME_NAMES, Theme

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
    "tema",
    "ind",
    "ud",
    "tekst",
    "bilag",
    "tilbagefører",
    "registreret_af",
)  # fmt: skip
CHUNK_LINES = 500  # lines per chunk


def csv_chunks(journal: Journal) -> Iterator[bytes]:
    """CSV with Danish labels, dates and numbers: a row for each entry;

    `ind` and `ud` of a movement have the same sum.
    """
    return write_csv_chunks(HEADERS, (row for movement in journal.movements for row in _rows(movement)))


def _rows(movement: JournalMovement) -> Iterator[tuple[str | bool | date, ...]]:
    danish = translations("da").gettext
    for entry in movement.entries:
        account, amount = entry.account, spreadsheet_amount(entry.amount_ore)
        yield (
            movement.id,
            movement.effective_on,
            f"{movement.at:%Y-%m-%dT%H:%M:%SZ}",
            danish(MOVEMENT_KIND_LABELS[movement.kind]),
            account.fund_name,
            account.account_string,
            account.grant_id or "",
            danish(ACCOUNT_LABELS[account.kind]),
            account.goal_id or "",
            "" if account.theme is None else danish(THEME_NAMES[Theme(account.theme)]),
            *((amount, "") if entry.direction is Direction.IN else ("", amount)),
            movement.why,
            movement.receipt_id is not None,
            movement.reverses or "",
            "borger" if movement.by == BY_CITIZEN else movement.by,
        )


def json_chunks(journal: Journal) -> Iterator[bytes]:
    """One JSON object, a line per record, amounts in whole øre; keys: docs/reference/ledger-exports.md."""
    encode = msgspec.json.Encoder().encode
    yield b'{"currency":"DKK","unit":"ore","ends_on":%b' % encode(journal.ends_on)
    lists: tuple[tuple[bytes, Iterator[object]], ...] = (
        (b"accounts", (_account_fields(opening.account, opening.opened_on) for opening in journal.openings)),
        (b"movements", map(_movement_fields, journal.movements)),
        (b"months", map(_balance_fields, journal.months)),
        (b"balances", map(_balance_fields, journal.closing)),
    )
    for name, values in lists:
        yield b',\n"%b":[' % name
        separator = b"\n"
        while lines := [encode(value) for value in islice(values, CHUNK_LINES)]:
            yield separator + b",\n".join(lines)
            separator = b",\n"
        yield b"]"
    yield b"}\n"


def _account_fields(account: JournalAccount, opened_on: date) -> dict[str, object]:
    return {"opened_on": opened_on} | msgspec.structs.asdict(account)


def _movement_fields(movement: JournalMovement) -> dict[str, object]:
    return msgspec.structs.asdict(movement) | {
        "entries": [_entry_fields(entry) for entry in movement.entries]
    }


def _entry_fields(entry: JournalEntry) -> dict[str, object]:
    return {
        "account_id": entry.account.id,
        "direction": entry.direction,
        "amount_ore": entry.amount_ore,
    }


def _balance_fields(checkpoint: Checkpoint) -> dict[str, object]:
    return {"account_id": checkpoint.account.id, "on": checkpoint.on, "balance_ore": checkpoint.balance_ore}


def text_chunks(lines: Iterator[str]) -> Iterator[bytes]:
    """Lines as UTF-8, with line ends, in chunks of CHUNK_LINES."""
    while chunk := list(islice(lines, CHUNK_LINES)):
        yield ("\n".join(chunk) + "\n").encode()
