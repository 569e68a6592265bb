"""Dispatches commands on a working set: enforces idempotency and calls the command's handler.

No I/O but new ids.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from budgets.commands import messages
from budgets.commands.context import CommandContext
from budgets.commands.handlers import closing, purchases
from budgets.commands.handlers import funds as handlers_funds
from budgets.commands.handlers import requests as handlers_requests
from budgets.commands.messages import command_digest
from budgets.commands.working_set import CommandTime, CompletedCommand, SubmittedCommand, WorkingSet
from budgets.errors import IdempotencyKeyReused
from budgets.model import SpendingRequest

HANDLERS: dict[type, Callable[[CommandContext, Any], str]] = {
    messages.AddFund: handlers_funds.add_fund,
    messages.AddFunding: handlers_funds.add_funding,
    messages.ClosePeriod: handlers_funds.close_period,
    messages.MakeGrant: handlers_funds.make_grant,
    messages.AllocateToGoal: handlers_funds.allocate_to_goal,
    messages.ReallocateToGoal: handlers_funds.reallocate_to_goal,
    messages.RecordPurchase: purchases.record_purchase,
    messages.Refund: purchases.refund,
    messages.AttachReceipt: purchases.attach_receipt,
    messages.Reverse: purchases.reverse_movement,
    messages.RequestSpending: handlers_requests.request_spending,
    messages.DecideRequest: handlers_requests.decide_request,
    messages.WithdrawRequest: handlers_requests.withdraw_request,
    messages.ExpireReservation: handlers_requests.expire_reservation,
    messages.RecordLearning: handlers_requests.record_learning,
    messages.GiveNotice: closing.give_notice,
    messages.CloseGrant: closing.close_grant,
}


class CommandResult(msgspec.Struct, frozen=True):
    """The id of the record that a command created or changed, and the request concerned as it is now."""

    id: str
    request: SpendingRequest | None = None


def dispatch(working_set: WorkingSet, submission: SubmittedCommand, time: CommandTime) -> CommandResult:
    """Execute a command on the working set.

    A repeated command with the same key has the same result and no effect. Raises IdempotencyKeyReused when
    the key was used for another command, and what the command's handler raises; the working set is then
    unchanged.
    """
    # With the actor and the file: another person's command with this key must not get the stored result.
    digest = command_digest(submission.command, submission.actor.person_id, submission.receipt or b"")
    completed = working_set.completed.get(submission.idempotency_key)
    if completed is not None:
        if completed.digest != digest:
            raise IdempotencyKeyReused
        return _result(working_set, submission, completed.result)
    try:
        result_id = HANDLERS[type(submission.command)](
            CommandContext(working_set, submission, time), submission.command
        )
    except BaseException:
        # Later commands of the batch use the same working set, so nothing of a refused one may stay in it.
        working_set.rollback()
        raise
    # Before `accept`, so that the key is saved with the changes and a repeat in the same batch finds it.
    working_set.completed[submission.idempotency_key] = CompletedCommand(
        submission.idempotency_key, digest, result_id
    )
    working_set.accept()
    return _result(working_set, submission, result_id)


def _result(working_set: WorkingSet, submission: SubmittedCommand, result_id: str) -> CommandResult:
    request = working_set.requests.get(getattr(submission.command, "request_id", None) or result_id)
    return CommandResult(result_id, request)
