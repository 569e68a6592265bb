"""Changes of the ledger that bypass its guards are detected from its rows."""

import random
from contextlib import closing

import pytest
from sqlalchemy import Connection, Engine, text

from budgets.ledger import store as ledger_store
from budgets.ledger import verify as ledger_verify
from budgets.ledger.double_entry import MovementKind, reversing_legs, transfer
from budgets.ledger.verify import rule_violations
from foundation.crypto.hash_chain import ChainBroken, verify
from foundation.db.transactions import read_transaction, write_transaction
from tests.support.budget_factory import (
    BAKING,
    FUND,
    UNALLOCATED,
    create_records,
    movement,
    post_funding,
    spend,
)

SINGLE_CHANGES = 60  # of ten thousand in the long run


@pytest.fixture
def ledger(engine: Engine) -> Engine:
    """Movements of several kinds, one of them reversed."""
    bought = spend(100_00)
    with write_transaction(engine) as db:
        create_records(db)
        post_funding(db)
        ledger_store.bulk_post(
            db,
            [
                bought,
                movement(MovementKind.REVERSE, *reversing_legs(bought.kind, bought.legs), reverses=bought.id),
                movement(MovementKind.ALLOCATE, *transfer(UNALLOCATED.id, BAKING.id, 70_00)),
                *(spend(amount_ore) for amount_ore in range(1, 6)),
            ],
        )
    return engine


def disable_guards(db: Connection) -> None:
    """Disable triggers, foreign keys and checks, as only the owner of the database can."""
    if db.dialect.name == "postgresql":
        db.execute(text("SET LOCAL session_replication_role = replica"))
        checks = text(
            "SELECT conrelid::regclass, conname FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0"
        )
        for table, name in db.execute(checks).all():
            db.execute(text(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"'))
        return
    for (name,) in db.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        db.execute(text(f"DROP TRIGGER {name}"))
    db.execute(text("PRAGMA ignore_check_constraints = ON"))


def is_detected(engine: Engine, *statements: str) -> bool:
    """Whether the change is detected; it is rolled back afterwards."""
    with engine.connect().execution_options(writes=True) as db:
        transaction = db.begin()
        disable_guards(db)
        for statement in statements:
            db.execute(text(statement))
        try:
            with closing(ledger_verify.fund_chain(db, FUND.id)) as lines:
                verify(lines)
            return bool(rule_violations(db))
        except ChainBroken:
            return True
        finally:
            transaction.rollback()


def test_a_ledger_that_was_left_alone_holds(ledger: Engine) -> None:
    with read_transaction(ledger) as db:
        assert rule_violations(db) == ()
        assert verify(ledger_verify.fund_chain(db, FUND.id)).sequence == 11
        assert ledger_verify.fund_names(db) == {FUND.id: FUND.name}


def test_words_can_be_taken_away_and_the_chain_still_holds(ledger: Engine) -> None:
    with write_transaction(ledger) as db:
        db.execute(text("UPDATE budgets_movement SET why = ''"))
        assert rule_violations(db) == ()
        assert verify(ledger_verify.fund_chain(db, FUND.id)).sequence == 11


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE budgets_account SET balance_ore = balance_ore + 1 WHERE kind = 'envelope'",
        "UPDATE budgets_account SET version = version + 1 WHERE kind = 'unallocated'",
        "UPDATE budgets_movement SET why = 'other words' WHERE number = 4",
        "UPDATE budgets_movement SET actor_id = NULL WHERE number = 5",
        "UPDATE budgets_movement SET effective_on = '2020-01-01' WHERE number = 6",
        "UPDATE budgets_entry SET amount_ore = amount_ore + 1",
        "DELETE FROM budgets_movement WHERE number = 11",
        "DELETE FROM budgets_entry WHERE account_version = 3",
        "UPDATE budgets_movement SET number = number + 1 WHERE number = 11",
    ],
)
def test_a_change_behind_the_ledgers_back_is_found(ledger: Engine, statement: str) -> None:
    assert is_detected(ledger, statement)


def test_a_movement_that_is_taken_out_with_all_that_hangs_on_it_is_found(ledger: Engine) -> None:
    assert is_detected(
        ledger,
        "DELETE FROM budgets_entry WHERE movement_id = (SELECT id FROM budgets_movement WHERE number = 11)",
        "DELETE FROM budgets_movement WHERE number = 11",
    )


def changes(dice: random.Random, db: Connection) -> str:
    """A statement that changes one random value of the ledger."""
    table = dice.choice(("budgets_movement", "budgets_entry"))
    column, values = dice.choice(COLUMNS[table])
    key = "id" if table == "budgets_movement" else "movement_id || account_id"
    row = dice.choice(db.execute(text(f"SELECT {key}, {column} FROM {table}")).all())
    new = dice.choice([value for value in values if value != str(row[1])])
    return f"UPDATE {table} SET {column} = '{new}' WHERE {key} = '{row[0]}'"


NUMBERS = tuple(str(number) for number in range(1, 30))
COLUMNS: dict[str, list[tuple[str, tuple[str, ...]]]] = {
    "budgets_movement": [
        ("kind", ("spend", "refund", "move")),
        ("effective_on", ("2026-01-02", "2026-02-03")),
        ("at", ("2026-01-02 10:00:00.000000", "2026-02-03 10:00:00.000000")),
        ("key", ("one key", "another key")),
        ("why", ("one word", "another word")),
        ("previous", ("0" * 64, "1" * 64)),
        ("hash", ("0" * 64, "1" * 64)),
        ("number", tuple(str(number) for number in range(100, 110))),
    ],
    "budgets_entry": [
        ("amount_ore", NUMBERS),
        ("before_ore", NUMBERS),
        ("after_ore", NUMBERS),
        ("account_version", tuple(str(number) for number in range(100, 110))),
        ("direction", ("in", "out")),
    ],
}


def assert_every_change_found(engine: Engine, count: int) -> None:
    dice = random.Random(4)
    for _ in range(count):
        with read_transaction(engine) as db:
            statement = changes(dice, db)
        assert is_detected(engine, statement), statement


def test_any_single_cell_that_changes_is_found(ledger: Engine) -> None:
    assert_every_change_found(ledger, SINGLE_CHANGES)


@pytest.mark.long
def test_ten_thousand_single_changes_are_all_found(ledger: Engine) -> None:
    assert_every_change_found(ledger, 10_000)
