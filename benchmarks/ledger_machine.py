"""Any orders in any order against a page of arithmetic, for as many steps as one likes: the machine of the tests, let run.

    .venv/bin/python benchmarks/ledger_machine.py [--steps 1000000] [--database sqlite|postgresql]

Half of the steps on SQLite, half on PostgreSQL, or only one of the halves. Stops at the first step whose balances are not what arithmetic says.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Engine

sys.path.insert(0, str(Path(__file__).parents[1]))

from foundation.db.engine import make_engine
from livsmester.migrations import upgrade
from tests.budgets.commands.test_state_machine import LedgerMachine
from tests.plugins.databases import new_database, running_server

STEPS_IN_A_RUN = 100


def run(engine: Engine, steps: int) -> None:
    """So many steps on that database, in runs that are each undone at their end; prints how long they took."""
    upgrade(engine)
    machine = type("LedgerOnThis", (LedgerMachine,), {"engine": engine})
    began = time.perf_counter()
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine,
        settings=settings(
            max_examples=max(steps // STEPS_IN_A_RUN, 1),
            stateful_step_count=STEPS_IN_A_RUN,
            deadline=None,
            database=None,
        ),
    )
    took = time.perf_counter() - began
    print(
        f"{engine.dialect.name}: {steps:,} steps in {took:,.0f} s, every balance as arithmetic says",
        flush=True,
    )
    engine.dispose()


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"))
    arguments = parser.parse_args()
    steps = arguments.steps // 2
    if arguments.database != "postgresql":
        with tempfile.TemporaryDirectory() as folder:
            run(make_engine(f"sqlite:///{folder}/ledger.sqlite"), steps)
    if arguments.database != "sqlite":
        with running_server() as url:
            run(make_engine(new_database(url)), steps)


if __name__ == "__main__":
    main()
