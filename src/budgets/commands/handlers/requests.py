"""Carrying out what is ordered of requests: asked, decided, given up, lapsed, learnt from. Pure but for new ids."""

import msgspec

from budgets.commands.context import Desk
from budgets.commands.messages import Ask, Decide, GiveUp, Lapse, Learn
from budgets.errors import NotYet, Overdrawn, ReasonsNeeded, SecondOfficerNeeded
from budgets.ledger.double_entry import MovementKind, transfer
from budgets.model import Answer, Fund, Grant, RequestState, SpendingRequest
from budgets.records import limits
from foundation.ids import new_id


def ask(desk: Desk, command: Ask) -> str:
    """Ask for money; gives the request's id.

    Within what the fund lets a citizen decide alone the money is put aside at once, on the citizen's own word; above it a
    budget officer decides, by a day that the request holds. Raises NoSuchRecord, OutsidePeriod, Overdrawn, GrantClosed.
    """
    grant = desk.grant(command.grant_id)
    desk.check_self(grant)
    fund = desk.fund(grant.fund_id)
    limits.check_day(grant, desk.moment.today)
    envelope = desk.envelope(grant, command.goal_id)
    if command.amount_ore > envelope.balance_ore:
        raise Overdrawn(envelope.id, envelope.balance_ore, command.amount_ore)
    whose = (fund.id, grant.citizen_id)
    asked_ore = desk.books.own_word_ore.get(whose, 0)
    own_word = command.amount_ore <= limits.own_word_ore(fund, asked_ore)
    request = SpendingRequest(
        id=new_id(),
        state=RequestState.ASKED,
        asked_at=desk.moment.now,
        asked_by=grant.citizen_id,
        own_word=own_word,
        answer_by=None if own_word else limits.answer_by(fund, desk.moment.today),
        **msgspec.structs.asdict(command),
    )
    desk.books.requests[request.id] = request
    if own_word:
        desk.books.own_word_ore[whose] = asked_ore + command.amount_ore
        _put_aside(desk, fund, grant, request)
    desk.record("budgets:request:ask", request.id, amount_ore=request.amount_ore, own_word=own_word)
    return request.id


def decide(desk: Desk, command: Decide) -> str:
    """Answer a request; gives its id. A yes puts the money aside when enough officers have said it, a no ends it.

    Raises ReasonsNeeded, NoSuchRecord, RequestSettled, SecondOfficerNeeded, OutsidePeriod, Overdrawn, GrantClosed.
    """
    if not command.yes and not (command.reasons.strip() and command.rule.strip()):
        raise ReasonsNeeded
    request = desk.request(command.request_id, RequestState.ASKED)
    grant = desk.grant(request.grant_id)
    desk.check_officer(grant.citizen_id)
    fund = desk.fund(grant.fund_id)
    officer_id = desk.actor_id or ""
    if (request.id, officer_id) in desk.books.answers:
        raise SecondOfficerNeeded
    desk.books.answers[request.id, officer_id] = Answer(
        request.id,
        officer_id,
        desk.moment.now,
        command.yes,
        *(("", "", "") if command.yes else (command.reasons, command.rule, fund.appeal)),
    )
    said_yes = sum(1 for one, _ in desk.books.answers if one == request.id)
    if not command.yes:
        desk.change_request(request, RequestState.REFUSED)
    elif said_yes >= limits.answers_needed(fund, request.amount_ore):
        limits.check_day(grant, desk.moment.today)
        _put_aside(desk, fund, grant, request)
    state = desk.books.requests[request.id].state
    desk.record("budgets:request:decide", request.id, yes=command.yes, state=[request.state, state])
    return request.id


def give_up(desk: Desk, command: GiveUp) -> str:
    """Take a request back, and what was put aside for it; gives its id. Raises NoSuchRecord, RequestSettled, GrantClosed."""
    request = desk.request(command.request_id, RequestState.ASKED, RequestState.RESERVED)
    grant = desk.grant(request.grant_id)
    desk.check_self(grant)
    end_request(desk, grant, request, RequestState.GIVEN_UP)
    desk.record("budgets:request:give_up", request.id, state=[request.state, RequestState.GIVEN_UP])
    return request.id


def lapse(desk: Desk, command: Lapse) -> str:
    """Give back what was put aside and not used in time; gives the request's id. For the system and for officers.

    Raises NoSuchRecord, RequestSettled, NotYet, GrantClosed.
    """
    request = desk.request(command.request_id, RequestState.RESERVED)
    grant = desk.grant(request.grant_id)
    if desk.actor_id is not None:
        desk.check_officer(grant.citizen_id)
    last_day = request.put_aside_until or grant.ends_on
    if desk.moment.today <= last_day:
        raise NotYet(limits.day_after(last_day))
    end_request(desk, grant, request, RequestState.LAPSED)
    desk.record("budgets:request:lapse", request.id, state=[request.state, RequestState.LAPSED])
    return request.id


def learn(desk: Desk, command: Learn) -> str:
    """Keep what the citizen learnt from a purchase; gives the request's id. Raises NoSuchRecord, RequestSettled."""
    request = desk.request(command.request_id, RequestState.BOUGHT)
    grant = desk.books.grants[request.grant_id]
    desk.check_self(grant)
    desk.change_request(request, RequestState.BOUGHT, learnt=command.words)
    desk.record("budgets:request:learn", request.id, changed=["learnt"])
    return request.id


def end_request(desk: Desk, grant: Grant, request: SpendingRequest, state: RequestState) -> None:
    """End a request that is open: what is put aside for it goes back to its goal."""
    if request.state is RequestState.RESERVED:
        reserved = desk.reserved(grant, request)
        legs = transfer(reserved.id, desk.envelope(grant, request.goal_id).id, reserved.balance_ore)
        desk.post(
            MovementKind.RELEASE,
            grant.fund_id,
            legs,
            why=request.what,
            grant_id=grant.id,
            request_id=request.id,
        )
    first, end = limits.month_of(desk.moment.now)
    if request.own_word and first <= request.asked_at < end:
        whose = (grant.fund_id, grant.citizen_id)
        asked_ore = desk.books.own_word_ore.get(whose, 0)
        desk.books.own_word_ore[whose] = max(asked_ore - request.amount_ore, 0)
    desk.change_request(request, state)


def _put_aside(desk: Desk, fund: Fund, grant: Grant, request: SpendingRequest) -> None:
    envelope, reserved = desk.envelope(grant, request.goal_id), desk.reserved(grant, request)
    desk.post(
        MovementKind.RESERVE,
        grant.fund_id,
        transfer(envelope.id, reserved.id, request.amount_ore),
        why=request.what,
        grant_id=grant.id,
        request_id=request.id,
    )
    until = limits.put_aside_until(fund, grant, desk.moment.today)
    desk.change_request(request, RequestState.RESERVED, put_aside_until=until)
