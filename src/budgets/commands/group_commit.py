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

from budgets.commands.messages import Command
from budgets.commands.service import Outcome, carry_out_all
from budgets.commands.working_set import Order
from budgets.records.receipt_files import CleanReceipt
from foundation.clock import Clock
from foundation.db.transactions import writing
from people.access.model import Actor
from people.web.app_state import AppRequest

GROUP_MAX = 256  # orders per commit
PATIENCE = timedelta(milliseconds=2)  # whoever was answered a moment ago often orders again at once


class _Waiting(msgspec.Struct, frozen=True):
    order: Order
    answer: Future[str]


class Teller:
    """Takes orders from any thread."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._orders: SimpleQueue[_Waiting | None] = SimpleQueue()
        # So many orders are expected in the next group: of those who are answered, and of those who wait already.
        self._expected = 1
        self._thread = threading.Thread(target=self._serve, name="teller", daemon=True)
        self._thread.start()

    def carry_out(self, order: Order) -> str:
        """Carry the order out; gives the id of what it made when that is on disk. Raises why it was refused."""
        answer: Future[str] = Future()
        self._orders.put(_Waiting(order, answer))
        return answer.result()

    def close(self) -> None:
        """Carry out what waits, then stop."""
        self._orders.put(None)
        self._thread.join()

    def _serve(self) -> None:
        open_ = True
        while open_:
            first = self._orders.get()
            group = [] if first is None else [first]
            open_ = first is not None and self._gather(group)
            if group:
                self._answer(group)

    def _gather(self, group: list[_Waiting]) -> bool:
        """Take in what waits, and wait a moment for as many as are expected; gives whether there may be more."""
        patience = time.monotonic() + PATIENCE.total_seconds()
        while len(group) < GROUP_MAX:
            left = patience - time.monotonic() if len(group) < self._expected else 0
            try:
                one = self._orders.get(timeout=left) if left > 0 else self._orders.get_nowait()
            except Empty:
                break
            if one is None:
                return False
            group.append(one)
        return True

    def _answer(self, group: Sequence[_Waiting], *, last: bool = False) -> None:
        try:
            outcomes = self._commit(group)
            self._expected = len(group) + self._orders.qsize()
        except IntegrityError as problem:
            if last:
                group[0].answer.set_exception(problem)
                return
            # Another process did the same at the same moment, or the database refused one order of them: each once more.
            for one in group:
                self._answer([one], last=True)
        except Exception as problem:  # whatever it is belongs to those who wait, not to this thread
            for one in group:
                one.answer.set_exception(problem)
        else:
            for one, outcome in zip(group, outcomes, strict=True):
                if isinstance(outcome, Exception):
                    one.answer.set_exception(outcome)
                else:
                    one.answer.set_result(outcome)

    def _commit(self, group: Sequence[_Waiting]) -> list[Outcome]:
        with writing(self._engine) as db:
            return carry_out_all(db, [one.order for one in group], self._clock())


def give_order(
    request: AppRequest, actor: Actor, command: Command, key: str, receipt: CleanReceipt | None = None
) -> str:
    """Have the command carried out and give the id of what it made, once that is on disk.

    Asked outside a visit, so that nobody holds a connection while waiting. Raises as `service.carry_out`.
    """
    teller: Teller = request.app.state.teller
    return teller.carry_out(Order(actor, command, key, receipt))
