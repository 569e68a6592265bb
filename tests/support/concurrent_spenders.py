"""Processes of their own that spend from the factory's envelope, and what became of the ledger under them."""

import subprocess
import sys
from contextlib import closing

from sqlalchemy import Engine, select

from budgets import tables as t
from budgets.ledger import verify as ledger_verify
from budgets.ledger.verify import rule_violations
from foundation.crypto.hash_chain import verify
from foundation.db.transactions import read_transaction
from tests.support.budget_factory import FUND, ledger_totals
from tests.support.paths import ROOT


def start_spenders(url: str, amount_ore: int, processes: int, threads: int) -> list[subprocess.Popen[str]]:
    """So many processes, all loaded and waiting for the word."""
    command = [sys.executable, "-m", "tests.support.spender_process", url, str(amount_ore), str(threads)]
    started = [
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
        )
        for _ in range(processes)
    ]
    for one in started:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    return started


def release(processes: list[subprocess.Popen[str]]) -> None:
    """The word."""
    for one in processes:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()


def read_purchase_ids(process: subprocess.Popen[str], count: int) -> list[str]:
    """The first purchases that the process was told of."""
    assert process.stdout is not None
    return [process.stdout.readline().strip() for _ in range(count)]


def assert_ledger_intact(engine: Engine, purchase_ids: set[str]) -> None:
    """Every purchase that somebody was told of stands there, and the ledger is whole."""
    with read_transaction(engine) as db:
        there = set(db.execute(select(t.movement.c.id)).scalars())
        assert purchase_ids <= there
        assert rule_violations(db) == ()
        with closing(ledger_verify.fund_chain(db, FUND.id)) as lines:
            verify(lines)
    after = ledger_totals(engine)
    assert after.balances_ore == after.computed_balances_ore
    assert after.total_ore == 0
