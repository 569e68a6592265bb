"""Doing what is ordered: in an open transaction, or in the next group that the teller commits.

Access is asked, the rules of money decide, the movements are posted and the change is written down, all in one go.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from budgets import store_books
from budgets.books import Moment, Order
from budgets.commands import Command
from budgets.errors import BudgetsError
from budgets.obeying import obey
from budgets.receipts import CleanReceipt
from foundation.clock import local_date
from people.errors import PeopleError
from people.visits import Visit

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


def carry_out_all(db: Connection, orders: Sequence[Order], now: datetime) -> list[Outcome]:
    """Carry out orders one after another as if each came alone; gives what each made or why it was refused."""
    moment = Moment(now, local_date(now))
    books = store_books.read(db, list(orders), moment).draft()
    outcomes: list[Outcome] = []
    for order in orders:
        try:
            outcomes.append(obey(books, order, moment))
        except (BudgetsError, PeopleError) as refusal:
            outcomes.append(refusal)
    store_books.write(db, books, moment)
    return outcomes
