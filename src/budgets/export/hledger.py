"""The ledger as a journal for hledger (hledger.org, "Journal format"), with balance assertions.

`hledger check --strict ordereddates` accepts it: accounts and the currency are declared, every movement sums
to zero, and transactions of 0.00 assert the balances at the end of each month and of the ledger.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from heapq import merge
from itertools import chain, groupby

from budgets.export.account_names import account_path, escape_line, format_amount, name_part
from budgets.export.journal import Checkpoint, Journal, JournalAccount, JournalMovement
from budgets.ledger.double_entry import AccountKind

CURRENCY = "DKK"
_TYPES = {AccountKind.SOURCE: "E", AccountKind.SPENT: "X", AccountKind.PAID_OUT: "X"}  # the others are assets

_Block = tuple[date, bool, Iterable[str]]  # the day, whether it comes last on that day, the lines


def hledger_lines(journal: Journal) -> Iterator[str]:
    """The lines of the journal, without line ends: declarations, then movements and assertions by day."""
    yield "; Livsmester: hele kroner og øre, én postering for hver bevægelse"
    yield "decimal-mark ."
    yield f"commodity 1000.00 {CURRENCY}"
    for opening in journal.openings:
        yield f"account {_name(opening.account)}  ; type: {_TYPES.get(opening.account.kind, 'A')}"
    by_day = groupby(chain(journal.months, journal.closing), key=lambda checkpoint: checkpoint.on)
    movements: Iterator[_Block] = (
        (movement.effective_on, False, _movement(movement)) for movement in journal.movements
    )
    assertions: Iterator[_Block] = (
        (day, True, _balance_assertion(day, checkpoints)) for day, checkpoints in by_day
    )
    for _, _, lines in merge(movements, assertions, key=lambda block: block[:2]):
        yield ""
        yield from lines


def _name(account: JournalAccount) -> str:
    return ":".join(("Puljer", name_part(account.fund_name), *account_path(account)))


def _movement(movement: JournalMovement) -> Iterator[str]:
    why = f" | {escape_line(movement.why)}" if movement.why else ""
    yield f"{movement.effective_on} * ({movement.id}) {movement.kind}{why}"
    for name, value in movement_metadata(movement):
        yield f"    ; {name}: {value}"
    for entry in movement.entries:
        yield f"    {_name(entry.account)}  {format_amount(entry.change_ore)} {CURRENCY}"


def movement_metadata(movement: JournalMovement) -> Iterator[tuple[str, str]]:
    """The names and values of a movement's metadata; empty values are left out."""
    yield "registered", f"{movement.at:%Y-%m-%dT%H:%M:%SZ}"
    yield "by", movement.by
    for name in ("grant_id", "request_id", "receipt_id", "reverses"):
        if value := getattr(movement, name):
            yield name.removesuffix("_id"), value


def _balance_assertion(on: date, checkpoints: Iterable[Checkpoint]) -> Iterator[str]:
    yield f"{on} * afstemning"
    for checkpoint in checkpoints:
        balance = f"{format_amount(checkpoint.balance_ore)} {CURRENCY}"
        yield f"    {_name(checkpoint.account)}  0.00 {CURRENCY} = {balance}"
