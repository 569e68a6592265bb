"""The ledger as a file for Beancount (beancount.github.io, "Language Syntax"), which then checks what we say accounts hold.

Money that funds hold is assets, what was spent is expenses, and where it came from or went back to is equity. A balance is
asserted for the morning after, to the øre, at the end of each month and at the end of all.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from heapq import merge
from itertools import chain

from budgets.export.account_names import account_path, escape_line, format_amount, name_part
from budgets.export.hledger import CURRENCY, movement_metadata
from budgets.export.journal import Checkpoint, Journal, JournalAccount, JournalMovement
from budgets.ledger.double_entry import AccountKind

_ROOTS = {
    AccountKind.SOURCE: "Equity",
    AccountKind.RETURNED: "Equity",
    AccountKind.EXPIRED: "Equity",
    AccountKind.SPENT: "Expenses",
    AccountKind.PAID_OUT: "Expenses",
}  # the others are assets

_Block = tuple[date, bool, tuple[str, ...]]  # the day, whether it closes the day, the lines


def beancount_lines(journal: Journal) -> Iterator[str]:
    """The file line by line, without line ends: options, then everything in the order of its day."""
    yield 'option "title" "Livsmester"'
    yield f'option "operating_currency" "{CURRENCY}"'
    for opening in journal.openings:
        yield f"{opening.opened_on} open {_name(opening.account)} {CURRENCY}"
    movements: Iterator[_Block] = ((one.effective_on, False, _movement(one)) for one in journal.movements)
    checks: Iterator[_Block] = (
        (one.on, True, _balance_assertion(one)) for one in chain(journal.months, journal.closing)
    )
    for _, closes_the_day, lines in merge(movements, checks, key=lambda block: block[:2]):
        if not closes_the_day:
            yield ""
        yield from lines


def _name(account: JournalAccount) -> str:
    root = _ROOTS.get(account.kind, "Assets")
    return ":".join((root, f"Pulje-{name_part(account.fund_name)}", *account_path(account)))


def _quote(text: str) -> str:
    escaped = escape_line(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _movement(movement: JournalMovement) -> tuple[str, ...]:
    return (
        f"{movement.effective_on} * {_quote(movement.kind)} {_quote(movement.why)}",
        f"  id: {_quote(movement.id)}",
        *(f"  {name}: {_quote(value)}" for name, value in movement_metadata(movement)),
        *(
            f"  {_name(entry.account)}  {format_amount(entry.change_ore)} {CURRENCY}"
            for entry in movement.entries
        ),
    )


def _balance_assertion(checkpoint: Checkpoint) -> tuple[str]:
    morning_after = checkpoint.on + timedelta(days=1)
    return (
        f"{morning_after} balance {_name(checkpoint.account)}  {format_amount(checkpoint.balance_ore)} ~ 0 {CURRENCY}",
    )
