"""The ledger as a file for Beancount (beancount.github.io, "Language Syntax"), with balance assertions.

Unspent money is assets, spent money expenses, and where money came from or was returned to equity. Balances
are asserted, to the øre, at the end of each month and of the ledger. Beancount checks an assertion at the
start of its day, so an assertion has the date of the next day.
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

_Block = tuple[date, bool, tuple[str, ...]]  # the day, whether it comes last on that day, the lines


def beancount_lines(journal: Journal) -> Iterator[str]:
    """The lines of the file, without line ends: options, accounts, then movements and assertions by day."""
    yield 'option "title" "Livsmester"'
    yield f'option "operating_currency" "{CURRENCY}"'
    for opening in journal.openings:
        yield f"{opening.opened_on} open {_name(opening.account)} {CURRENCY}"
    movements: Iterator[_Block] = (
        (movement.effective_on, False, _movement(movement)) for movement in journal.movements
    )
    assertions: Iterator[_Block] = (
        (checkpoint.on, True, _balance_assertion(checkpoint))
        for checkpoint in chain(journal.months, journal.closing)
    )
    for _, is_assertion, lines in merge(movements, assertions, key=lambda block: block[:2]):
        if not is_assertion:
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
    next_day = checkpoint.on + timedelta(days=1)
    balance = format_amount(checkpoint.balance_ore)
    # `~ 0` makes it exact: otherwise Beancount tolerates a small difference.
    return (f"{next_day} balance {_name(checkpoint.account)}  {balance} ~ 0 {CURRENCY}",)
