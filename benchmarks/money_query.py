"""The queries of the money page with millions of ledger entries, on SQLite and on PostgreSQL.

    .venv/bin/python benchmarks/money_query.py [--entries 10000000] [--samples 2000]

Fills a new database with plain SQL, the same number of movements for each grant, and then opens budgets of random
citizens through the service: authorisation, balances, the goals' titles, the three latest movements. Triggers and
foreign keys are off while it fills, which would otherwise take hours. 10 million entries take about 5 GB of disk.
"""

import argparse
import random
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, TextClause, bindparam, text

sys.path.insert(0, str(Path(__file__).parents[1]))

from budgets.money import service as money_service
from foundation.db.engine import make_engine
from foundation.db.transactions import read_transaction
from foundation.db.types import UtcDateTime
from livsmester.migrations import upgrade
from people.access.model import Actor, Purpose, Role, RoleAssignment
from people.web.context import RequestContext

MOVEMENTS_PER_GRANT = 100
ENTRIES_PER_MOVEMENT = 2
GOALS = 3
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)

# Ids are numbers with a fixed number of digits, so that both databases generate the same ids: citizen and grant i, goal 3i to 3i + 2.
PEOPLE = """
INSERT INTO people_person (id, given_name, surname, phone, email, language, created_at)
SELECT CAST(1000000000 + i AS TEXT), 'Borgine', 'Opfundet', '', '', 'da', :now FROM n
"""
GOAL = """
INSERT INTO plans_goal (id, citizen_id, title, words, theme, state, created_at, version)
SELECT CAST(1000000000 + i AS TEXT), CAST(1000000000 + i / 3 AS TEXT), 'Lær at svømme', '', 'self_care', 'active', :now, 1
FROM n
"""
FUND = """
INSERT INTO budgets_fund (id, name, starts_on, ends_on, legal_basis, appeal, account_string, grant_max_ore,
                          own_purchase_ore, own_month_ore, unspent, answer_days, reserve_days, notice_days)
VALUES ('fund', 'Livsmestermidler', '2026-01-01', '2026-12-31', 'Serviceloven § 85', 'Du kan klage.', '5-38',
        5000000, 50000, 80000, 'returned', 14, 60, 30)
"""
GRANT = """
INSERT INTO budgets_grant (id, fund_id, citizen_id, amount_ore, starts_on, ends_on, legal_basis)
SELECT CAST(1000000000 + i AS TEXT), 'fund', CAST(1000000000 + i AS TEXT), 5000000, '2026-01-01', '2026-12-31', '§ 85'
FROM n
"""
# An envelope and a spent account for each goal; movement j takes 1 kr. from grant j modulo grants, its goals in turn.
ACCOUNT = """
INSERT INTO budgets_account (id, kind, fund_id, grant_id, goal_id, theme, may_go_negative, balance_ore, version)
SELECT '{kind}' || CAST(1000000000 + i AS TEXT), '{kind}', 'fund', CAST(1000000000 + i / 3 AS TEXT),
       CAST(1000000000 + i AS TEXT), {theme}, FALSE, 100000, 34
FROM n
"""
MOVEMENT = """
INSERT INTO budgets_movement (id, kind, fund_id, grant_id, effective_on, at, why, why_hash, key, number,
                              previous, hash)
SELECT CAST(1000000000 + i AS TEXT), 'spend', 'fund', CAST(1000000000 + i % :grants AS TEXT), '2026-03-01',
       {moment}, 'Svømmekort', 'hash', CAST(1000000000 + i AS TEXT), i + 1, 'hash', 'hash'
FROM n
"""
ENTRY = """
INSERT INTO budgets_entry (movement_id, account_id, direction, amount_ore, before_ore, after_ore, account_version)
SELECT CAST(1000000000 + i AS TEXT),
       '{kind}' || CAST(1000000000 + i % :grants * 3 + i / :grants % 3 AS TEXT), '{way}', 100,
       200000, 200000 {sign} 100, i / :grants / 3 + 1
FROM n
"""
TIMESTAMP_SQL = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%S.000000', '2026-01-01', '+' || i || ' seconds')",
    "postgresql": "TIMESTAMPTZ '2026-01-01 00:00+00' + i * INTERVAL '1 second'",
}


def fill(engine: Engine, entries: int) -> int:
    """Fill the database with `entries` ledger entries; returns the number of citizens."""
    grants = entries // (MOVEMENTS_PER_GRANT * ENTRIES_PER_MOVEMENT)
    with engine.connect() as db:
        _disable_guards(db)
        _run(db, PEOPLE, grants)
        _run(db, GOAL, grants * GOALS)
        db.execute(text(FUND))
        _run(db, GRANT, grants)
        for kind, theme in (("envelope", "NULL"), ("spent", "'self_care'")):
            _run(db, ACCOUNT.format(kind=kind, theme=theme), grants * GOALS)
        movements = grants * MOVEMENTS_PER_GRANT
        _run(db, MOVEMENT.format(moment=TIMESTAMP_SQL[engine.dialect.name]), movements, grants=grants)
        for kind, way, sign in (("envelope", "out", "-"), ("spent", "in", "+")):
            _run(db, ENTRY.format(kind=kind, way=way, sign=sign), movements, grants=grants)
        db.commit()
        db.execute(text("ANALYZE"))
        db.commit()
    return grants


def _disable_guards(db: Connection) -> None:
    if db.dialect.name == "postgresql":
        db.execute(text("SET session_replication_role = replica"))
        return
    for pragma in ("foreign_keys = OFF", "synchronous = OFF", "cache_size = -1000000"):
        db.connection.cursor().execute(f"PRAGMA {pragma}")
    triggers = db.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
    for name in triggers:
        db.execute(text(f"DROP TRIGGER {name}"))


def _run(db: Connection, statement: str, count: int, **values: object) -> None:
    """Execute the statement with a table `n` of the numbers from 0 to `count` - 1."""
    head, rest = statement.split("SELECT", 1)
    series = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :count)"
    db.execute(_with_now(f"{head} {series} SELECT {rest}"), {"count": count} | values)


def _with_now(statement: str) -> TextClause:
    clause = text(statement)
    return clause.bindparams(bindparam("now", NOW, UtcDateTime())) if ":now" in statement else clause


def measure(name: str, engine: Engine, grants: int, samples: int) -> None:
    """Open the budgets of `samples` random citizens and print the median and 99th percentile in milliseconds."""
    random_numbers = random.Random(4)
    seconds = []
    for _ in range(samples):
        citizen_id = str(1_000_000_000 + random_numbers.randrange(grants))
        actor = Actor(citizen_id, "Borgine", (RoleAssignment(Role.CITIZEN),))
        with read_transaction(engine) as db:
            started = time.perf_counter()
            overview = money_service.budget_overview(RequestContext(db, actor, NOW), citizen_id, Purpose.OWN)
            seconds.append(time.perf_counter() - started)
        assert overview is not None
        assert (len(overview.budget.envelopes), len(overview.movements)) == (GOALS, 3)
    seconds.sort()
    p50, p99 = seconds[samples // 2] * 1000, seconds[samples * 99 // 100] * 1000
    print(f"{name:<14}{p50:>10.2f}{p99:>10.2f}", flush=True)


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", type=int, default=10_000_000)
    parser.add_argument("--samples", type=int, default=2_000)
    arguments = parser.parse_args()
    from tests.plugins.databases import new_database, running_server

    print(f"{'database':<14}{'p50 ms':>10}{'p99 ms':>10}   opening a budget, {arguments.entries:,} entries")
    with tempfile.TemporaryDirectory() as folder, running_server() as url:
        for name, address in (("SQLite", f"sqlite:///{folder}/l.sqlite"), ("PostgreSQL", new_database(url))):
            engine = make_engine(address)
            upgrade(engine)
            measure(name, engine, fill(engine, arguments.entries), arguments.samples)
            engine.dispose()


if __name__ == "__main__":
    main()
