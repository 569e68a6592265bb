"""Carrying out what is ordered of requests: asked, decided, given up, lapsed, learnt from. Pure but for new ids."""

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
    """Ask for money; gives the request's id.

    Within what the fund lets a citizen decide alone the money is put aside at once, on the citizen's own word; above it a
    budget officer decides, by a day that the request holds. Raises NoSuchRecord, OutsidePeriod, Overdrawn, GrantClosed.
    """
    grant = context.grant(command.grant_id)
    context.require_owner(grant)
    fund = context.fund(grant.fund_id)
    limits.require_in_period(grant, context.time.today)
    envelope = context.envelope(grant, command.goal_id)
    if command.amount_ore > envelope.balance_ore:
        raise Overdrawn(envelope.id, envelope.balance_ore, command.amount_ore)
    whose = (fund.id, grant.citizen_id)
    asked_ore = context.working_set.self_approved_ore.get(whose, 0)
    own_word = command.amount_ore <= limits.self_approval_limit_ore(fund, asked_ore)
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
        context.working_set.self_approved_ore[whose] = asked_ore + command.amount_ore
        _reserve(context, fund, grant, request)
    context.record_change("budgets:request:ask", request.id, amount_ore=request.amount_ore, own_word=own_word)
    return request.id


def decide_request(context: CommandContext, command: DecideRequest) -> str:
    """Answer a request; gives its id. A yes puts the money aside when enough officers have said it, a no ends it.

    Raises ReasonsNeeded, NoSuchRecord, InvalidRequestState, SecondOfficerNeeded, OutsidePeriod, Overdrawn, GrantClosed.
    """
    if not command.yes and not (command.reasons.strip() and command.rule.strip()):
        raise ReasonsNeeded
    request = context.request(command.request_id, RequestState.PENDING)
    grant = context.grant(request.grant_id)
    context.require_officer(grant.citizen_id)
    fund = context.fund(grant.fund_id)
    officer_id = context.actor_id or ""
    if (request.id, officer_id) in context.working_set.answers:
        raise SecondOfficerNeeded
    context.working_set.answers[request.id, officer_id] = RequestDecision(
        request.id,
        officer_id,
        context.time.now,
        command.yes,
        *(("", "", "") if command.yes else (command.reasons, command.rule, fund.appeal)),
    )
    said_yes = sum(1 for one, _ in context.working_set.answers if one == request.id)
    if not command.yes:
        context.update_request(request, RequestState.REFUSED)
    elif said_yes >= limits.approvals_needed(fund, request.amount_ore):
        limits.require_in_period(grant, context.time.today)
        _reserve(context, fund, grant, request)
    state = context.working_set.requests[request.id].state
    context.record_change("budgets:request:decide", request.id, yes=command.yes, state=[request.state, state])
    return request.id


def withdraw_request(context: CommandContext, command: WithdrawRequest) -> str:
    """Take a request back, and what was put aside for it; gives its id. Raises NoSuchRecord, InvalidRequestState, GrantClosed."""
    request = context.request(command.request_id, RequestState.PENDING, RequestState.RESERVED)
    grant = context.grant(request.grant_id)
    context.require_owner(grant)
    end_request(context, grant, request, RequestState.WITHDRAWN)
    context.record_change(
        "budgets:request:give_up", request.id, state=[request.state, RequestState.WITHDRAWN]
    )
    return request.id


def expire_reservation(context: CommandContext, command: ExpireReservation) -> str:
    """Give back what was put aside and not used in time; gives the request's id. For the system and for officers.

    Raises NoSuchRecord, InvalidRequestState, NotYet, GrantClosed.
    """
    request = context.request(command.request_id, RequestState.RESERVED)
    grant = context.grant(request.grant_id)
    if context.actor_id is not None:
        context.require_officer(grant.citizen_id)
    last_day = request.put_aside_until or grant.ends_on
    if context.time.today <= last_day:
        raise NotYet(limits.day_after(last_day))
    end_request(context, grant, request, RequestState.EXPIRED)
    context.record_change("budgets:request:lapse", request.id, state=[request.state, RequestState.EXPIRED])
    return request.id


def record_learning(context: CommandContext, command: RecordLearning) -> str:
    """Keep what the citizen learnt from a purchase; gives the request's id. Raises NoSuchRecord, InvalidRequestState."""
    request = context.request(command.request_id, RequestState.BOUGHT)
    grant = context.working_set.grants[request.grant_id]
    context.require_owner(grant)
    context.update_request(request, RequestState.BOUGHT, learnt=command.words)
    context.record_change("budgets:request:learn", request.id, changed=["learnt"])
    return request.id


def end_request(context: CommandContext, grant: Grant, request: SpendingRequest, state: RequestState) -> None:
    """End a request that is open: what is put aside for it goes back to its goal."""
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
    if request.own_word and first <= request.asked_at < end:
        whose = (grant.fund_id, grant.citizen_id)
        asked_ore = context.working_set.self_approved_ore.get(whose, 0)
        context.working_set.self_approved_ore[whose] = max(asked_ore - request.amount_ore, 0)
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
