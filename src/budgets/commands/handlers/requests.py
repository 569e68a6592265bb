"""Handlers for spending requests: made, decided, withdrawn, expired, learnt from. No I/O but new ids."""

import msgspec

from budgets.commands.context import CommandContext
from budgets.commands.messages import (
    DecideRequest,
    ExpireReservation,
    RecordLearning,
    RequestSpending,
    WithdrawRequest,
)
from budgets.errors import NotYet, Overdrawn, ReasonsNeeded, SecondOfficerNeeded
from budgets.ledger.double_entry import MovementKind, transfer
from budgets.model import Fund, Grant, RequestDecision, RequestState, SpendingRequest
from budgets.records import limits
from foundation.ids import new_id


def request_spending(context: CommandContext, command: RequestSpending) -> str:
    """Request to spend money; returns the request's id.

    Within the citizen's self-approval limit the money is reserved at once; above it a budget officer decides,
    at the latest on the request's `answer_by`. Raises NoSuchRecord, OutsidePeriod, Overdrawn, GrantClosed,
    PeriodClosed.
    """
    grant = context.grant(command.grant_id)
    context.require_owner(grant)
    fund = context.fund(grant.fund_id)
    limits.require_in_period(grant, context.time.today)
    envelope = context.envelope(grant, command.goal_id)
    # The ledger would not refuse it now: a request above the limit posts nothing before the decision.
    if command.amount_ore > envelope.balance_ore:
        raise Overdrawn(envelope.id, envelope.balance_ore, command.amount_ore)
    fund_and_citizen = (fund.id, grant.citizen_id)
    approved_ore = context.working_set.self_approved_ore.get(fund_and_citizen, 0)
    own_word = command.amount_ore <= limits.self_approval_limit_ore(fund, approved_ore)
    request = SpendingRequest(
        id=new_id(),
        state=RequestState.PENDING,
        asked_at=context.time.now,
        asked_by=grant.citizen_id,
        own_word=own_word,
        answer_by=None if own_word else limits.decision_due_on(fund, context.time.today),
        **msgspec.structs.asdict(command),
    )
    context.working_set.requests[request.id] = request
    if own_word:
        # For further requests of the batch: the month's sum was read before it.
        context.working_set.self_approved_ore[fund_and_citizen] = approved_ore + command.amount_ore
        _reserve(context, fund, grant, request)
    context.record_change("budgets:request:ask", request.id, amount_ore=request.amount_ore, own_word=own_word)
    return request.id


def decide_request(context: CommandContext, command: DecideRequest) -> str:
    """Record an officer's decision on a request; returns the request's id.

    The money is reserved once enough officers have approved; one refusal ends the request. Raises
    ReasonsNeeded, NoSuchRecord, InvalidRequestState, SecondOfficerNeeded, OutsidePeriod, Overdrawn,
    GrantClosed, PeriodClosed.
    """
    if not command.yes and not (command.reasons.strip() and command.rule.strip()):
        raise ReasonsNeeded
    request = context.request(command.request_id, RequestState.PENDING)
    grant = context.grant(request.grant_id)
    context.require_officer(grant.citizen_id)
    fund = context.fund(grant.fund_id)
    officer_id = context.actor_id or ""
    # Two approvals have to come from two people; the primary key of `answer` says so too.
    if (request.id, officer_id) in context.working_set.answers:
        raise SecondOfficerNeeded
    context.working_set.answers[request.id, officer_id] = RequestDecision(
        request.id,
        officer_id,
        context.time.now,
        command.yes,
        # A copy of the guidance on appeals, as it is on this day: the fund's text may change later.
        *(("", "", "") if command.yes else (command.reasons, command.rule, fund.appeal)),
    )
    # All earlier answers are approvals, since one refusal ends the request.
    approvals = sum(1 for request_id, _ in context.working_set.answers if request_id == request.id)
    if not command.yes:
        context.update_request(request, RequestState.REFUSED)
    elif approvals >= limits.approvals_needed(fund, request.amount_ore):
        # Checked when the request was made as well, but the grant may have ended since.
        limits.require_in_period(grant, context.time.today)
        _reserve(context, fund, grant, request)
    state = context.working_set.requests[request.id].state
    context.record_change("budgets:request:decide", request.id, yes=command.yes, state=[request.state, state])
    return request.id


def withdraw_request(context: CommandContext, command: WithdrawRequest) -> str:
    """Withdraw a request and release what is reserved for it; returns the request's id.

    Raises NoSuchRecord, InvalidRequestState, GrantClosed, PeriodClosed.
    """
    request = context.request(command.request_id, RequestState.PENDING, RequestState.RESERVED)
    grant = context.grant(request.grant_id)
    context.require_owner(grant)
    end_request(context, grant, request, RequestState.WITHDRAWN)
    context.record_change(
        "budgets:request:give_up", request.id, state=[request.state, RequestState.WITHDRAWN]
    )
    return request.id


def expire_reservation(context: CommandContext, command: ExpireReservation) -> str:
    """Release a reservation that wasn't used in time; returns the request's id.

    For the system and for officers. Raises NoSuchRecord, InvalidRequestState, NotYet, GrantClosed,
    PeriodClosed.
    """
    request = context.request(command.request_id, RequestState.RESERVED)
    grant = context.grant(request.grant_id)
    # The server's hourly check acts without a person.
    if context.actor_id is not None:
        context.require_officer(grant.citizen_id)
    last_day = request.put_aside_until or grant.ends_on
    if context.time.today <= last_day:
        raise NotYet(limits.day_after(last_day))
    end_request(context, grant, request, RequestState.EXPIRED)
    context.record_change("budgets:request:lapse", request.id, state=[request.state, RequestState.EXPIRED])
    return request.id


def record_learning(context: CommandContext, command: RecordLearning) -> str:
    """Record what the citizen learnt from a purchase; returns the request's id.

    Raises NoSuchRecord, InvalidRequestState.
    """
    request = context.request(command.request_id, RequestState.BOUGHT)
    # Not `context.grant`, which refuses closed grants: this changes no money.
    grant = context.working_set.grants[request.grant_id]
    context.require_owner(grant)
    context.update_request(request, RequestState.BOUGHT, learnt=command.words)
    context.record_change("budgets:request:learn", request.id, changed=["learnt"])
    return request.id


def end_request(context: CommandContext, grant: Grant, request: SpendingRequest, state: RequestState) -> None:
    """End an open request in the given state and release what is reserved for it to its goal."""
    if request.state is RequestState.RESERVED:
        reserved = context.reserved(grant, request)
        legs = transfer(reserved.id, context.envelope(grant, request.goal_id).id, reserved.balance_ore)
        context.post(
            MovementKind.RELEASE,
            grant.fund_id,
            legs,
            why=request.what,
            grant_id=grant.id,
            request_id=request.id,
        )
    first, end = limits.month_bounds(context.time.now)
    # What was asked in an earlier month is not part of this month's sum.
    if request.own_word and first <= request.asked_at < end:
        fund_and_citizen = (grant.fund_id, grant.citizen_id)
        approved_ore = context.working_set.self_approved_ore.get(fund_and_citizen, 0)
        context.working_set.self_approved_ore[fund_and_citizen] = max(approved_ore - request.amount_ore, 0)
    context.update_request(request, state)


def _reserve(context: CommandContext, fund: Fund, grant: Grant, request: SpendingRequest) -> None:
    envelope, reserved = context.envelope(grant, request.goal_id), context.reserved(grant, request)
    context.post(
        MovementKind.RESERVE,
        grant.fund_id,
        transfer(envelope.id, reserved.id, request.amount_ore),
        why=request.what,
        grant_id=grant.id,
        request_id=request.id,
    )
    until = limits.reserved_until(fund, grant, context.time.today)
    context.update_request(request, RequestState.RESERVED, put_aside_until=until)
