"""What the database itself refuses, whoever writes: plain SQL that goes around our code, on both databases."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from budgets import store
from budgets.ledger import Movement
from foundation.database import writing
from tests.budgets.money_factory import (
    FREE,
    FUND,
    GRANT,
    NOW,
    SOURCE,
    SWIM_SPENT,
    SWIMMING,
    UNALLOCATED,
    fill,
    settle,
    spend,
    sums,
)


@pytest.fixture
def bought(engine: Engine) -> Iterator[Movement]:
    """A ledger with a purchase of 100 kr. for swimming; nothing that a test tries may change it."""
    purchase = spend(100_00)
    with writing(engine) as db:
        settle(db)
        fill(db)
        store.post(db, purchase)
    before = sums(engine)
    yield purchase
    assert sums(engine) == before
    assert before.of_balances_ore == 0
    assert before.of_entries_ore == before.balances_ore


def run(db: Connection, *statements: str, **values: object) -> None:
    for statement in statements:
        db.execute(text(statement), values)


def refuses(engine: Engine, saying: str, *statements: str, **values: object) -> None:
    with pytest.raises(DBAPIError, match=saying), writing(engine) as db:
        run(db, *statements, **values)


def entry(account: str, direction: str, amount: object, before: int, version: int) -> str:
    after = before + int(float(str(amount))) * (1 if direction == "in" else -1)
    return (
        "INSERT INTO budgets_entry (movement_id, account_id, direction, amount_ore, before_ore, after_ore,"
        f" account_version) VALUES ('raw', '{account}', '{direction}', {amount}, {before}, {after}, {version})"
    )


def follow(account: str, balance: int, version: int) -> str:
    return f"UPDATE budgets_account SET balance_ore = {balance}, version = {version} WHERE id = '{account}'"


def seal(kind: str = "spend", movement_id: str = "raw", key: str = "raw", reverses: str | None = None) -> str:
    undone = f"'{reverses}'" if reverses else "NULL"
    return (
        "INSERT INTO budgets_movement (id, kind, fund_id, grant_id, reverses, effective_on, at, why, key, digest)"
        f" VALUES ('{movement_id}', '{kind}', '{FUND.id}', '{GRANT.id}', {undone}, '2026-11-22',"
        f" '{NOW:%Y-%m-%d %H:%M:%S}', 'raw', '{key}', '')"
    )


def both_ways(
    movement_id: str, direction: str, amount: int, *, swim: int, spent: int, version: int
) -> list[str]:
    """Swimming `direction` and spent the other way, both accounts following; `version` is swimming's."""
    change = amount if direction == "in" else -amount
    other = "out" if direction == "in" else "in"
    statements = [
        entry(SWIMMING.id, direction, amount, swim, version),
        follow(SWIMMING.id, swim + change, version),
        entry(SWIM_SPENT.id, other, amount, spent, version - 1),
        follow(SWIM_SPENT.id, spent - change, version - 1),
    ]
    return [one.replace("'raw'", f"'{movement_id}'") for one in statements]


PURCHASE = both_ways("raw", "out", 50_00, swim=1_750_00, spent=100_00, version=3)
SWIM_OUT, SPENT_IN = PURCHASE[:2], PURCHASE[2:]
BACK = both_ways("raw", "in", 100_00, swim=1_750_00, spent=100_00, version=3)


def test_a_right_movement_in_plain_sql_is_taken(engine: Engine) -> None:
    with writing(engine) as db:
        settle(db)
        fill(db)
        store.post(db, spend(100_00))
        run(db, *SWIM_OUT, *SPENT_IN, seal())
    assert sums(engine).balances_ore[SWIMMING.id] == 1_700_00
    assert sums(engine).of_balances_ore == 0


@pytest.mark.usefixtures("bought")
class TestMovement:
    def test_that_does_not_balance(self, engine: Engine) -> None:
        less = (entry(SWIM_SPENT.id, "in", 49_00, 100_00, 2), follow(SWIM_SPENT.id, 149_00, 2))
        refuses(engine, "sum to zero", *SWIM_OUT, *less, seal())

    def test_with_one_entry(self, engine: Engine) -> None:
        refuses(engine, "two entries or more", *SWIM_OUT, seal())

    def test_with_no_entry(self, engine: Engine) -> None:
        refuses(engine, "two entries or more", seal())

    def test_whose_accounts_do_not_follow(self, engine: Engine) -> None:
        refuses(engine, "accounts follow", *SWIM_OUT, SPENT_IN[0], seal())

    def test_that_never_comes_after_its_entries(self, engine: Engine) -> None:
        refuses(engine, "(?i)foreign key", *SWIM_OUT, *SPENT_IN)

    def test_in_the_name_of_another_grant(self, engine: Engine) -> None:
        to_fund = (entry(FREE.id, "in", 50_00, 95_000_00, 3), follow(FREE.id, 95_050_00, 3))
        elsewhere = seal("return").replace(f"'{GRANT.id}'", "NULL")
        refuses(engine, "belong to its grant", *SWIM_OUT, *to_fund, elsewhere)

    def test_that_takes_a_key_a_second_time(self, engine: Engine, bought: Movement) -> None:
        refuses(engine, "come once", *SWIM_OUT, *SPENT_IN, seal(key=bought.key))

    def test_that_changes(self, engine: Engine, bought: Movement) -> None:
        refuses(engine, "never changed", "UPDATE budgets_movement SET why = 'x' WHERE id = :id", id=bought.id)

    def test_that_is_deleted(self, engine: Engine, bought: Movement) -> None:
        refuses(engine, "never changed", "DELETE FROM budgets_movement WHERE id = :id", id=bought.id)

    def test_that_gets_more_entries_later(self, engine: Engine, bought: Movement) -> None:
        late = [
            one.replace("'raw'", f"'{bought.id}'") for one in (entry(UNALLOCATED.id, "out", 1, 3_150_00, 3),)
        ]
        refuses(engine, "no more entries", *late)


@pytest.mark.usefixtures("bought")
class TestReversal:
    def test_of_another_amount(self, engine: Engine, bought: Movement) -> None:
        less = both_ways("raw", "in", 50_00, swim=1_750_00, spent=100_00, version=3)
        refuses(engine, "undoes every entry", *less, seal("reverse", reverses=bought.id))

    def test_that_names_nothing(self, engine: Engine) -> None:
        refuses(engine, "a_reversal_names_what", *BACK, seal("reverse"))

    def test_a_second_time(self, engine: Engine, bought: Movement) -> None:
        refuses(
            engine,
            "come once",
            *both_ways("raw", "out", 100_00, swim=1_750_00, spent=100_00, version=3),
            seal(),
            *both_ways("back", "in", 100_00, swim=1_650_00, spent=200_00, version=4),
            seal("reverse", "back", "back", reverses=bought.id),
            *both_ways("again", "in", 100_00, swim=1_750_00, spent=100_00, version=5),
            seal("reverse", "again", "again", reverses=bought.id),
        )

    def test_of_a_reversal(self, engine: Engine, bought: Movement) -> None:
        refuses(
            engine,
            "no reversal",
            *BACK,
            seal("reverse", reverses=bought.id),
            *both_ways("again", "out", 100_00, swim=1_850_00, spent=0, version=4),
            seal("reverse", "again", "again", reverses="raw"),
        )


@pytest.mark.usefixtures("bought")
class TestEntry:
    @pytest.mark.parametrize("amount", ["0", "-5", "1.5", "'ten'"])
    def test_of_no_whole_amount_above_zero(self, engine: Engine, amount: str) -> None:
        statement = entry(SWIMMING.id, "out", 1, 1_750_00, 3).replace("'out', 1,", f"'out', {amount},")
        refuses(engine, "above_zero|before_and_after|invalid input", statement)

    def test_whose_after_is_not_before_and_amount(self, engine: Engine) -> None:
        wrong = SWIM_OUT[0].replace(str(1_700_00), str(1_700_01))
        refuses(engine, "before_and_after", wrong)

    def test_that_starts_from_another_balance(self, engine: Engine) -> None:
        refuses(engine, "next version, same balance", entry(SWIMMING.id, "out", 50_00, 9_999_00, 3))

    def test_that_leaves_a_version_out(self, engine: Engine) -> None:
        refuses(engine, "next version, same balance", entry(SWIMMING.id, "out", 50_00, 1_750_00, 4))

    def test_that_takes_a_version_a_second_time(self, engine: Engine) -> None:
        refuses(engine, "(?i)unique", entry(SWIMMING.id, "out", 50_00, 1_850_00, 2))

    def test_that_changes(self, engine: Engine) -> None:
        refuses(engine, "never changed", "UPDATE budgets_entry SET amount_ore = amount_ore + 1")

    def test_that_is_deleted(self, engine: Engine) -> None:
        refuses(engine, "never changed", "DELETE FROM budgets_entry")


@pytest.mark.usefixtures("bought")
class TestAccount:
    def test_below_zero(self, engine: Engine) -> None:
        too_much = (entry(SWIMMING.id, "out", 1_750_01, 1_750_00, 3), follow(SWIMMING.id, -1, 3))
        refuses(engine, "never_below_zero", *too_much)

    def test_whose_balance_is_set_without_an_entry(self, engine: Engine) -> None:
        refuses(engine, "with an entry", follow(SWIMMING.id, 9_999_00, 3))

    def test_whose_balance_is_set_on_the_same_version(self, engine: Engine) -> None:
        refuses(engine, "with an entry", follow(SWIMMING.id, 9_999_00, 2))

    def test_whose_balance_is_set_to_another_than_the_entry_says(self, engine: Engine) -> None:
        refuses(engine, "with an entry", SWIM_OUT[0], follow(SWIMMING.id, 1_749_00, 3))

    def test_that_is_turned_back_to_an_earlier_entry(self, engine: Engine) -> None:
        refuses(engine, "with an entry", follow(SWIMMING.id, 1_850_00, 1))

    def test_that_begins_with_money(self, engine: Engine) -> None:
        refuses(engine, "new and empty", f"{NEW_ACCOUNT} 5, 1)")

    def test_that_is_replaced_by_an_empty_one(self, engine: Engine) -> None:
        if engine.dialect.name == "sqlite":
            replacing = NEW_ACCOUNT.replace("INSERT", "INSERT OR REPLACE").replace("new-account", SOURCE.id)
            refuses(engine, "new and empty", f"{replacing} 0, 0)")
            refuses(engine, "(?i)foreign key", f"{NEW_ACCOUNT.replace('INSERT', 'INSERT OR REPLACE')} 0, 0)")

    def test_that_lets_itself_go_below_zero(self, engine: Engine) -> None:
        refuses(engine, "stays what it is", "UPDATE budgets_account SET may_go_negative = (1 = 1)")

    def test_of_another_kind_that_may_go_below_zero(self, engine: Engine) -> None:
        changed = NEW_ACCOUNT.replace("'source', ", "'paid_out', ")
        refuses(engine, "only_the_source", f"{changed} 0, 0)")

    def test_that_is_deleted(self, engine: Engine) -> None:
        refuses(engine, "never deleted", f"DELETE FROM budgets_account WHERE id = '{FREE.id}'")


NEW_ACCOUNT = (
    "INSERT INTO budgets_account (id, kind, fund_id, may_go_negative, balance_ore, version)"
    f" VALUES ('new-account', 'source', '{FUND.id}', (1 = 1),"
)
