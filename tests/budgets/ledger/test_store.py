"""Posting movements: all or none are stored, each as a link of its fund's hash chain."""

import pytest
from sqlalchemy import Engine

from budgets.errors import Overdrawn
from budgets.ledger import store as ledger_store
from budgets.ledger import verify as ledger_verify
from budgets.ledger.double_entry import Movement, MovementKind, transfer
from foundation.crypto.hash_chain import verify
from foundation.db.transactions import read_transaction, write_transaction
from tests.support.budget_factory import (
    BAKING,
    FUND,
    SWIM_SPENT,
    SWIMMING,
    UNALLOCATED,
    create_records,
    ledger_totals,
    movement,
    post_funding,
    spend,
)


@pytest.fixture
def ledger(engine: Engine) -> Engine:
    """100,000 kr. in the fund, 5,000 kr. granted, 1,850 kr. of them for swimming."""
    with write_transaction(engine) as db:
        create_records(db)
        post_funding(db)
    return engine


def post(engine: Engine, *movements: Movement) -> None:
    with write_transaction(engine) as db:
        ledger_store.bulk_post(db, movements)


def test_a_purchase_moves_money_from_the_envelope_to_spent(ledger: Engine) -> None:
    bought = spend(250_50)
    post(ledger, bought)
    after = ledger_totals(ledger)
    assert after.balances_ore[SWIMMING.id] == 1_599_50
    assert after.balances_ore[SWIM_SPENT.id] == 250_50
    assert after.balances_ore == after.computed_balances_ore
    assert after.total_ore == 0
    with read_transaction(ledger) as db:
        stored = ledger_store.movements(db, [bought.id])[bought.id]
    assert set(stored.legs) == set(transfer(SWIMMING.id, SWIM_SPENT.id, 250_50))
    assert (stored.kind, stored.key, stored.at) == (bought.kind, bought.key, bought.at)


def test_of_many_movements_all_are_written_or_none(ledger: Engine) -> None:
    before = ledger_totals(ledger)
    with pytest.raises(Overdrawn):
        post(ledger, *(spend(100_00) for _ in range(19)))
    assert ledger_totals(ledger) == before
    post(ledger, *(spend(100_00) for _ in range(18)))
    assert ledger_totals(ledger).balances_ore[SWIMMING.id] == 50_00


def test_later_movements_stand_on_the_earlier_ones_of_the_same_posting(ledger: Engine) -> None:
    post(
        ledger,
        movement(MovementKind.ALLOCATE, *transfer(UNALLOCATED.id, BAKING.id, 3_150_00)),
        movement(MovementKind.MOVE, *transfer(BAKING.id, SWIMMING.id, 3_150_00)),
        spend(5_000_00),
    )
    after = ledger_totals(ledger)
    assert [after.balances_ore[account.id] for account in (UNALLOCATED, BAKING, SWIMMING)] == [0, 0, 0]
    assert after.versions[SWIMMING.id] == 3


def test_movements_are_a_chain_in_which_each_knows_the_one_before(ledger: Engine) -> None:
    post(ledger, spend(1_00), spend(2_00))
    post(ledger, spend(3_00))
    with read_transaction(ledger) as db:
        head = ledger_store.chain_heads(db, [FUND.id])[FUND.id]
        assert verify(ledger_verify.fund_chain(db, FUND.id)) == head
    assert head.sequence == 6
