"""Exports of the ledger: other bookkeeping tools accept them, check them, and compute the same balances."""

import csv
import json
import os
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import msgspec
import pytest
from beancount import loader
from beancount.core import data
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, select, update

from budgets import tables as t
from budgets.errors import Overdrawn
from budgets.export.account_names import account_path, escape_line, format_amount, name_part
from budgets.export.beancount import beancount_lines
from budgets.export.csv_json import HEADERS, csv_chunks, json_chunks
from budgets.export.hledger import hledger_lines
from budgets.export.journal import JournalAccount
from budgets.export.store import LedgerScope, fund_ids, read_journal
from budgets.ledger import store as ledger_store
from budgets.ledger.double_entry import AccountKind, Direction, MovementKind, transfer
from foundation.db.engine import make_engine
from foundation.db.transactions import read_transaction, repeatable_read, write_transaction
from livsmester.cli.demo import load_demo as fill_demo
from livsmester.demo.model import DemoSize
from livsmester.migrations import upgrade
from people.tables.directory import person
from tests.conftest import A_MONDAY_MORNING
from tests.plugins.databases import new_database
from tests.support import budget_factory

HOSTILE = 'Svømmebriller; "til" Asta | = 5,00 \\ #tag ^link\n2026-01-01 open Assets:X\r\n\t; hvorfor:  ja '
ALL = LedgerScope()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A small demo municipality, which tests must not change."""
    url = f"sqlite:///{tmp_path_factory.mktemp('demo')}/demo.sqlite"
    if request.param == "postgresql":
        url = new_database(request.getfixturevalue("postgres_url"))
    engine = make_engine(url)
    upgrade(engine)
    fill_demo(engine, A_MONDAY_MORNING, 1, DemoSize(citizens=60, guides=10))
    yield engine
    engine.dispose()


@pytest.fixture
def filled_ledger(engine: Engine) -> Engine:
    """A small ledger, with a late, reversed purchase whose description breaks any file unless escaped."""
    with write_transaction(engine) as db:
        budget_factory.create_records(db)
        budget_factory.post_funding(db)
        late = budget_factory.movement(
            MovementKind.SPEND,
            *transfer(budget_factory.SWIMMING.id, budget_factory.SWIM_SPENT.id, 249_50),
            why=HOSTILE,
        )
        ledger_store.bulk_post(db, [late])
        back = transfer(budget_factory.SWIM_SPENT.id, budget_factory.SWIMMING.id, 249_50)
        ledger_store.bulk_post(
            db, [budget_factory.movement(MovementKind.REVERSE, *back, reverses=late.id, why="forkert borger")]
        )
        ledger_store.bulk_post(db, [budget_factory.spend(5)])
    return engine


def hledger_text(engine: Engine, scope: LedgerScope = ALL) -> str:
    with repeatable_read(engine) as db:
        return "\n".join(hledger_lines(read_journal(db, scope))) + "\n"


def beancount_text(engine: Engine, scope: LedgerScope = ALL) -> str:
    with repeatable_read(engine) as db:
        return "\n".join(beancount_lines(read_journal(db, scope))) + "\n"


def run_hledger(hledger: Path, text: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [hledger, "-f", "-", *words],
        input=text,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"LC_ALL": "C.UTF-8"},
    )


def check_hledger(hledger: Path, text: str) -> subprocess.CompletedProcess[str]:
    return run_hledger(hledger, text, "check", "--strict", "ordereddates")


def load_beancount(text: str) -> tuple[list[data.Directive], list[object]]:
    entries, errors, _ = loader.load_string(text, dedent=False)
    return entries, errors


def _unescape_line(line: str) -> str:
    """The text that `escape_line` wrote as this line."""
    return re.sub(r"\\x\{([0-9a-f]+)\}", lambda escape: chr(int(escape[1], 16)), line)


def balances_by_month(engine: Engine) -> dict[tuple[str, str], int]:
    """The balances at the end of each month by plain SQL: (account id, yyyy-mm) → øre; zeros are left out."""
    with read_transaction(engine) as db:
        rows = db.execute(
            select(t.entry, t.movement.c.effective_on).join(
                t.movement, t.movement.c.id == t.entry.c.movement_id
            )
        ).all()
    months = sorted({f"{row.effective_on:%Y-%m}" for row in rows})
    balances: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        change = row.amount_ore if row.direction == Direction.IN else -row.amount_ore
        for month in months:
            if f"{row.effective_on:%Y-%m}" <= month:
                balances[row.account_id, month] += change
    return {key: ore for key, ore in balances.items() if ore}


def account_ids_of_names(engine: Engine, root: str) -> dict[str, str]:
    """Account ids by their names in a file. `root` is what precedes the name of the fund."""
    with repeatable_read(engine) as db:
        accounts = [opening.account for opening in read_journal(db, ALL).openings]
    return {
        ":".join((f"{root}{name_part(account.fund_name)}", *account_path(account))): account.id
        for account in accounts
    }


def test_hledger_accepts_the_demo_and_holds_our_balances_at_the_end_of_every_month(
    demo: Engine, hledger: Path
) -> None:
    text = hledger_text(demo)

    checked = check_hledger(hledger, text)
    report = run_hledger(
        hledger, text, "balance", "--monthly", "--historical", "--flat", "--no-total", "-O", "csv"
    )

    assert checked.returncode == 0, checked.stderr
    header, *rows = (line.strip('"').split('","') for line in report.stdout.splitlines())
    ids = account_ids_of_names(demo, "Puljer:")
    theirs = {
        (ids[row[0]], month): parse_ore(cell)
        for row in rows
        for month, cell in zip(header[1:], row[1:], strict=True)
        if parse_ore(cell)
    }
    ours = balances_by_month(demo)
    assert len(ours) > 100
    assert {key: theirs.get(key, 0) for key in ours} == ours
    assert theirs.keys() <= {(account, month) for account, _ in ours for month in header[1:]}, (
        "no account but ours holds money"
    )


def test_beancount_accepts_the_demo_and_holds_our_balances_at_the_end_of_every_month(demo: Engine) -> None:
    entries, errors = load_beancount(beancount_text(demo))

    assert errors == []
    ids = {name.split(":", 1)[1]: account for name, account in account_ids_of_names(demo, "X:Pulje-").items()}
    ours = balances_by_month(demo)
    months = sorted({month for _, month in ours})
    theirs: dict[tuple[str, str], int] = defaultdict(int)
    for transaction in data.filter_txns(entries):
        for posting in transaction.postings:
            for month in months:
                if f"{transaction.date:%Y-%m}" <= month:
                    number = posting.units.number
                    theirs[ids[posting.account.split(":", 1)[1]], month] += int(number * 100)
    assert {key: ore for key, ore in theirs.items() if ore} == ours


def parse_ore(cell: str) -> int:
    return 0 if cell == "0" else int(cell.removesuffix(" DKK").replace(".", ""))


def test_both_tools_find_a_balance_that_is_one_ore_wrong(filled_ledger: Engine, hledger: Path) -> None:
    right = "= 1849.95 DKK"
    assert right in hledger_text(filled_ledger)
    assert check_hledger(hledger, hledger_text(filled_ledger)).returncode == 0
    assert check_hledger(hledger, hledger_text(filled_ledger).replace(right, "= 1849.96 DKK")).returncode != 0
    wrong = beancount_text(filled_ledger).replace("1849.95 ~ 0 DKK", "1849.96 ~ 0 DKK")
    assert load_beancount(beancount_text(filled_ledger))[1] == []
    assert load_beancount(wrong)[1] != []


def test_both_tools_see_when_our_own_stored_balance_is_not_what_the_entries_say(
    filled_ledger: Engine, hledger: Path
) -> None:
    with filled_ledger.connect() as db:
        if filled_ledger.dialect.name == "postgresql":
            db.exec_driver_sql("SET session_replication_role = replica")  # disables triggers
        else:
            for name in ("follows", "forward"):
                db.exec_driver_sql(f"DROP TRIGGER budgets_account_{name}")
        db.execute(
            update(t.account).where(t.account.c.id == budget_factory.SWIMMING.id).values(balance_ore=1)
        )

        text = "\n".join(hledger_lines(read_journal(db, ALL))) + "\n"
        other = "\n".join(beancount_lines(read_journal(db, ALL))) + "\n"

    assert check_hledger(hledger, text).returncode != 0
    assert load_beancount(other)[1] != []


def test_words_that_would_break_a_file_come_back_as_they_were_written(
    filled_ledger: Engine, hledger: Path
) -> None:
    text = hledger_text(filled_ledger)
    assert check_hledger(hledger, text).returncode == 0
    described = [
        transaction["tdescription"]
        for transaction in json.loads(run_hledger(hledger, text, "print", "-O", "json").stdout)
    ]
    entries, errors = load_beancount(beancount_text(filled_ledger))

    assert errors == []
    assert HOSTILE in {_unescape_line(description.partition(" | ")[2]) for description in described}
    assert HOSTILE in {_unescape_line(transaction.narration) for transaction in data.filter_txns(entries)}


@given(st.text(st.characters(codec="utf-8")))
@example(HOSTILE)
@example("  a  b ")
@example("\\x{3b}")
def test_any_words_become_one_line_and_come_back(text: str) -> None:
    line = escape_line(text)

    assert _unescape_line(line) == text
    assert line.isprintable()
    assert not set(line) & {";", "|"}
    assert line == " ".join(line.split())


@given(st.text(st.characters(codec="utf-8"), min_size=1), st.text(st.characters(codec="utf-8"), min_size=1))
@example("Pulje 1", "Pulje-1")
@example("a;", "aʼ3bʼ")
def test_two_names_never_become_one_and_every_name_is_one_that_beancount_takes(one: str, other: str) -> None:
    assert (name_part(one) == name_part(other)) == (one == other)
    assert re.fullmatch(r"[\w-]+", name_part(one))


def account_named(name: str) -> JournalAccount:
    return JournalAccount("a", AccountKind.FUND, "f", name, "", None, None, None, None)


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=30))
@example("Ældre; (2026): [ny] | å")
def test_beancount_knows_every_fund_name_as_an_account(name: str) -> None:
    from beancount.core.account import is_valid

    assert is_valid(":".join(("Assets", f"Pulje-{name_part(name)}", *account_path(account_named(name)))))


@pytest.mark.parametrize(
    ("amount_ore", "written"), [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (10**14 + 1, "1000000000000.01")]
)
def test_amounts_are_written_exactly(amount_ore: int, written: str) -> None:
    assert format_amount(amount_ore) == written


def test_no_export_contains_a_name(demo: Engine) -> None:
    with read_transaction(demo) as db:
        people = db.execute(select(person.c.id, person.c.surname)).all()
        citizens = set(db.execute(select(t.grant.c.citizen_id)).scalars())
    with repeatable_read(demo) as db:
        csv_text = b"".join(csv_chunks(read_journal(db, ALL))).decode()
    with repeatable_read(demo) as db:
        json_text = b"".join(json_chunks(read_journal(db, ALL))).decode()
    for text in (hledger_text(demo), beancount_text(demo), csv_text, json_text):
        words = set(re.findall(r"\w+", text))
        assert not words & {row.surname for row in people}
        assert not words & citizens


def test_the_csv_has_a_row_for_each_entry_and_its_two_sums_are_equal(filled_ledger: Engine) -> None:
    with repeatable_read(filled_ledger) as db:
        content = b"".join(csv_chunks(read_journal(db, ALL)))

    assert content.startswith(b"\xef\xbb\xbfpostering;dato;")
    header, *rows = csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    assert tuple(header) == HEADERS
    assert len(rows) == 12
    assert {row[5] for row in rows} == {budget_factory.FUND.account_string}
    into, out = (
        sum(parse_ore(row[column].replace(",", ".")) for row in rows if row[column]) for column in (10, 11)
    )
    assert into == out > 0


def test_one_fund_alone_is_written_whole_and_balances(demo: Engine, hledger: Path) -> None:
    with read_transaction(demo) as db:
        scope = LedgerScope(fund_ids(db)["Øvebanepuljen"])

    text = hledger_text(demo, scope)

    assert check_hledger(hledger, text).returncode == 0
    assert load_beancount(beancount_text(demo, scope))[1] == []
    assert "Livsmestermidler" not in text


MOVES = (
    (budget_factory.SOURCE, budget_factory.FUND_ACCOUNT, MovementKind.ENDOW),
    (budget_factory.FUND_ACCOUNT, budget_factory.UNALLOCATED, MovementKind.GRANT),
    (budget_factory.UNALLOCATED, budget_factory.SWIMMING, MovementKind.ALLOCATE),
    (budget_factory.SWIMMING, budget_factory.BAKING, MovementKind.MOVE),
    (budget_factory.SWIMMING, budget_factory.SWIM_SPENT, MovementKind.SPEND),
    (budget_factory.SWIM_SPENT, budget_factory.SWIMMING, MovementKind.REFUND),
)
DAYS = st.lists(
    st.tuples(
        st.integers(0, 45), st.lists(st.tuples(st.sampled_from(MOVES), st.integers(1, 999)), max_size=5)
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=25)
@given(days=DAYS)
def test_the_ledger_as_of_a_day_is_the_ledger_replayed_to_that_day(engine: Engine, days: Any) -> None:
    # Never committed, so that each example starts with an empty ledger.
    with engine.connect().execution_options(writes=True) as db:
        budget_factory.create_records(db)
        day, then = date(2026, 1, 20), {}
        for later, moves in days:
            day += timedelta(days=later + 1)
            for (start, end, kind), amount_ore in [(MOVES[0], 1), *moves]:
                movement = budget_factory.movement(kind, *transfer(start.id, end.id, amount_ore))
                with suppress(Overdrawn):
                    ledger_store.bulk_post(db, [msgspec.structs.replace(movement, effective_on=day)])
            then[day] = all_files(db, ALL)

        assert {day: all_files(db, LedgerScope(as_of=day)) for day in then} == then


def all_files(db: Connection, scope: LedgerScope) -> tuple[str, ...]:
    """All four files."""
    return (
        "\n".join(hledger_lines(read_journal(db, scope))),
        "\n".join(beancount_lines(read_journal(db, scope))),
        b"".join(csv_chunks(read_journal(db, scope))).decode(),
        b"".join(json_chunks(read_journal(db, scope))).decode(),
    )


def test_the_same_ledger_gives_the_same_file(demo: Engine) -> None:
    assert hledger_text(demo) == hledger_text(demo)
    assert beancount_text(demo) == beancount_text(demo)


def test_an_empty_ledger_is_a_file_too(engine: Engine, hledger: Path) -> None:
    assert check_hledger(hledger, hledger_text(engine)).returncode == 0
    assert load_beancount(beancount_text(engine))[1] == []
    with repeatable_read(engine) as db:
        assert json.loads(b"".join(json_chunks(read_journal(db, ALL))))["movements"] == []
