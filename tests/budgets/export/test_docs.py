"""The worked export in docs/reference/ledger-exports.md is what the code writes, and the tools accept it."""

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from beancount import loader

from budgets.export.beancount import beancount_lines
from budgets.export.csv_json import csv_chunks, json_chunks, text_chunks
from budgets.export.hledger import hledger_lines
from budgets.export.journal import (
    AccountOpening,
    Checkpoint,
    Journal,
    JournalAccount,
    JournalEntry,
    JournalMovement,
)
from budgets.ledger.double_entry import AccountKind, Direction, MovementKind
from tests.support.paths import ROOT

PAGE = ROOT / "docs" / "reference" / "ledger-exports.md"
FIRST, BOUGHT, END = date(2026, 1, 1), date(2026, 2, 3), date(2026, 2, 28)


def account(kind: AccountKind, goal: str | None = None, theme: str | None = None) -> JournalAccount:
    of_fund = kind in {AccountKind.SOURCE, AccountKind.FUND}
    grant = None if of_fund else "g1"
    return JournalAccount(
        str(kind), kind, "f1", "Livsmestermidler 2026", "5-38-52-4-300", grant, goal, theme, None
    )


SOURCE, FREE = account(AccountKind.SOURCE), account(AccountKind.FUND)
UNALLOCATED = account(AccountKind.UNALLOCATED)
LEFT = account(AccountKind.ENVELOPE, "m1")
SPENT = account(AccountKind.SPENT, "m1", "self_care")


def movement(
    number: int, kind: MovementKind, start: JournalAccount, end: JournalAccount, amount_ore: int, day: date,
    why: str = "",
) -> JournalMovement:  # fmt: skip
    return JournalMovement(
        f"b{number}", kind, "f1", end.grant_id, None, None, None, day,
        datetime(day.year, day.month, day.day, 9, 30, tzinfo=UTC), "p1", why,
        (JournalEntry(start, Direction.OUT, amount_ore), JournalEntry(end, Direction.IN, amount_ore)),
    )  # fmt: skip


def example_journal() -> Journal:
    january = {SOURCE: -10_000_00, FREE: 8_000_00, UNALLOCATED: 150_00, LEFT: 1_850_00}
    at_the_end = january | {LEFT: 1_600_50, SPENT: 249_50}
    return Journal(
        END,
        (AccountOpening(own, FIRST if own in january else BOUGHT) for own in at_the_end),
        iter(
            [
                movement(1, MovementKind.ENDOW, SOURCE, FREE, 10_000_00, FIRST),
                movement(2, MovementKind.GRANT, FREE, UNALLOCATED, 2_000_00, FIRST),
                movement(3, MovementKind.ALLOCATE, UNALLOCATED, LEFT, 1_850_00, FIRST),
                movement(4, MovementKind.SPEND, LEFT, SPENT, 249_50, BOUGHT, why="Briller; og hætte"),
            ]
        ),
        (Checkpoint(own, date(2026, 1, 31), balance_ore) for own, balance_ore in january.items()),
        (Checkpoint(own, END, balance_ore) for own, balance_ore in at_the_end.items()),
    )


WRITERS: dict[str, Callable[[Journal], Iterator[bytes]]] = {
    "csv": csv_chunks,
    "json": json_chunks,
    "hledger": lambda journal: text_chunks(hledger_lines(journal)),
    "beancount": lambda journal: text_chunks(beancount_lines(journal)),
}


@pytest.mark.parametrize("form", WRITERS)
def test_the_page_shows_what_is_written(form: str) -> None:
    example = re.search(rf"```{form}\n(.*?)```", PAGE.read_text(), re.DOTALL)
    written = b"".join(WRITERS[form](example_journal())).decode("utf-8-sig").replace("\r\n", "\n")
    assert example is not None
    assert example[1] == written


def test_the_tools_accept_what_the_page_shows(hledger: Path) -> None:
    text = b"".join(WRITERS["hledger"](example_journal())).decode()
    checked = subprocess.run(
        [hledger, "-f", "-", "check", "--strict", "ordereddates"],
        input=text, text=True, check=False, env=os.environ | {"LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    assert checked.returncode == 0
    assert loader.load_string("\n".join(beancount_lines(example_journal())), dedent=False)[1] == []
