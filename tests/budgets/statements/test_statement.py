"""Statements: whatever was done to a grant, the figures are the ledger's, they add up, and nothing is left out."""

from collections.abc import Mapping
from datetime import date, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from budgets.errors import MovementRefused
from budgets.ledger import store as ledger_store
from budgets.ledger.double_entry import (
    Account,
    AccountKind,
    Leg,
    Movement,
    MovementKind,
    apply,
    post,
    reversing_legs,
    transfer,
)
from budgets.model import EntryRecord, MovementRecord
from budgets.records import funds as records_funds
from budgets.records import movements
from budgets.statements.model import GoalTotals, Statement, build_statement
from foundation.clock import local_date
from foundation.db.transactions import read_transaction, write_transaction
from tests.support.budget_factory import (
    ACCOUNTS,
    BAKE,
    BAKING,
    FUND,
    FUND_ACCOUNT,
    GRANT,
    NOW,
    SOURCE,
    SWIM,
    SWIM_SPENT,
    SWIMMING,
    TODAY,
    UNALLOCATED,
    create_records,
    movement,
    post_funding,
)

RESERVED = msgspec.structs.replace(
    SWIM_SPENT, id="reserved", kind=AccountKind.RESERVED, theme=None, request_id="r"
)
BAKE_SPENT = msgspec.structs.replace(SWIM_SPENT, id="spent-baking", goal_id=BAKE.id, theme=BAKE.theme)
RETURNED = Account("returned", AccountKind.RETURNED, FUND.id)
NEXT = Account("next-unallocated", AccountKind.UNALLOCATED, FUND.id, "next-grant")
ALL = {account.id: account for account in (*ACCOUNTS, RESERVED, BAKE_SPENT, RETURNED, NEXT)}
OWN = {account.id for account in ALL.values() if account.grant_id == GRANT.id}

TRANSFERS: tuple[tuple[MovementKind, Account, Account], ...] = (
    (MovementKind.GRANT, FUND_ACCOUNT, UNALLOCATED),
    (MovementKind.CARRY_OVER, NEXT, UNALLOCATED),
    (MovementKind.ALLOCATE, UNALLOCATED, SWIMMING),
    (MovementKind.ALLOCATE, UNALLOCATED, BAKING),
    (MovementKind.MOVE, SWIMMING, BAKING),
    (MovementKind.MOVE, BAKING, UNALLOCATED),
    (MovementKind.RESERVE, SWIMMING, RESERVED),
    (MovementKind.RELEASE, RESERVED, SWIMMING),
    (MovementKind.SPEND, RESERVED, SWIM_SPENT),
    (MovementKind.SPEND, SWIMMING, SWIM_SPENT),
    (MovementKind.OUTLAY, BAKING, BAKE_SPENT),
    (MovementKind.REFUND, BAKE_SPENT, BAKING),
    (MovementKind.RETURN, BAKING, RETURNED),
    (MovementKind.CARRY_OVER, SWIMMING, NEXT),
)
steps = st.lists(
    st.tuples(st.sampled_from([*TRANSFERS, None]), st.integers(1, 60), st.integers(0, 2), st.integers(0, 30)),
    max_size=40,
)


class InMemoryLedger:
    """A ledger in memory: posts as the real one does, and keeps the balances at the end of each day."""

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = dict(ALL)
        self.movements: list[Movement] = []
        self.reversed_ids: set[str | None] = set()
        self.at = NOW
        self.accounts_of_day: dict[date, Mapping[str, Account]] = {}
        for start, end in ((SOURCE, FUND_ACCOUNT), (FUND_ACCOUNT, UNALLOCATED)):
            kind = MovementKind.ENDOW if start is SOURCE else MovementKind.GRANT
            self.post(movement(kind, *transfer(start.id, end.id, 500)))
        self.accounts[NEXT.id] = msgspec.structs.replace(NEXT, balance_ore=200)

    def post(self, movement_in: Movement) -> None:
        dated = msgspec.structs.replace(movement_in, at=self.at, id=f"{len(self.movements):04}")
        try:
            self.accounts |= apply(self.accounts, post(dated, self.accounts))
        except MovementRefused:
            return
        self.movements.append(dated)
        self.reversed_ids.add(dated.reverses)
        self.accounts_of_day[local_date(self.at)] = dict(self.accounts)

    def reverse(self, pick: int) -> None:
        open_ = [
            posted
            for posted in self.movements[1:]
            if posted.id not in self.reversed_ids and posted.kind is not MovementKind.REVERSE
        ]
        if open_:
            origin = open_[pick % len(open_)]
            self.post(
                movement(
                    MovementKind.REVERSE,
                    *reversing_legs(origin.kind, origin.legs),
                    reverses=origin.id,
                    why="Fejl",
                )
            )

    def events(self) -> list[MovementRecord]:
        return [record for record in map(movement_record, self.movements) if record.entries]


def movement_record(posted: Movement) -> MovementRecord:
    def entry(leg: Leg) -> EntryRecord:
        account = ALL[leg.account_id]
        return EntryRecord(account.id, account.kind, account.goal_id, leg.direction, leg.amount_ore)

    own = tuple(entry(leg) for leg in posted.legs if leg.account_id in OWN)
    return MovementRecord(
        posted.id, posted.kind, posted.grant_id, posted.fund_id, posted.effective_on, posted.at,
        posted.actor_id, "Odin", posted.why, posted.receipt_id, posted.request_id, posted.reverses,
        False, own, 1, "",
    )  # fmt: skip


def assert_sums(statement_read: Statement) -> None:
    total = statement_read.total
    assert (
        statement_read.came_in_ore == total.spent_ore + total.reserved_ore + total.left_ore + total.ended_ore
    )
    assert statement_read.came_in_ore == total.allocated_ore
    assert sum(line.amount_ore for line in statement_read.purchases) == total.spent_ore
    assert sum(line.amount_ore for line in statement_read.ended) == total.ended_ore


@given(steps)
def test_whatever_happens_the_figures_are_those_of_the_accounts_on_every_day(
    taken: list[tuple[tuple[MovementKind, Account, Account] | None, int, int, int]],
) -> None:
    book = InMemoryLedger()
    for way, amount_ore, days, pick in taken:
        book.at += timedelta(days=days)
        if way is None:
            book.reverse(pick)
        else:
            kind, start, end = way
            book.post(movement(kind, *transfer(start.id, end.id, amount_ore)))
    for day, accounts in book.accounts_of_day.items():
        statement_read = build_statement(GRANT, FUND, book.events(), day)
        assert_sums(statement_read)
        of = {goal.goal_id: goal for goal in statement_read.goals}
        swim, bake = of.get(SWIM.id, GoalTotals(SWIM.id)), of.get(BAKE.id, GoalTotals(BAKE.id))
        assert of[None].left_ore == accounts[UNALLOCATED.id].balance_ore
        assert (swim.left_ore, bake.left_ore) == (
            accounts[SWIMMING.id].balance_ore,
            accounts[BAKING.id].balance_ore,
        )
        assert swim.reserved_ore == accounts[RESERVED.id].balance_ore
        assert (swim.spent_ore, bake.spent_ore) == (
            accounts[SWIM_SPENT.id].balance_ore,
            accounts[BAKE_SPENT.id].balance_ore,
        )


def test_every_movement_is_in_it_or_moved_money_between_goals_or_put_it_aside() -> None:
    book = InMemoryLedger()
    for kind, start, end in TRANSFERS:
        book.post(movement(kind, *transfer(start.id, end.id, 5), why=kind.value))
    book.reverse(2)
    statement_read = build_statement(GRANT, FUND, book.events(), local_date(book.at))
    kinds = [
        line.kind
        for line in (
            *statement_read.came_in,
            *statement_read.purchases,
            *statement_read.corrections,
            *statement_read.ended,
        )
    ]
    quiet = [MovementKind.ALLOCATE, MovementKind.MOVE, MovementKind.RESERVE, MovementKind.RELEASE]
    assert sorted(kinds) == sorted(
        movement.kind
        for movement in book.movements
        if movement.kind not in quiet and movement.kind is not MovementKind.ENDOW
    )


def test_a_statement_of_an_earlier_day_knows_nothing_of_what_was_recorded_later() -> None:
    book = InMemoryLedger()
    book.post(movement(MovementKind.ALLOCATE, *transfer(UNALLOCATED.id, SWIMMING.id, 100)))
    book.at += timedelta(days=1)
    late = movement(MovementKind.SPEND, *transfer(SWIMMING.id, SWIM_SPENT.id, 40), why="Billet")
    book.post(msgspec.structs.replace(late, effective_on=TODAY - timedelta(days=9)))
    assert build_statement(GRANT, FUND, book.events(), TODAY).purchases == ()
    (billet,) = build_statement(GRANT, FUND, book.events(), TODAY + timedelta(days=1)).purchases
    assert (billet.day, billet.why, billet.amount_ore) == (TODAY - timedelta(days=9), "Billet", 40)


def test_a_grant_is_closed_when_nothing_stands_on_it_any_more() -> None:
    book = InMemoryLedger()
    book.post(movement(MovementKind.ALLOCATE, *transfer(UNALLOCATED.id, BAKING.id, 500)))
    assert build_statement(GRANT, FUND, book.events(), TODAY).closed_on is None
    book.at += timedelta(days=40)
    book.post(movement(MovementKind.RETURN, *transfer(BAKING.id, RETURNED.id, 500)))
    statement_read = build_statement(GRANT, FUND, book.events(), local_date(book.at))
    assert statement_read.closed_on == local_date(book.at)
    assert (statement_read.total.left_ore, statement_read.total.ended_ore, statement_read.came_in_ore) == (
        0,
        500,
        500,
    )


def test_the_database_gives_a_statement_what_it_needs(engine: Engine) -> None:
    with write_transaction(engine) as db:
        create_records(db)
        post_funding(db)
        bought = movement(MovementKind.SPEND, *transfer(SWIMMING.id, SWIM_SPENT.id, 350_00), why="Svømmekort")
        ledger_store.bulk_post(db, [bought])
        ledger_store.bulk_post(
            db,
            [
                movement(
                    MovementKind.REVERSE,
                    *reversing_legs(bought.kind, bought.legs),
                    reverses=bought.id,
                    why="Fejl",
                )
            ],
        )
        ledger_store.bulk_post(
            db, [movement(MovementKind.SPEND, *transfer(SWIMMING.id, SWIM_SPENT.id, 120_00), why="Briller")]
        )
    with read_transaction(engine) as db:
        statement_read = build_statement(GRANT, FUND, movements.all_of_grant(db, GRANT.id), TODAY)
        budget = records_funds.budget(db, GRANT.id)
    assert_sums(statement_read)
    assert [(line.why, line.amount_ore) for line in statement_read.purchases] == [
        ("Svømmekort", 350_00),
        ("Fejl", -350_00),
        ("Briller", 120_00),
    ]
    assert budget is not None
    assert (statement_read.total.left_ore, statement_read.total.spent_ore) == (
        budget.left_ore,
        budget.spent_ore,
    )
    assert statement_read.total.left_ore == 5_000_00 - 120_00


def test_the_latest_events_are_found_by_index_whatever_the_statistics_say(sqlite_engine: Engine) -> None:
    """Few movements are reversed, so SQLite's ANALYZE thinks that looking one up finds nearly all of them."""
    with write_transaction(sqlite_engine) as db:
        create_records(db)
        post_funding(db)
        many = [movement(MovementKind.SPEND, *transfer(SWIMMING.id, SWIM_SPENT.id, 1_00)) for _ in range(200)]
        ledger_store.bulk_post(db, many)
        db.exec_driver_sql("ANALYZE")
    sqlite_engine.dispose()
    query = movements._MOVEMENTS_OF_GRANT.compile(sqlite_engine).construct_expanded_state(
        {"grant": GRANT.id, "limit": 3, "offset": 0}
    )
    with read_transaction(sqlite_engine) as db:
        plan = db.exec_driver_sql(
            f"EXPLAIN QUERY PLAN {query.statement}", tuple(query.positional_parameters)
        ).all()
    assert any("reversal" in row[-1] for row in plan)
    assert [row[-1] for row in plan if row[-1].startswith("SCAN reversal")] == []
