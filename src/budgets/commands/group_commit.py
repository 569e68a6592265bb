"""Group commit: the commands of all threads of this process are executed in batches, one transaction each.

A commit waits for the disk, and a fund has one lock. Commands submitted during a commit form the next batch,
so a lone command waits for one commit only and concurrent ones share it. Each caller resumes when its own
batch is on disk.
"""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from datetime import timedelta
from queue import Empty, SimpleQueue

import msgspec
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from budgets.commands.dispatch import CommandResult
from budgets.commands.messages import Command
from budgets.commands.service import Outcome, execute_all
from budgets.commands.working_set import SubmittedCommand
from budgets.records.receipt_files import SanitizedReceipt
from foundation.clock import Clock
from foundation.db.transactions import write_transaction
from people.access.model import Actor
from people.web.app_state import AppRequest

BATCH_MAX = 256  # commands per commit
# A client whose command has just been committed often sends its next one at once.
BATCH_WINDOW = timedelta(milliseconds=2)


class _PendingCommand(msgspec.Struct, frozen=True):
    submission: SubmittedCommand
    future: Future[CommandResult]


class CommandQueue:
    """Accepts commands from any thread and executes them in a thread of its own."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._pending: SimpleQueue[_PendingCommand | None] = SimpleQueue()
        # How many commands to wait for in the next batch: the callers just resumed, and the pending ones.
        self._expected_count = 1
        self._thread = threading.Thread(target=self._run, name="command-queue", daemon=True)
        self._thread.start()

    def submit(self, submission: SubmittedCommand) -> CommandResult:
        """Execute the command and return its result once that is on disk. Raises what `dispatch` raises."""
        future: Future[CommandResult] = Future()
        self._pending.put(_PendingCommand(submission, future))
        return future.result()

    def close(self) -> None:
        """Execute the pending commands, then stop."""
        self._pending.put(None)
        self._thread.join()

    def _run(self) -> None:
        open_ = True
        while open_:
            first = self._pending.get()
            batch = [] if first is None else [first]
            open_ = first is not None and self._collect_batch(batch)
            if batch:
                self._resolve(batch)

    def _collect_batch(self, batch: list[_PendingCommand]) -> bool:
        """Add pending commands, waiting briefly for the expected number; returns False on closing."""
        deadline = time.monotonic() + BATCH_WINDOW.total_seconds()
        while len(batch) < BATCH_MAX:
            # A lone client is not delayed: where one command is expected, nothing is waited for.
            left = deadline - time.monotonic() if len(batch) < self._expected_count else 0
            try:
                pending = self._pending.get(timeout=left) if left > 0 else self._pending.get_nowait()
            except Empty:
                break
            if pending is None:
                return False
            batch.append(pending)
        return True

    def _resolve(self, batch: Sequence[_PendingCommand], *, retried: bool = False) -> None:
        try:
            outcomes = self._commit(batch)
            self._expected_count = len(batch) + self._pending.qsize()
        except IntegrityError as error:
            if retried:
                batch[0].future.set_exception(error)
                return
            # Another process wrote the same key, or the database rejected one command: retry them one by one.
            for pending in batch:
                self._resolve([pending], retried=True)
        except Exception as error:  # for the callers to handle; this thread must go on
            for pending in batch:
                pending.future.set_exception(error)
        else:
            for pending, outcome in zip(batch, outcomes, strict=True):
                if isinstance(outcome, Exception):
                    pending.future.set_exception(outcome)
                else:
                    pending.future.set_result(outcome)

    def _commit(self, batch: Sequence[_PendingCommand]) -> list[Outcome]:
        with write_transaction(self._engine) as db:
            return execute_all(db, [pending.submission for pending in batch], self._clock())


def submit_command(
    request: AppRequest,
    actor: Actor,
    command: Command,
    idempotency_key: str,
    receipt: SanitizedReceipt | None = None,
) -> CommandResult:
    """Execute the command with the next batch and return its result once that is committed.

    Call it outside a request context, so that no connection is held while waiting. Raises what
    `service.execute` raises.
    """
    queue: CommandQueue = request.app.state.command_queue
    return queue.submit(SubmittedCommand(actor, command, idempotency_key, receipt))
