"""What the database itself refuses, whoever writes: plain SQL that goes around our code, on both databases."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from budgets.ledger import store as ledger_store
from budgets.ledger.double_entry import Movement
from foundation.db.transactions import writing
from tests.budgets.money_factory import (
    BAKE,
    CITIZEN,
    FREE,
    FUND,
    GRANT,
    NOW,
    OFFICER,
    SOURCE,
    SWIM,
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
        ledger_store.post_many(db, [purchase])
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


def seal(
    kind: str = "spend",
    movement_id: str = "raw",
    key: str = "raw",
    reverses: str | None = None,
    *,
    day: str = "2026-11-22",
    previous: str = "",
    why: str = "raw",
) -> str:
    undone = f"'{reverses}'" if reverses else "NULL"
    last = f"FROM budgets_movement WHERE fund_id = '{FUND.id}' ORDER BY number DESC LIMIT 1"
    before = f"'{previous}'" if previous else f"(SELECT hash {last})"
    return (
        "INSERT INTO budgets_movement (id, kind, fund_id, grant_id, reverses, effective_on, at, why, why_hash, key,"
        f" number, previous, hash) VALUES ('{movement_id}', '{kind}', '{FUND.id}', '{GRANT.id}', {undone}, '{day}',"
        f" '{NOW:%Y-%m-%d %H:%M:%S}', '{why}', '', '{key}', (SELECT number + 1 {last}), {before}, '{movement_id}')"
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


TWICE = "come once|unique constraint"
PURCHASE = both_ways("raw", "out", 50_00, swim=1_750_00, spent=100_00, version=3)
SWIM_OUT, SPENT_IN = PURCHASE[:2], PURCHASE[2:]
BACK = both_ways("raw", "in", 100_00, swim=1_750_00, spent=100_00, version=3)


def test_a_right_movement_in_plain_sql_is_taken(engine: Engine) -> None:
    with writing(engine) as db:
        settle(db)
        fill(db)
        ledger_store.post_many(db, [spend(100_00)])
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
        refuses(engine, TWICE, *SWIM_OUT, *SPENT_IN, seal(key=bought.key))

    def test_that_changes(self, engine: Engine, bought: Movement) -> None:
        for change in ("kind = 'refund'", "why_hash = 'x'", "effective_on = '2026-01-01'", "hash = 'x'"):
            refuses(
                engine,
                "stays what it is",
                f"UPDATE budgets_movement SET {change} WHERE id = :id",
                id=bought.id,
            )

    def test_whose_words_change(self, engine: Engine, bought: Movement) -> None:
        refuses(engine, "taken away", "UPDATE budgets_movement SET why = 'x' WHERE id = :id", id=bought.id)

    def test_that_is_deleted(self, engine: Engine, bought: Movement) -> None:
        refuses(engine, "never deleted", "DELETE FROM budgets_movement WHERE id = :id", id=bought.id)

    def test_that_is_not_the_next_link_of_the_chain(self, engine: Engine) -> None:
        refuses(engine, "next link", *SWIM_OUT, *SPENT_IN, seal(previous="0" * 64))
        skipping = seal().replace("number + 1", "number + 2")
        refuses(engine, "next link", *SWIM_OUT, *SPENT_IN, skipping)

    def test_on_a_day_of_closed_books(self, engine: Engine) -> None:
        refuses(engine, "books are closed", shut("2026-11-22"), *SWIM_OUT, *SPENT_IN, seal())
        refuses(engine, "stay closed", shut("2026-11-22"), shut("2026-11-21"))
        refuses(engine, "never changed", shut("2026-11-22"), "UPDATE budgets_shut SET through = '2026-01-01'")

    def test_that_undoes_without_a_word(self, engine: Engine, bought: Movement) -> None:
        refuses(engine, "says why", *BACK, seal("reverse", reverses=bought.id, why=""))

    def test_that_gets_more_entries_later(self, engine: Engine, bought: Movement) -> None:
        late = [
            one.replace("'raw'", f"'{bought.id}'") for one in (entry(UNALLOCATED.id, "out", 1, 3_150_00, 3),)
        ]
        refuses(engine, "no more entries", *late)


def shut(through: str) -> str:
    return (
        "INSERT INTO budgets_shut (fund_id, through, made_at)"
        f" VALUES ('{FUND.id}', '{through}', '{NOW:%Y-%m-%d %H:%M:%S}')"
    )


def closing() -> str:
    return (
        "INSERT INTO budgets_closing (grant_id, closed_on, cause, why, at)"
        f" VALUES ('{GRANT.id}', '2026-11-22', 'died', '', '{NOW:%Y-%m-%d %H:%M:%S}')"
    )


def answer(officer_id: str) -> str:
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
        refuses(engine, "accounts are empty", closing())

    def test_in_which_money_moves_after_it_was_closed(self, engine: Engine) -> None:
        empty = (
            entry(SWIMMING.id, "out", 1_750_00, 1_750_00, 3),
            follow(SWIMMING.id, 0, 3),
            entry(SWIM_SPENT.id, "out", 100_00, 100_00, 2),
            follow(SWIM_SPENT.id, 0, 2),
            entry(UNALLOCATED.id, "out", 3_150_00, 3_150_00, 3),
            follow(UNALLOCATED.id, 0, 3),
            entry(FREE.id, "in", 5_000_00, 95_000_00, 3),
            follow(FREE.id, 100_000_00, 3),
            seal("return"),
            closing(),
        )
        again = [
            entry(FREE.id, "out", 1_00, 100_000_00, 4),
            follow(FREE.id, 99_999_00, 4),
            entry(UNALLOCATED.id, "in", 1_00, 0, 4),
            follow(UNALLOCATED.id, 1_00, 4),
        ]
        late = (*(one.replace("'raw'", "'late'") for one in again), seal("grant", "late", "late"))
        refuses(engine, "is closed", *empty, *late)
        refuses(engine, "closed once|unique constraint", *empty, closing())
        refuses(engine, "never changed", *empty, "DELETE FROM budgets_closing")

    def test_whose_citizen_answers_the_own_request(self, engine: Engine) -> None:
        refuses(engine, "does not answer", REQUEST, answer(CITIZEN.id))
        refuses(engine, "answers once|unique constraint", REQUEST, answer(OFFICER.id), answer(OFFICER.id))
        refuses(engine, "a_no_says_why", REQUEST, answer(OFFICER.id).replace("(1 = 1)", "(1 = 0)"))


@pytest.mark.usefixtures("bought")
class TestCommand:
    def test_whose_key_comes_twice(self, engine: Engine) -> None:
        one = (
            "INSERT INTO budgets_command (key, digest, result, at)"
            f" VALUES ('raw', '', '', '{NOW:%Y-%m-%d %H:%M:%S}')"
        )
        refuses(engine, "comes once|unique constraint", one, one)
        refuses(engine, "never changed", one, "DELETE FROM budgets_command")


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
            TWICE,
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
        entry_of_it = entry("new-account", "in", 5, 0, 1)
        refuses(engine, "empty at first", f"{NEW_PLACE} 5, 1)", entry_of_it)

    def test_that_is_replaced_by_an_empty_one(self, engine: Engine) -> None:
        if engine.dialect.name == "sqlite":
            replacing = NEW_ACCOUNT.replace("INSERT", "INSERT OR REPLACE").replace("new-account", SOURCE.id)
            refuses(engine, "comes once", f"{replacing} 0, 0)")
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
NEW_PLACE = (
    "INSERT INTO budgets_account (id, kind, fund_id, grant_id, goal_id, theme, may_go_negative, balance_ore, version)"
    f" VALUES ('new-account', 'spent', '{FUND.id}', '{GRANT.id}', '{BAKE.id}', 'relations', (1 = 0),"
)
