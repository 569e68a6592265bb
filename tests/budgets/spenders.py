"""Processes of their own that spend from the factory's envelope, and what became of the ledger under them."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine, select

from budgets import tables as t
from budgets.ledger import verify as ledger_verify
from budgets.ledger.verify import faults
from foundation.crypto.hash_chain import verify
from foundation.db.transactions import reading
from tests.budgets.money_factory import FUND, sums

ROOT = Path(__file__).parents[2]


def start(url: str, amount_ore: int, processes: int, threads: int) -> list[subprocess.Popen[str]]:
    """So many processes, all loaded and waiting for the word."""
    command = [sys.executable, "-m", "tests.budgets.spend_process", url, str(amount_ore), str(threads)]
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


def go(processes: list[subprocess.Popen[str]]) -> None:
    """The word."""
    for one in processes:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()


def told_until(process: subprocess.Popen[str], count: int) -> list[str]:
    """The first purchases that the process was told of."""
    assert process.stdout is not None
    return [process.stdout.readline().strip() for _ in range(count)]


def check(engine: Engine, told: set[str]) -> None:
    """Every purchase that somebody was told of stands there, and the ledger is whole."""
    with reading(engine) as db:
        there = set(db.execute(select(t.movement.c.id)).scalars())
        assert told <= there
        assert faults(db) == ()
        with closing(ledger_verify.chain(db, FUND.id)) as lines:
            verify(lines)
    after = sums(engine)
    assert after.balances_ore == after.of_entries_ore
    assert after.of_balances_ore == 0
