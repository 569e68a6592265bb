"""The ledger's rules, without a database."""

from collections.abc import Callable

import msgspec
import pytest

from budgets.errors import AlreadyReversed, MovementRefused, Overdrawn, Unbalanced, WrongAccounts
from budgets.ledger import (
    Account,
    Direction,
    Entry,
    Leg,
    Movement,
    MovementKind,
    changed,
    decide,
    fingerprint,
    reversing_legs,
    transfer,
)
from tests.budgets.money_factory import (
    ACCOUNTS,
    FREE,
    SOURCE,
    SWIM_SPENT,
    SWIMMING,
    UNALLOCATED,
    movement,
    spend,
    with_balance,
)

HOLDING = {one.id: one for one in ACCOUNTS} | {SWIMMING.id: with_balance(SWIMMING, 300_00, version=7)}


def test_a_purchase_takes_from_the_envelope_and_shows_the_balance_before_and_after() -> None:
    assert decide(spend(120_50), HOLDING) == (
        Entry(SWIMMING.id, Direction.OUT, 120_50, 300_00, 179_50, 8),
        Entry(SWIM_SPENT.id, Direction.IN, 120_50, 0, 120_50, 1),
    )


def test_the_last_oere_can_be_spent_but_not_one_more() -> None:
    assert decide(spend(300_00), HOLDING)[0].after_ore == 0
    with pytest.raises(Overdrawn) as refused:
        decide(spend(300_01), HOLDING)
    assert (refused.value.account_id, refused.value.balance_ore, refused.value.amount_ore) == (
        SWIMMING.id,
        300_00,
        300_01,
    )


def test_only_the_municipality_outside_may_stand_below_zero() -> None:
    assert [one.kind for one in ACCOUNTS if one.may_go_negative] == [SOURCE.kind]
    entries = decide(movement(MovementKind.ENDOW, *transfer(SOURCE.id, FREE.id, 50_00)), HOLDING)
    assert [one.after_ore for one in entries] == [-50_00, 50_00]


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
    after = changed(HOLDING | {"reserved": reserved}, decide(purchase, HOLDING | {"reserved": reserved}))
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
        (lambda: movement(MovementKind.GRANT, *transfer(UNALLOCATED.id, FREE.id, 5)), WrongAccounts),
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
        decide(refused(), HOLDING)


def test_a_reversal_is_the_mirror_and_is_never_reversed_itself() -> None:
    legs = transfer(SWIMMING.id, SWIM_SPENT.id, 5)
    assert reversing_legs(MovementKind.SPEND, legs) == (
        Leg(SWIMMING.id, Direction.IN, 5),
        Leg(SWIM_SPENT.id, Direction.OUT, 5),
    )
    with pytest.raises(AlreadyReversed):
        reversing_legs(MovementKind.REVERSE, legs)


def test_a_retry_has_the_same_digest_and_another_amount_has_not() -> None:
    first = spend(100, key="k")
    again = msgspec.structs.replace(first, id="another", legs=first.legs[::-1])
    assert fingerprint(again) == fingerprint(first)
    assert fingerprint(spend(101, key="k")) != fingerprint(first)
    assert fingerprint(msgspec.structs.replace(first, actor_id="somebody else")) != fingerprint(first)
