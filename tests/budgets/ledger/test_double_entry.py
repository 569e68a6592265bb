"""The ledger's rules, without a database."""

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgets.errors import AlreadyReversed, MovementRefused, Overdrawn, Unbalanced, WrongAccounts
from budgets.ledger.double_entry import (
    Account,
    Direction,
    Entry,
    Leg,
    Movement,
    MovementKind,
    apply,
    chain_posting,
    description_hash,
    hashed_row,
    post,
    reversing_legs,
    transfer,
)
from foundation.crypto.hash_chain import EMPTY_HEAD
from tests.support.budget_factory import (
    ACCOUNTS,
    FUND_ACCOUNT,
    NOW,
    SOURCE,
    SWIM_SPENT,
    SWIMMING,
    TODAY,
    UNALLOCATED,
    movement,
    spend,
    with_balance,
)

DESCRIPTION_HASH = "hash of the description"
ACCOUNTS_BEFORE = {account.id: account for account in ACCOUNTS} | {
    SWIMMING.id: with_balance(SWIMMING, 300_00, version=7)
}


def test_a_purchase_takes_from_the_envelope_and_shows_the_balance_before_and_after() -> None:
    assert post(spend(120_50), ACCOUNTS_BEFORE) == (
        Entry(SWIMMING.id, Direction.OUT, 120_50, 300_00, 179_50, 8),
        Entry(SWIM_SPENT.id, Direction.IN, 120_50, 0, 120_50, 1),
    )


def test_the_last_oere_can_be_spent_but_not_one_more() -> None:
    assert post(spend(300_00), ACCOUNTS_BEFORE)[0].after_ore == 0
    with pytest.raises(Overdrawn) as refused:
        post(spend(300_01), ACCOUNTS_BEFORE)
    assert (refused.value.account_id, refused.value.balance_ore, refused.value.amount_ore) == (
        SWIMMING.id,
        300_00,
        300_01,
    )


def test_only_the_source_may_be_negative() -> None:
    assert [account.kind for account in ACCOUNTS if account.may_go_negative] == [SOURCE.kind]
    entries = post(
        movement(MovementKind.ENDOW, *transfer(SOURCE.id, FUND_ACCOUNT.id, 50_00)), ACCOUNTS_BEFORE
    )
    assert [entry.after_ore for entry in entries] == [-50_00, 50_00]


def test_a_reservation_that_cost_less_gives_the_rest_back_in_the_same_movement() -> None:
    reserved = Account(
        "reserved", kind="reserved", fund_id=SWIMMING.fund_id, grant_id=SWIMMING.grant_id, balance_ore=200_00
    )  # type: ignore[arg-type]
    purchase = movement(
        MovementKind.SPEND,
        Leg("reserved", Direction.OUT, 200_00),
        Leg(SWIM_SPENT.id, Direction.IN, 150_00),
        Leg(SWIMMING.id, Direction.IN, 50_00),
    )
    after = apply(
        ACCOUNTS_BEFORE | {"reserved": reserved}, post(purchase, ACCOUNTS_BEFORE | {"reserved": reserved})
    )
    assert [after[key].balance_ore for key in ("reserved", SWIM_SPENT.id, SWIMMING.id)] == [0, 150_00, 350_00]


@pytest.mark.parametrize(
    ("refused", "because"),
    [
        (lambda: movement(MovementKind.SPEND), Unbalanced),
        (lambda: movement(MovementKind.SPEND, Leg(SWIMMING.id, Direction.OUT, 5)), Unbalanced),
        (lambda: movement(MovementKind.SPEND, *transfer(SWIMMING.id, SWIM_SPENT.id, 0)), Unbalanced),
        (lambda: movement(MovementKind.SPEND, *transfer(SWIMMING.id, SWIM_SPENT.id, -5)), Unbalanced),
        (lambda: movement(MovementKind.SPEND, *transfer(SWIMMING.id, SWIM_SPENT.id, 10**12 + 1)), Unbalanced),
        (
            lambda: movement(
                MovementKind.SPEND,
                Leg(SWIMMING.id, Direction.OUT, 6),
                Leg(SWIM_SPENT.id, Direction.IN, 5),
            ),
            Unbalanced,
        ),
        (lambda: movement(MovementKind.SPEND, *transfer(UNALLOCATED.id, SWIM_SPENT.id, 5)), WrongAccounts),
        (lambda: movement(MovementKind.GRANT, *transfer(UNALLOCATED.id, FUND_ACCOUNT.id, 5)), WrongAccounts),
        (lambda: movement(MovementKind.SPEND, *transfer(SWIMMING.id, "nobody's", 5)), WrongAccounts),
        (lambda: movement(MovementKind.MOVE, *transfer(SWIMMING.id, SWIMMING.id, 5)), WrongAccounts),
        (lambda: movement(MovementKind.REVERSE, *transfer(SWIMMING.id, UNALLOCATED.id, 5)), WrongAccounts),
        (lambda: movement(MovementKind.SPEND, *transfer(SWIMMING.id, SWIM_SPENT.id, 5), reverses="x"), WrongAccounts),
    ],
)  # fmt: skip
def test_what_is_not_a_movement_is_refused_by_name(
    refused: Callable[[], Movement], because: type[MovementRefused]
) -> None:
    with pytest.raises(because):
        post(refused(), ACCOUNTS_BEFORE)


def test_a_reversal_is_the_mirror_and_is_never_reversed_itself() -> None:
    legs = transfer(SWIMMING.id, SWIM_SPENT.id, 5)
    assert reversing_legs(MovementKind.SPEND, legs) == (
        Leg(SWIMMING.id, Direction.IN, 5),
        Leg(SWIM_SPENT.id, Direction.OUT, 5),
    )
    with pytest.raises(AlreadyReversed):
        reversing_legs(MovementKind.REVERSE, legs)


def test_a_movement_is_the_next_link_of_its_funds_chain() -> None:
    first = chain_posting(spend(100), post(spend(100), ACCOUNTS_BEFORE), EMPTY_HEAD)
    second = chain_posting(spend(50), post(spend(50), ACCOUNTS_BEFORE), first.head)
    assert (first.line.sequence, first.line.previous, second.line.sequence) == (1, EMPTY_HEAD.hash, 2)
    assert second.line.previous == first.line.hash


@given(st.data())
def test_a_change_of_any_field_but_the_description_changes_the_hashed_row(data: st.DataObject) -> None:
    first = msgspec.structs.replace(spend(100), why="Svømmebriller")
    entries = post(first, ACCOUNTS_BEFORE)
    name = data.draw(
        st.sampled_from([field for field in Movement.__struct_fields__ if field not in {"legs", "why"}])
    )
    changed = msgspec.structs.replace(first, **{name: TODAY if name == "at" else "another"})
    if name == "at":
        changed = msgspec.structs.replace(first, at=NOW.replace(microsecond=1))
    if name == "effective_on":
        changed = msgspec.structs.replace(first, effective_on=TODAY.replace(day=1))
    assert hashed_row(changed, entries, DESCRIPTION_HASH) != hashed_row(first, entries, DESCRIPTION_HASH)
    assert hashed_row(first, entries[::-1], DESCRIPTION_HASH) == hashed_row(first, entries, DESCRIPTION_HASH)
    other = msgspec.structs.replace(entries[0], after_ore=entries[0].after_ore + 1)
    assert hashed_row(first, (other, *entries[1:]), DESCRIPTION_HASH) != hashed_row(
        first, entries, DESCRIPTION_HASH
    )
    assert hashed_row(first, entries, "other") != hashed_row(first, entries, DESCRIPTION_HASH)
    assert description_hash(msgspec.structs.replace(first, why="")) != description_hash(first)
    assert b"briller" not in hashed_row(first, entries, DESCRIPTION_HASH)
