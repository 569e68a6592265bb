"""Posting to the ledger: what is written, what comes back for a key that came before, and many who post at once."""

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Engine

from budgets import store
from budgets.errors import AlreadyReversed, BudgetsError, KeyUsedBefore, Overdrawn
from budgets.ledger import Movement, MovementKind, reversing_legs, transfer
from foundation.database import reading, writing
from tests.budgets.money_factory import (
    BAKING,
    SWIM_SPENT,
    SWIMMING,
    UNALLOCATED,
    fill,
    movement,
    settle,
    spend,
    sums,
)

WRITERS = 8
ROOT = Path(__file__).parents[2]


@pytest.fixture
def ledger(engine: Engine) -> Engine:
    """100,000 kr. in the fund, 5,000 kr. granted, 1,850 kr. of them for swimming."""
    with writing(engine) as db:
        settle(db)
        fill(db)
    return engine


def post(engine: Engine, *movements: Movement) -> list[store.Posted]:
    with writing(engine) as db:
        return store.post_many(db, movements)


def test_a_purchase_leaves_the_envelope_and_stands_as_spent(ledger: Engine) -> None:
    (posted,) = post(ledger, spend(250_50))
    after = sums(ledger)
    assert posted.fresh
    assert after.balances_ore[SWIMMING.id] == 1_599_50
    assert after.balances_ore[SWIM_SPENT.id] == 250_50
    assert after.balances_ore == after.of_entries_ore
    assert after.of_balances_ore == 0
    with reading(ledger) as db:
        found = store.movement(db, posted.movement_id)
    assert found is not None
    assert set(found.legs) == set(transfer(SWIMMING.id, SWIM_SPENT.id, 250_50))


def test_the_same_command_again_gives_the_first_movement_and_writes_nothing(ledger: Engine) -> None:
    first = spend(100_00, key="one press")
    again = msgspec.structs.replace(spend(100_00, key="one press"))
    assert [one.movement_id for one in (*post(ledger, first), *post(ledger, again))] == [first.id, first.id]
    assert post(ledger, first, again) == [store.Posted(first.id, fresh=False)] * 2
    assert sums(ledger).balances_ore[SWIM_SPENT.id] == 100_00


def test_the_same_key_with_other_content_is_refused(ledger: Engine) -> None:
    post(ledger, spend(100_00, key="one press"))
    with pytest.raises(KeyUsedBefore):
        post(ledger, spend(101_00, key="one press"))
    with pytest.raises(KeyUsedBefore):
        post(ledger, spend(1, key="two"), spend(2, key="two"))
    assert sums(ledger).balances_ore[SWIM_SPENT.id] == 100_00


def test_of_many_movements_all_are_written_or_none(ledger: Engine) -> None:
    before = sums(ledger)
    with pytest.raises(Overdrawn):
        post(ledger, *(spend(100_00) for _ in range(19)))
    assert sums(ledger) == before
    post(ledger, *(spend(100_00) for _ in range(18)))
    assert sums(ledger).balances_ore[SWIMMING.id] == 50_00


def test_later_movements_stand_on_the_earlier_ones_of_the_same_posting(ledger: Engine) -> None:
    post(
        ledger,
        movement(MovementKind.ALLOCATE, *transfer(UNALLOCATED.id, BAKING.id, 3_150_00)),
        movement(MovementKind.MOVE, *transfer(BAKING.id, SWIMMING.id, 3_150_00)),
        spend(5_000_00),
    )
    after = sums(ledger)
    assert [after.balances_ore[one.id] for one in (UNALLOCATED, BAKING, SWIMMING)] == [0, 0, 0]
    assert after.versions[SWIMMING.id] == 3


def reversal_of(posted: Movement, key: str = "") -> Movement:
    legs = reversing_legs(posted.kind, posted.legs)
    return movement(MovementKind.REVERSE, *legs, reverses=posted.id, key=key)


def test_a_purchase_is_reversed_once(ledger: Engine) -> None:
    purchase = spend(100_00)
    post(ledger, purchase)
    post(ledger, reversal_of(purchase))
    assert sums(ledger).balances_ore[SWIMMING.id] == 1_850_00
    with pytest.raises(AlreadyReversed):
        post(ledger, reversal_of(purchase))
    other = spend(10_00)
    post(ledger, other)
    with pytest.raises(AlreadyReversed):
        post(ledger, reversal_of(other), reversal_of(other))


def at_once(work: Callable[[int], None], workers: int = WRITERS) -> None:
    """Run the same work in many threads that begin together; whatever fails is raised here."""
    begin = threading.Barrier(workers)
    problems: list[BaseException] = []

    def run(number: int) -> None:
        begin.wait()
        try:
            work(number)
        except BaseException as problem:
            problems.append(problem)

    threads = [threading.Thread(target=run, args=[number]) for number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]


def tries(engine: Engine, make: Callable[[], Movement], times: int, results: list[str]) -> None:
    for _ in range(times):
        try:
            results.append("done" if post(engine, make())[0].fresh else "before")
        except BudgetsError as problem:
            results.append(type(problem).__name__)


def test_eight_writers_never_overspend_an_envelope(ledger: Engine) -> None:
    results: list[str] = []
    at_once(lambda _: tries(ledger, lambda: spend(100_00), 4, results))
    assert (results.count("done"), results.count("Overdrawn")) == (18, 14)
    assert sums(ledger).balances_ore[SWIMMING.id] == 50_00
    assert sums(ledger).versions[SWIMMING.id] == 19


def test_eight_presses_of_one_button_are_one_purchase(ledger: Engine) -> None:
    results: list[str] = []
    at_once(lambda _: tries(ledger, lambda: spend(100_00, key="one press"), 1, results))
    assert sorted(results) == ["before"] * 7 + ["done"]
    assert sums(ledger).balances_ore[SWIM_SPENT.id] == 100_00


def test_of_eight_reversals_one_wins(ledger: Engine) -> None:
    purchase = spend(100_00)
    post(ledger, purchase)
    results: list[str] = []
    at_once(lambda _: tries(ledger, lambda: reversal_of(purchase), 1, results))
    assert sorted(results) == ["AlreadyReversed"] * 7 + ["done"]


def test_moves_back_and_forth_never_lock_each_other_out(ledger: Engine) -> None:
    post(ledger, movement(MovementKind.ALLOCATE, *transfer(UNALLOCATED.id, BAKING.id, 1_850_00)))
    results: list[str] = []

    def work(number: int) -> None:
        ends = (SWIMMING.id, BAKING.id) if number % 2 else (BAKING.id, SWIMMING.id)
        tries(ledger, lambda: movement(MovementKind.MOVE, *transfer(*ends, 1_00)), 5, results)

    at_once(work)
    assert results == ["done"] * 40
    assert sums(ledger).balances_ore[SWIMMING.id] == 1_850_00


def test_the_same_key_at_once_for_other_accounts_is_refused(ledger: Engine) -> None:
    post(ledger, movement(MovementKind.ALLOCATE, *transfer(UNALLOCATED.id, BAKING.id, 100_00)))
    results: list[str] = []

    def work(number: int) -> None:
        start, end = ((SWIMMING, SWIM_SPENT), (UNALLOCATED, BAKING))[number % 2]
        kind = (MovementKind.SPEND, MovementKind.ALLOCATE)[number % 2]
        tries(ledger, lambda: movement(kind, *transfer(start.id, end.id, 1_00), key="one press"), 1, results)

    at_once(work)
    assert results.count("done") == 1
    assert results.count("before") == 3
    assert results.count("KeyUsedBefore") == 4


def test_processes_of_their_own_never_overspend_an_envelope(ledger: Engine) -> None:
    url = ledger.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.budgets.spend_process", url, "10"]
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        for _ in range(3)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    done = 0
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        out, _ = process.communicate(timeout=120)
        assert process.returncode == 0
        done += int(out)
    assert done == 18
    after = sums(ledger)
    assert after.balances_ore[SWIMMING.id] == 50_00
    assert after.balances_ore == after.of_entries_ore
