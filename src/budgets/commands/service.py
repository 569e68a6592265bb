"""Executing commands in an open transaction: load the working set, dispatch, save.

`group_commit` calls this for the commands of a batch.
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

Outcome = CommandResult | BudgetsError | PeopleError  # the result, or the error that rejected the command


def execute(
    context: RequestContext, command: Command, idempotency_key: str, receipt: SanitizedReceipt | None = None
) -> str:
    """Execute a command in the context's transaction; returns the id of the record it created or changed.

    A repeated command with the same key has no effect and returns the same id. Raises IdempotencyKeyReused
    for another command with that key, NotAllowed, NotFound, and what the command's handler raises.
    """
    (outcome,) = execute_all(
        context.db, [SubmittedCommand(context.actor, command, idempotency_key, receipt)], context.now
    )
    if isinstance(outcome, Exception):
        raise outcome
    return outcome.id


def dry_run(context: RequestContext, command: Command) -> WorkingSet:
    """Execute a command without saving; returns the working set as it would be saved. Raises as `execute`."""
    submission = SubmittedCommand(context.actor, command, new_id())
    time = CommandTime(context.now, local_date(context.now))
    working_set = working_set_store.load(context.db, [submission], time)
    dispatch(working_set, submission, time)
    return working_set


def execute_all(db: Connection, submissions: Sequence[SubmittedCommand], now: datetime) -> list[Outcome]:
    """Execute commands one after another, each as if alone; returns an outcome for each, in their order."""
    time = CommandTime(now, local_date(now))
    working_set = working_set_store.load(db, list(submissions), time)
    outcomes: list[Outcome] = []
    for submission in submissions:
        try:
            outcomes.append(dispatch(working_set, submission, time))
        # Only refusals become outcomes; any other error has to roll back the whole transaction.
        except (BudgetsError, PeopleError) as error:
            outcomes.append(error)
    working_set_store.save(db, working_set, time)
    return outcomes


def expire_reservations(engine: Engine, now: datetime) -> int:
    """Release reservations that were not used in time; returns how many requests expired. Idempotent.

    Each has a transaction of its own, so that one that cannot expire (its books are closed) doesn't stop the
    others.
    """
    with read_transaction(engine) as db:
        # Read without a lock. The handler checks each again, since it may have been used meanwhile.
        overdue = records_requests.overdue_reservations(db, local_date(now))
    expired = 0
    for request_id in overdue:
        with write_transaction(engine) as db:
            # An actor without a person id is the system.
            (outcome,) = execute_all(
                db, [SubmittedCommand(ANONYMOUS, ExpireReservation(request_id), new_id())], now
            )
        expired += isinstance(outcome, CommandResult)
    return expired
