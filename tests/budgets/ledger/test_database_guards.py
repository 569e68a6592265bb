"""What the guards of both databases refuse: plain SQL that bypasses our code."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from budgets.ledger import store as ledger_store
from budgets.ledger.double_entry import Movement
from foundation.db.transactions import write_transaction
from tests.support.budget_factory import (
    BAKE,
    CITIZEN,
    FUND,
    FUND_ACCOUNT,
    GRANT,
    NOW,
    OFFICER,
    SOURCE,
    SWIM,
    SWIM_SPENT,
    SWIMMING,
    UNALLOCATED,
    create_records,
    ledger_totals,
    post_funding,
    spend,
)


@pytest.fixture
def bought(engine: Engine) -> Iterator[Movement]:
    """A ledger with a purchase of 100 kr. for swimming, which no statement of a test may change."""
    purchase = spend(100_00)
    with write_transaction(engine) as db:
        create_records(db)
        post_funding(db)
        ledger_store.bulk_post(db, [purchase])
    before = ledger_totals(engine)
    yield purchase
    assert ledger_totals(engine) == before
    assert before.total_ore == 0
    assert before.computed_balances_ore == before.balances_ore


def run(db: Connection, *statements: str, **values: object) -> None:
    for statement in statements:
        db.execute(text(statement), values)


def assert_refused(engine: Engine, message: str, *statements: str, **values: object) -> None:
    with pytest.raises(DBAPIError, match=message), write_transaction(engine) as db:
        run(db, *statements, **values)


def insert_entry(account: str, direction: str, amount: object, before: int, version: int) -> str:
    after = before + int(float(str(amount))) * (1 if direction == "in" else -1)
    return (
        "INSERT INTO budgets_entry (movement_id, account_id, direction, amount_ore, before_ore, after_ore,"
        f" account_version) VALUES ('raw', '{account}', '{direction}', {amount}, {before}, {after}, {version})"
    )


def update_account(account: str, balance: int, version: int) -> str:
    return f"UPDATE budgets_account SET balance_ore = {balance}, version = {version} WHERE id = '{account}'"


def insert_movement(
    kind: str = "spend",
    movement_id: str = "raw",
    key: str = "raw",
    reverses: str | None = None,
    *,
    day: str = "2026-11-22",
    previous: str = "",
    why: str = "raw",
) -> str:
    reversed_id = f"'{reverses}'" if reverses else "NULL"
    last = f"FROM budgets_movement WHERE fund_id = '{FUND.id}' ORDER BY number DESC LIMIT 1"
    before = f"'{previous}'" if previous else f"(SELECT hash {last})"
    return (
        "INSERT INTO budgets_movement (id, kind, fund_id, grant_id, reverses, effective_on, at, why, why_hash, key,"
        f" number, previous, hash) VALUES ('{movement_id}', '{kind}', '{FUND.id}', '{GRANT.id}', {reversed_id}, '{day}',"
        f" '{NOW:%Y-%m-%d %H:%M:%S}', '{why}', '', '{key}', (SELECT number + 1 {last}), {before}, '{movement_id}')"
    )


def two_entries(
    movement_id: str, direction: str, amount: int, *, swim: int, spent: int, version: int
) -> list[str]:
    """An entry on the swimming envelope and the opposite one on spent; `version` is the envelope's."""
    change = amount if direction == "in" else -amount
    other = "out" if direction == "in" else "in"
    statements = [
        insert_entry(SWIMMING.id, direction, amount, swim, version),
        update_account(SWIMMING.id, swim + change, version),
        insert_entry(SWIM_SPENT.id, other, amount, spent, version - 1),
        update_account(SWIM_SPENT.id, spent - change, version - 1),
    ]
    return [statement.replace("'raw'", f"'{movement_id}'") for statement in statements]


DUPLICATE_MESSAGE = "come once|unique constraint"
PURCHASE = two_entries("raw", "out", 50_00, swim=1_750_00, spent=100_00, version=3)
SWIM_OUT, SPENT_IN = PURCHASE[:2], PURCHASE[2:]
REVERSAL = two_entries("raw", "in", 100_00, swim=1_750_00, spent=100_00, version=3)


def test_a_right_movement_in_plain_sql_is_taken(engine: Engine) -> None:
    with write_transaction(engine) as db:
        create_records(db)
        post_funding(db)
        ledger_store.bulk_post(db, [spend(100_00)])
        run(db, *SWIM_OUT, *SPENT_IN, insert_movement())
    assert ledger_totals(engine).balances_ore[SWIMMING.id] == 1_700_00
    assert ledger_totals(engine).total_ore == 0


@pytest.mark.usefixtures("bought")
class TestMovement:
    def test_that_does_not_balance(self, engine: Engine) -> None:
        less = (insert_entry(SWIM_SPENT.id, "in", 49_00, 100_00, 2), update_account(SWIM_SPENT.id, 149_00, 2))
        assert_refused(engine, "sum to zero", *SWIM_OUT, *less, insert_movement())

    def test_with_one_entry(self, engine: Engine) -> None:
        assert_refused(engine, "two entries or more", *SWIM_OUT, insert_movement())

    def test_with_no_entry(self, engine: Engine) -> None:
        assert_refused(engine, "two entries or more", insert_movement())

    def test_whose_accounts_do_not_follow(self, engine: Engine) -> None:
        assert_refused(engine, "accounts follow", *SWIM_OUT, SPENT_IN[0], insert_movement())

    def test_that_never_comes_after_its_entries(self, engine: Engine) -> None:
        assert_refused(engine, "(?i)foreign key", *SWIM_OUT, *SPENT_IN)

    def test_in_the_name_of_another_grant(self, engine: Engine) -> None:
        to_fund = (
            insert_entry(FUND_ACCOUNT.id, "in", 50_00, 95_000_00, 3),
            update_account(FUND_ACCOUNT.id, 95_050_00, 3),
        )
        elsewhere = insert_movement("return").replace(f"'{GRANT.id}'", "NULL")
        assert_refused(engine, "belong to its grant", *SWIM_OUT, *to_fund, elsewhere)

    def test_that_takes_a_key_a_second_time(self, engine: Engine, bought: Movement) -> None:
        assert_refused(engine, DUPLICATE_MESSAGE, *SWIM_OUT, *SPENT_IN, insert_movement(key=bought.key))

    def test_that_changes(self, engine: Engine, bought: Movement) -> None:
        for change in ("kind = 'refund'", "why_hash = 'x'", "effective_on = '2026-01-01'", "hash = 'x'"):
            assert_refused(
                engine,
                "stays what it is",
                f"UPDATE budgets_movement SET {change} WHERE id = :id",
                id=bought.id,
            )

    def test_whose_words_change(self, engine: Engine, bought: Movement) -> None:
        assert_refused(
            engine, "taken away", "UPDATE budgets_movement SET why = 'x' WHERE id = :id", id=bought.id
        )

    def test_that_is_deleted(self, engine: Engine, bought: Movement) -> None:
        assert_refused(engine, "never deleted", "DELETE FROM budgets_movement WHERE id = :id", id=bought.id)

    def test_that_is_not_the_next_link_of_the_chain(self, engine: Engine) -> None:
        assert_refused(engine, "next link", *SWIM_OUT, *SPENT_IN, insert_movement(previous="0" * 64))
        skipping = insert_movement().replace("number + 1", "number + 2")
        assert_refused(engine, "next link", *SWIM_OUT, *SPENT_IN, skipping)

    def test_on_a_day_of_closed_books(self, engine: Engine) -> None:
        assert_refused(
            engine,
            "books are closed",
            insert_closed_period("2026-11-22"),
            *SWIM_OUT,
            *SPENT_IN,
            insert_movement(),
        )
        assert_refused(
            engine, "stay closed", insert_closed_period("2026-11-22"), insert_closed_period("2026-11-21")
        )
        assert_refused(
            engine,
            "never changed",
            insert_closed_period("2026-11-22"),
            "UPDATE budgets_shut SET through = '2026-01-01'",
        )

    def test_that_undoes_without_a_word(self, engine: Engine, bought: Movement) -> None:
        assert_refused(engine, "says why", *REVERSAL, insert_movement("reverse", reverses=bought.id, why=""))

    def test_that_gets_more_entries_later(self, engine: Engine, bought: Movement) -> None:
        late = [
            statement.replace("'raw'", f"'{bought.id}'")
            for statement in (insert_entry(UNALLOCATED.id, "out", 1, 3_150_00, 3),)
        ]
        assert_refused(engine, "no more entries", *late)


def insert_closed_period(through: str) -> str:
    return (
        "INSERT INTO budgets_shut (fund_id, through, made_at)"
        f" VALUES ('{FUND.id}', '{through}', '{NOW:%Y-%m-%d %H:%M:%S}')"
    )


def insert_closing() -> str:
    return (
        "INSERT INTO budgets_closing (grant_id, closed_on, cause, why, at)"
        f" VALUES ('{GRANT.id}', '2026-11-22', 'died', '', '{NOW:%Y-%m-%d %H:%M:%S}')"
    )


def insert_decision(officer_id: str) -> str:
    return (
        "INSERT INTO budgets_answer (request_id, officer_id, at, yes, reasons, rule, appeal)"
        f" VALUES ('raw', '{officer_id}', '{NOW:%Y-%m-%d %H:%M:%S}', (1 = 1), '', '', '')"
    )


REQUEST = (
    "INSERT INTO budgets_request (id, grant_id, goal_id, what, together_with, amount_ore, state, asked_at,"
    f" asked_by, wanted_when, own_word, answer_by, learnt) VALUES ('raw', '{GRANT.id}', '{SWIM.id}', 'x', '', 1,"
    f" 'asked', '{NOW:%Y-%m-%d %H:%M:%S}', '{CITIZEN.id}', '', (1 = 0), '2026-12-01', '')"
)


@pytest.mark.usefixtures("bought")
class TestGrant:
    def test_that_is_closed_with_money_in_it(self, engine: Engine) -> None:
        assert_refused(engine, "accounts are empty", insert_closing())

    def test_in_which_money_moves_after_it_was_closed(self, engine: Engine) -> None:
        empty = (
            insert_entry(SWIMMING.id, "out", 1_750_00, 1_750_00, 3),
            update_account(SWIMMING.id, 0, 3),
            insert_entry(SWIM_SPENT.id, "out", 100_00, 100_00, 2),
            update_account(SWIM_SPENT.id, 0, 2),
            insert_entry(UNALLOCATED.id, "out", 3_150_00, 3_150_00, 3),
            update_account(UNALLOCATED.id, 0, 3),
            insert_entry(FUND_ACCOUNT.id, "in", 5_000_00, 95_000_00, 3),
            update_account(FUND_ACCOUNT.id, 100_000_00, 3),
            insert_movement("return"),
            insert_closing(),
        )
        again = [
            insert_entry(FUND_ACCOUNT.id, "out", 1_00, 100_000_00, 4),
            update_account(FUND_ACCOUNT.id, 99_999_00, 4),
            insert_entry(UNALLOCATED.id, "in", 1_00, 0, 4),
            update_account(UNALLOCATED.id, 1_00, 4),
        ]
        late = (
            *(statement.replace("'raw'", "'late'") for statement in again),
            insert_movement("grant", "late", "late"),
        )
        assert_refused(engine, "is closed", *empty, *late)
        assert_refused(engine, "closed once|unique constraint", *empty, insert_closing())
        assert_refused(engine, "never changed", *empty, "DELETE FROM budgets_closing")

    def test_whose_citizen_answers_the_own_request(self, engine: Engine) -> None:
        assert_refused(engine, "does not answer", REQUEST, insert_decision(CITIZEN.id))
        assert_refused(
            engine,
            "answers once|unique constraint",
            REQUEST,
            insert_decision(OFFICER.id),
            insert_decision(OFFICER.id),
        )
        assert_refused(
            engine, "a_no_says_why", REQUEST, insert_decision(OFFICER.id).replace("(1 = 1)", "(1 = 0)")
        )


@pytest.mark.usefixtures("bought")
class TestCommand:
    def test_whose_key_comes_twice(self, engine: Engine) -> None:
        insert = (
            "INSERT INTO budgets_command (key, digest, result, at)"
            f" VALUES ('raw', '', '', '{NOW:%Y-%m-%d %H:%M:%S}')"
        )
        assert_refused(engine, "comes once|unique constraint", insert, insert)
        assert_refused(engine, "never changed", insert, "DELETE FROM budgets_command")


@pytest.mark.usefixtures("bought")
class TestReversal:
    def test_of_another_amount(self, engine: Engine, bought: Movement) -> None:
        less = two_entries("raw", "in", 50_00, swim=1_750_00, spent=100_00, version=3)
        assert_refused(engine, "undoes every entry", *less, insert_movement("reverse", reverses=bought.id))

    def test_that_names_nothing(self, engine: Engine) -> None:
        assert_refused(engine, "a_reversal_names_what", *REVERSAL, insert_movement("reverse"))

    def test_a_second_time(self, engine: Engine, bought: Movement) -> None:
        assert_refused(
            engine,
            DUPLICATE_MESSAGE,
            *two_entries("raw", "out", 100_00, swim=1_750_00, spent=100_00, version=3),
            insert_movement(),
            *two_entries("back", "in", 100_00, swim=1_650_00, spent=200_00, version=4),
            insert_movement("reverse", "back", "back", reverses=bought.id),
            *two_entries("again", "in", 100_00, swim=1_750_00, spent=100_00, version=5),
            insert_movement("reverse", "again", "again", reverses=bought.id),
        )

    def test_of_a_reversal(self, engine: Engine, bought: Movement) -> None:
        assert_refused(
            engine,
            "no reversal",
            *REVERSAL,
            insert_movement("reverse", reverses=bought.id),
            *two_entries("again", "out", 100_00, swim=1_850_00, spent=0, version=4),
            insert_movement("reverse", "again", "again", reverses="raw"),
        )


@pytest.mark.usefixtures("bought")
class TestEntry:
    @pytest.mark.parametrize("amount", ["0", "-5", "1.5", "'ten'"])
    def test_of_no_whole_amount_above_zero(self, engine: Engine, amount: str) -> None:
        statement = insert_entry(SWIMMING.id, "out", 1, 1_750_00, 3).replace("'out', 1,", f"'out', {amount},")
        assert_refused(engine, "above_zero|before_and_after|invalid input", statement)

    def test_whose_after_is_not_before_and_amount(self, engine: Engine) -> None:
        wrong = SWIM_OUT[0].replace(str(1_700_00), str(1_700_01))
        assert_refused(engine, "before_and_after", wrong)

    def test_that_starts_from_another_balance(self, engine: Engine) -> None:
        assert_refused(
            engine, "next version, same balance", insert_entry(SWIMMING.id, "out", 50_00, 9_999_00, 3)
        )

    def test_that_leaves_a_version_out(self, engine: Engine) -> None:
        assert_refused(
            engine, "next version, same balance", insert_entry(SWIMMING.id, "out", 50_00, 1_750_00, 4)
        )

    def test_that_takes_a_version_a_second_time(self, engine: Engine) -> None:
        assert_refused(engine, "(?i)unique", insert_entry(SWIMMING.id, "out", 50_00, 1_850_00, 2))

    def test_that_changes(self, engine: Engine) -> None:
        assert_refused(engine, "never changed", "UPDATE budgets_entry SET amount_ore = amount_ore + 1")

    def test_that_is_deleted(self, engine: Engine) -> None:
        assert_refused(engine, "never changed", "DELETE FROM budgets_entry")


@pytest.mark.usefixtures("bought")
class TestAccount:
    def test_below_zero(self, engine: Engine) -> None:
        too_much = (
            insert_entry(SWIMMING.id, "out", 1_750_01, 1_750_00, 3),
            update_account(SWIMMING.id, -1, 3),
        )
        assert_refused(engine, "never_below_zero", *too_much)

    def test_whose_balance_is_set_without_an_entry(self, engine: Engine) -> None:
        assert_refused(engine, "with an entry", update_account(SWIMMING.id, 9_999_00, 3))

    def test_whose_balance_is_set_on_the_same_version(self, engine: Engine) -> None:
        assert_refused(engine, "with an entry", update_account(SWIMMING.id, 9_999_00, 2))

    def test_whose_balance_is_set_to_another_than_the_entry_says(self, engine: Engine) -> None:
        assert_refused(engine, "with an entry", SWIM_OUT[0], update_account(SWIMMING.id, 1_749_00, 3))

    def test_that_is_turned_back_to_an_earlier_entry(self, engine: Engine) -> None:
        assert_refused(engine, "with an entry", update_account(SWIMMING.id, 1_850_00, 1))

    def test_that_begins_with_money(self, engine: Engine) -> None:
        entry_of_it = insert_entry("new-account", "in", 5, 0, 1)
        assert_refused(engine, "empty at first", f"{NEW_PLACE} 5, 1)", entry_of_it)

    def test_that_is_replaced_by_an_empty_one(self, engine: Engine) -> None:
        if engine.dialect.name == "sqlite":
            replacing = NEW_ACCOUNT.replace("INSERT", "INSERT OR REPLACE").replace("new-account", SOURCE.id)
            assert_refused(engine, "comes once", f"{replacing} 0, 0)")
            assert_refused(
                engine, "(?i)foreign key", f"{NEW_ACCOUNT.replace('INSERT', 'INSERT OR REPLACE')} 0, 0)"
            )

    def test_that_lets_itself_go_below_zero(self, engine: Engine) -> None:
        assert_refused(engine, "stays what it is", "UPDATE budgets_account SET may_go_negative = (1 = 1)")

    def test_of_another_kind_that_may_go_below_zero(self, engine: Engine) -> None:
        changed = NEW_ACCOUNT.replace("'source', ", "'paid_out', ")
        assert_refused(engine, "only_the_source", f"{changed} 0, 0)")

    def test_that_is_deleted(self, engine: Engine) -> None:
        assert_refused(engine, "never deleted", f"DELETE FROM budgets_account WHERE id = '{FUND_ACCOUNT.id}'")


NEW_ACCOUNT = (
    "INSERT INTO budgets_account (id, kind, fund_id, may_go_negative, balance_ore, version)"
    f" VALUES ('new-account', 'source', '{FUND.id}', (1 = 1),"
)
NEW_PLACE = (
    "INSERT INTO budgets_account (id, kind, fund_id, grant_id, goal_id, theme, may_go_negative, balance_ore, version)"
    f" VALUES ('new-account', 'spent', '{FUND.id}', '{GRANT.id}', '{BAKE.id}', 'relations', (1 = 0),"
)
