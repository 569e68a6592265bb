"""Concurrent commands, of one process or several: the rules hold, and no thread waits for ever."""

import threading
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine

from budgets.commands.group_commit import CommandQueue
from budgets.commands.messages import (
    AllocateToGoal,
    CloseGrant,
    Command,
    DecideRequest,
    ReallocateToGoal,
    RecordPurchase,
    RequestSpending,
    Reverse,
)
from budgets.commands.working_set import SubmittedCommand
from budgets.errors import BudgetsError
from budgets.ledger import store as ledger_store
from budgets.ledger.double_entry import MovementKind, transfer
from budgets.model import ClosingCause
from foundation.clock import Clock
from foundation.db.transactions import write_transaction
from foundation.ids import new_id
from people.access.model import Actor, Role, RoleAssignment
from people.directory import store as directory_store
from people.directory.model import Person
from tests.support.budget_factory import (
    BAKE,
    BAKING,
    CITIZEN,
    FUND_ACCOUNT,
    GRANT,
    NOW,
    OFFICER,
    SWIM,
    SWIM_SPENT,
    SWIMMING,
    TODAY,
    UNALLOCATED,
    create_records,
    ledger_totals,
    movement,
    post_funding,
)
from tests.support.concurrent_spenders import assert_ledger_intact, release, start_spenders

WRITERS = 8
ODIN = Actor(OFFICER.id, "Odin", (RoleAssignment(Role.BUDGET_OFFICER),))
ASTA = Actor(CITIZEN.id, "Asta", (RoleAssignment(Role.CITIZEN),))


@pytest.fixture
def ledger(engine: Engine) -> Engine:
    """100,000 kr. in the fund, 5,000 kr. granted, 1,850 kr. of them for swimming, nothing for baking."""
    with write_transaction(engine) as db:
        create_records(db)
        post_funding(db)
    return engine


@pytest.fixture
def queues(ledger: Engine) -> Iterator[tuple[CommandQueue, CommandQueue]]:
    """Two queues on one database, like two server processes."""
    clock: Clock = lambda: NOW  # noqa: E731 - a fixed time
    pair = CommandQueue(ledger, clock), CommandQueue(ledger, clock)
    yield pair
    for queue in pair:
        queue.close()


def purchase(amount_ore: int) -> RecordPurchase:
    return RecordPurchase(GRANT.id, SWIM.id, amount_ore, TODAY, "Svømmekort")


def run_concurrently(work: Callable[[int], None], workers: int = WRITERS) -> None:
    """Run the same work in many threads that start together; raises the first error of any of them."""
    begin = threading.Barrier(workers)
    errors: list[BaseException] = []

    def run(number: int) -> None:
        begin.wait()
        try:
            work(number)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=[number]) for number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def submit_repeatedly(
    queue: CommandQueue, command: Command, times: int, results: list[str], key: str = "", actor: Actor = ODIN
) -> None:
    for _ in range(times):
        try:
            results.append(queue.submit(SubmittedCommand(actor, command, key or new_id())).id)
        except BudgetsError as error:
            results.append(type(error).__name__)


def test_many_writers_never_overspend_an_envelope(
    ledger: Engine, queues: tuple[CommandQueue, CommandQueue]
) -> None:
    results: list[str] = []
    run_concurrently(lambda number: submit_repeatedly(queues[number % 2], purchase(100_00), 4, results))
    assert (results.count("Overdrawn"), len(set(results))) == (14, 19)
    after = ledger_totals(ledger)
    assert after.balances_ore[SWIMMING.id] == 50_00
    assert after.versions[SWIMMING.id] == 19
    assert after.balances_ore == after.computed_balances_ore


def test_many_presses_of_one_button_are_one_purchase(
    ledger: Engine, queues: tuple[CommandQueue, CommandQueue]
) -> None:
    results: list[str] = []
    run_concurrently(
        lambda number: submit_repeatedly(queues[number % 2], purchase(100_00), 1, results, key="one press")
    )
    assert len(results) == WRITERS
    assert len(set(results)) == 1
    assert ledger_totals(ledger).balances_ore[SWIM_SPENT.id] == 100_00


def test_the_same_key_at_once_for_other_commands_is_refused(
    ledger: Engine, queues: tuple[CommandQueue, CommandQueue]
) -> None:
    results: list[str] = []
    others: tuple[Command, ...] = (purchase(100_00), AllocateToGoal(GRANT.id, BAKE.id, 100_00))
    run_concurrently(
        lambda number: submit_repeatedly(queues[number // 4], others[number % 2], 1, results, key="one press")
    )
    assert results.count("IdempotencyKeyReused") == 4
    assert len(set(results)) == 2
    after = ledger_totals(ledger).balances_ore
    assert after[SWIM_SPENT.id] + after[BAKING.id] == 100_00


def test_of_many_reversals_one_wins(ledger: Engine, queues: tuple[CommandQueue, CommandQueue]) -> None:
    bought = queues[0].submit(SubmittedCommand(ODIN, purchase(100_00), "bought")).id
    results: list[str] = []
    run_concurrently(
        lambda number: submit_repeatedly(queues[number % 2], Reverse(bought, "Forkert"), 1, results)
    )
    assert results.count("AlreadyReversed") == WRITERS - 1
    assert ledger_totals(ledger).balances_ore[SWIMMING.id] == 1_850_00


def test_of_many_officers_who_decide_at_once_one_wins(
    ledger: Engine, queues: tuple[CommandQueue, CommandQueue]
) -> None:
    others = [Person(f"officer-{number}", f"Nr {number}", "Opfundet") for number in range(WRITERS)]
    with write_transaction(ledger) as db:
        directory_store.add_people(db, others, NOW)
    request_id = (
        queues[0]
        .submit(SubmittedCommand(ASTA, RequestSpending(GRANT.id, SWIM.id, "Cykel", 900_00), "ask"))
        .id
    )
    results: list[str] = []

    def work(number: int) -> None:
        officer = Actor(others[number].id, others[number].given_name, ODIN.roles)
        decision = DecideRequest(request_id, yes=number % 2 == 0, reasons="x", rule="x")
        submit_repeatedly(queues[number // 4], decision, 1, results, actor=officer)

    run_concurrently(work)
    assert results.count("InvalidRequestState") == WRITERS - 1
    assert ledger_totals(ledger).balances_ore[SWIMMING.id] in {950_00, 1_850_00}


def test_of_many_closings_one_wins(ledger: Engine, queues: tuple[CommandQueue, CommandQueue]) -> None:
    results: list[str] = []
    run_concurrently(
        lambda number: submit_repeatedly(
            queues[number % 2], CloseGrant(GRANT.id, ClosingCause.DIED), 1, results
        )
    )
    assert results.count("GrantClosed") == WRITERS - 1
    after = ledger_totals(ledger).balances_ore
    assert (after[SWIMMING.id], after[UNALLOCATED.id], after["returned-"]) == (0, 0, 5_000_00)


def test_moves_back_and_forth_never_lock_each_other_out(
    ledger: Engine, queues: tuple[CommandQueue, CommandQueue]
) -> None:
    with write_transaction(ledger) as db:
        legs = transfer(UNALLOCATED.id, BAKING.id, 1_850_00)
        ledger_store.bulk_post(db, [movement(MovementKind.ALLOCATE, *legs)])
    results: list[str] = []

    def work(number: int) -> None:
        ends = (SWIM.id, BAKE.id) if number % 2 else (BAKE.id, SWIM.id)
        submit_repeatedly(queues[number // 4], ReallocateToGoal(GRANT.id, *ends, 1_00, ""), 5, results)

    run_concurrently(work)
    assert len(set(results)) == 40
    assert ledger_totals(ledger).balances_ore[SWIMMING.id] == 1_850_00


def test_a_rejected_command_does_not_affect_the_others_of_its_batch(
    ledger: Engine, queues: tuple[CommandQueue, CommandQueue]
) -> None:
    results: list[str] = []
    amounts = (1_00, 9_999_00, 2_00, 9_999_00, 3_00, 9_999_00, 4_00, 9_999_00)
    run_concurrently(lambda number: submit_repeatedly(queues[0], purchase(amounts[number]), 1, results))
    assert results.count("Overdrawn") == 4
    assert ledger_totals(ledger).balances_ore[SWIM_SPENT.id] == 10_00


def test_a_database_error_is_raised_to_the_caller_of_that_command_only(
    ledger: Engine, queues: tuple[CommandQueue, CommandQueue]
) -> None:
    results: list[str] = []
    nobody = Actor("nobody-who-exists", "Ingen", (RoleAssignment(Role.BUDGET_OFFICER),))

    def work(number: int) -> None:
        actor = nobody if number == 0 else ODIN
        try:
            results.append(queues[0].submit(SubmittedCommand(actor, purchase(1_00), new_id())).id)
        except Exception as error:
            results.append(type(error).__name__)

    run_concurrently(work)
    assert results.count("IntegrityError") == 1
    assert ledger_totals(ledger).balances_ore[SWIM_SPENT.id] == 7_00


def drain(engine: Engine, amount_ore: int, processes: int, threads: int) -> int:
    """Spend one envelope from many threads of many processes; returns how many purchases succeeded."""
    started = start_spenders(engine.url.render_as_string(hide_password=False), amount_ore, processes, threads)
    release(started)
    purchase_ids: list[str] = []
    for process in started:
        out, _ = process.communicate(timeout=600)
        assert process.returncode == 0
        purchase_ids += out.split()
    assert_ledger_intact(engine, set(purchase_ids))
    return len(purchase_ids)


def test_several_processes_never_overspend_an_envelope(ledger: Engine) -> None:
    assert drain(ledger, 10_00, processes=3, threads=4) == 185
    assert ledger_totals(ledger).balances_ore[SWIMMING.id] == 0


@pytest.mark.long
def test_sixty_four_writers_drain_ten_thousand_kroner_to_the_last_one(ledger: Engine) -> None:
    with write_transaction(ledger) as db:
        ledger_store.bulk_post(
            db,
            [
                movement(MovementKind.GRANT, *transfer(FUND_ACCOUNT.id, UNALLOCATED.id, 8_150_00)),
                movement(MovementKind.ALLOCATE, *transfer(UNALLOCATED.id, SWIMMING.id, 8_150_00)),
            ],
        )
    assert drain(ledger, 1_00, processes=8, threads=8) == 10_000
    assert ledger_totals(ledger).balances_ore[SWIMMING.id] == 0
