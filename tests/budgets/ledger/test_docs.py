"""The example in docs/concepts/ledger.md is what the ledger does."""

import re

from budgets.ledger.double_entry import (
    Account,
    AccountKind,
    Direction,
    Leg,
    Movement,
    MovementKind,
    apply,
    post,
)
from tests.support.budget_factory import NOW, TODAY
from tests.support.paths import ROOT

LEDGER = ROOT / "docs" / "concepts" / "ledger.md"


def legs(cell: str, direction: Direction) -> list[Leg]:
    return [Leg(name, direction, int(amount)) for name, amount in re.findall(r"(\w+) (\d+)", cell)]


def test_the_example_in_the_documentation_comes_out_as_written() -> None:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in LEDGER.read_text().splitlines()]
    head = next(number for number, row in enumerate(rows) if row[:3] == ["movement", "out of", "into"])
    shown = rows[head][3:]
    accounts = {kind.value: Account(kind.value, kind, "fund") for kind in AccountKind}
    done = 0
    for row in rows[head + 2 :]:
        if len(row) < len(rows[head]):
            break
        kind = MovementKind(row[0])
        moves = (*legs(row[1], Direction.OUT), *legs(row[2], Direction.IN))
        reverses = "the one before" if kind is MovementKind.REVERSE else None
        asked = Movement("m", kind, "fund", moves, "key", TODAY, NOW, None, reverses=reverses)
        accounts |= apply(accounts, post(asked, accounts))
        assert [accounts[name].balance_ore for name in shown] == [int(cell) for cell in row[3:]], row
        done += 1
    assert done == 6
