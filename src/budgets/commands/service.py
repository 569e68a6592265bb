"""Doing what is ordered: in an open transaction, or in the next group that the teller commits.

Access is asked, the rules of money decide, the movements are posted and the change is written down, all in one go.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine

from budgets.commands import working_set_store
from budgets.commands.dispatch import CommandResult, dispatch
from budgets.commands.messages import Command, ExpireReservation
from budgets.commands.working_set import CommandTime, SubmittedCommand, WorkingSet
from budgets.errors import BudgetsError
from budgets.records import requests as records_requests
from budgets.records.receipt_files import SanitizedReceipt
from foundation.clock import local_date
from foundation.db.transactions import read_transaction, write_transaction
from foundation.ids import new_id
from people.access.model import ANONYMOUS
from people.errors import PeopleError
from people.web.context import RequestContext

Outcome = CommandResult | BudgetsError | PeopleError  # why it was refused, otherwise


def execute(
    context: RequestContext, command: Command, idempotency_key: str, receipt: SanitizedReceipt | None = None
) -> str:
    """Carry out one command of whoever acts, in the visit's transaction; gives the id of what it made.

    The same command with the same key changes nothing a second time and gives what the first one gave. Raises
    IdempotencyKeyReused for another command with that key, NotAllowed and NotFound, and what the rule of the command raises.
    """
    (outcome,) = execute_all(
        context.db, [SubmittedCommand(context.actor, command, idempotency_key, receipt)], context.now
    )
    if isinstance(outcome, Exception):
        raise outcome
    return outcome.id


def dry_run(context: RequestContext, command: Command) -> WorkingSet:
    """What the command would do now, and nothing done: the books that would be written. Raises as `carry_out`."""
    order = SubmittedCommand(context.actor, command, new_id())
    moment = CommandTime(context.now, local_date(context.now))
    books = working_set_store.load(context.db, [order], moment)
    dispatch(books, order, moment)
    return books


def execute_all(db: Connection, submissions: Sequence[SubmittedCommand], now: datetime) -> list[Outcome]:
    """Carry out orders one after another as if each came alone; gives what each made or why it was refused."""
    moment = CommandTime(now, local_date(now))
    books = working_set_store.load(db, list(submissions), moment)
    outcomes: list[Outcome] = []
    for order in submissions:
        try:
            outcomes.append(dispatch(books, order, moment))
        except (BudgetsError, PeopleError) as refusal:
            outcomes.append(refusal)
    working_set_store.save(db, books, moment)
    return outcomes


def expire_reservations(engine: Engine, now: datetime) -> int:
    """Give back what was put aside and not used in time; gives how many requests lapsed. Doing it twice changes nothing.

    Each in a transaction of its own, so that one that cannot lapse (its books are closed) keeps no other from it.
    """
    with read_transaction(engine) as db:
        overdue = records_requests.overdue_reservations(db, local_date(now))
    lapsed = 0
    for request_id in overdue:
        with write_transaction(engine) as db:
            (outcome,) = execute_all(
                db, [SubmittedCommand(ANONYMOUS, ExpireReservation(request_id), new_id())], now
            )
        lapsed += isinstance(outcome, CommandResult)
    return lapsed
