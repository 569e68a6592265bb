"""The one who carries out orders on money in this process: those that wait together are committed together.

A commit waits for the disk, and a fund has one lock. Orders that came while the last group was being committed form the
next one, so a lone order waits for one commit only and many share it. Each is answered when its own group is on disk.
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

BATCH_MAX = 256  # orders per commit
BATCH_WINDOW = timedelta(milliseconds=2)  # whoever was answered a moment ago often orders again at once


class _PendingCommand(msgspec.Struct, frozen=True):
    submission: SubmittedCommand
    future: Future[CommandResult]


class CommandQueue:
    """Takes orders from any thread."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._pending: SimpleQueue[_PendingCommand | None] = SimpleQueue()
        # So many orders are expected in the next group: of those who are answered, and of those who wait already.
        self._expected_count = 1
        self._thread = threading.Thread(target=self._run, name="command-queue", daemon=True)
        self._thread.start()

    def submit(self, submission: SubmittedCommand) -> CommandResult:
        """Carry the order out; gives the id of what it made when that is on disk. Raises why it was refused."""
        answer: Future[CommandResult] = Future()
        self._pending.put(_PendingCommand(submission, answer))
        return answer.result()

    def close(self) -> None:
        """Carry out what waits, then stop."""
        self._pending.put(None)
        self._thread.join()

    def _run(self) -> None:
        open_ = True
        while open_:
            first = self._pending.get()
            group = [] if first is None else [first]
            open_ = first is not None and self._collect_batch(group)
            if group:
                self._resolve(group)

    def _collect_batch(self, batch: list[_PendingCommand]) -> bool:
        """Take in what waits, and wait a moment for as many as are expected; gives whether there may be more."""
        patience = time.monotonic() + BATCH_WINDOW.total_seconds()
        while len(batch) < BATCH_MAX:
            left = patience - time.monotonic() if len(batch) < self._expected_count else 0
            try:
                one = self._pending.get(timeout=left) if left > 0 else self._pending.get_nowait()
            except Empty:
                break
            if one is None:
                return False
            batch.append(one)
        return True

    def _resolve(self, batch: Sequence[_PendingCommand], *, retried: bool = False) -> None:
        try:
            outcomes = self._commit(batch)
            self._expected_count = len(batch) + self._pending.qsize()
        except IntegrityError as problem:
            if retried:
                batch[0].future.set_exception(problem)
                return
            # Another process did the same at the same moment, or the database refused one order of them: each once more.
            for one in batch:
                self._resolve([one], retried=True)
        except Exception as problem:  # whatever it is belongs to those who wait, not to this thread
            for one in batch:
                one.future.set_exception(problem)
        else:
            for one, outcome in zip(batch, outcomes, strict=True):
                if isinstance(outcome, Exception):
                    one.future.set_exception(outcome)
                else:
                    one.future.set_result(outcome)

    def _commit(self, batch: Sequence[_PendingCommand]) -> list[Outcome]:
        with write_transaction(self._engine) as db:
            return execute_all(db, [one.submission for one in batch], self._clock())


def submit_command(
    request: AppRequest,
    actor: Actor,
    command: Command,
    idempotency_key: str,
    receipt: SanitizedReceipt | None = None,
) -> CommandResult:
    """Execute the command with the next group and return its result once that is committed.

    Called outside a context, so that nobody holds a connection while waiting. Raises what `service.execute` raises.
    """
    queue: CommandQueue = request.app.state.command_queue
    return queue.submit(SubmittedCommand(actor, command, idempotency_key, receipt))
