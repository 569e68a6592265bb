"""Starts processes that spend from one allocation concurrently, and checks the ledger afterwards."""

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
    """Start processes that wait for `release`."""
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
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    return started


def release(processes: list[subprocess.Popen[str]]) -> None:
    """Let the waiting processes begin."""
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()


def read_purchase_ids(process: subprocess.Popen[str], count: int) -> list[str]:
    """The ids of the first `count` purchases that the process reports."""
    assert process.stdout is not None
    return [process.stdout.readline().strip() for _ in range(count)]


def assert_ledger_intact(engine: Engine, purchase_ids: set[str]) -> None:
    """Assert that every reported purchase is stored and that the ledger has no violations."""
    with read_transaction(engine) as db:
        stored = set(db.execute(select(t.movement.c.id)).scalars())
        assert purchase_ids <= stored
        assert rule_violations(db) == ()
        with closing(ledger_verify.fund_chain(db, FUND.id)) as links:
            verify(links)
    totals = ledger_totals(engine)
    assert totals.balances_ore == totals.computed_balances_ore
    assert totals.total_ore == 0
