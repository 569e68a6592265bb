"""Doing what is ordered: in an open transaction, or in the next group that the teller commits.

Access is asked, the rules of money decide, the movements are posted and the change is written down, all in one go.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine

from budgets.commands import working_set_store
from budgets.commands.dispatch import obey
from budgets.commands.messages import Command, Lapse
from budgets.commands.working_set import Books, Moment, Order
from budgets.errors import BudgetsError
from budgets.records import requests as records_requests
from budgets.records.receipt_files import CleanReceipt
from foundation.clock import local_date
from foundation.db.transactions import reading, writing
from foundation.ids import new_id
from people.access.model import NOBODY
from people.errors import PeopleError
from people.web.context import Visit

Outcome = str | BudgetsError | PeopleError  # the id of what an order made, or why it was refused


def carry_out(visit: Visit, command: Command, key: str, receipt: CleanReceipt | None = None) -> str:
    """Carry out one command of whoever acts, in the visit's transaction; gives the id of what it made.

    The same command with the same key changes nothing a second time and gives what the first one gave. Raises
    KeyUsedBefore for another command with that key, NotAllowed and NotFound, and what the rule of the command raises.
    """
    (outcome,) = carry_out_all(visit.db, [Order(visit.actor, command, key, receipt)], visit.now)
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def preview(visit: Visit, command: Command) -> Books:
    """What the command would do now, and nothing done: the books that would be written. Raises as `carry_out`."""
    order = Order(visit.actor, command, new_id())
    moment = Moment(visit.now, local_date(visit.now))
    books = working_set_store.read(visit.db, [order], moment)
    obey(books, order, moment)
    return books


def carry_out_all(db: Connection, orders: Sequence[Order], now: datetime) -> list[Outcome]:
    """Carry out orders one after another as if each came alone; gives what each made or why it was refused."""
    moment = Moment(now, local_date(now))
    books = working_set_store.read(db, list(orders), moment)
    outcomes: list[Outcome] = []
    for order in orders:
        try:
            outcomes.append(obey(books, order, moment))
        except (BudgetsError, PeopleError) as refusal:
            outcomes.append(refusal)
    working_set_store.write(db, books, moment)
    return outcomes


def lapse_overdue(engine: Engine, now: datetime) -> int:
    """Give back what was put aside and not used in time; gives how many requests lapsed. Doing it twice changes nothing.

    Each in a transaction of its own, so that one that cannot lapse (its books are closed) keeps no other from it.
    """
    with reading(engine) as db:
        overdue = records_requests.overdue(db, local_date(now))
    lapsed = 0
    for request_id in overdue:
        with writing(engine) as db:
            (outcome,) = carry_out_all(db, [Order(NOBODY, Lapse(request_id), new_id())], now)
        lapsed += isinstance(outcome, str)
    return lapsed
