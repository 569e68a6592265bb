"""The tests' state machine of the ledger, run for many steps: random commands checked against plain arithmetic.

    .venv/bin/python benchmarks/ledger_machine.py [--steps 1000000] [--database sqlite|postgresql]

Half of the steps run on SQLite and half on PostgreSQL, or all the steps of one half. Stops at the first wrong balance.
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
    """Run `steps` steps on a database, in runs that are rolled back, and print the duration."""
    upgrade(engine)
    machine = type("LedgerOnThis", (LedgerMachine,), {"engine": engine})
    started = time.perf_counter()
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine,
        settings=settings(
            max_examples=max(steps // STEPS_IN_A_RUN, 1),
            stateful_step_count=STEPS_IN_A_RUN,
            deadline=None,
            database=None,
        ),
    )
    seconds = time.perf_counter() - started
    print(
        f"{engine.dialect.name}: {steps:,} steps in {seconds:,.0f} s, every balance as arithmetic says",
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
