"""Reads about spending requests: a citizen's own with their decisions, and the pending ones."""

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from budgets.errors import NoSuchRecord
from budgets.model import Budget, RequestDecision, RequestState, SpendingRequest
from budgets.money import service as money_service
from budgets.records import closings
from budgets.records import funds as records_funds
from budgets.records import requests as records_requests
from budgets.requests import store
from budgets.requests.model import RequestDetail, RequestSummary
from foundation.clock import local_date
from people.access.model import DataKind, Purpose
from people.directory.model import Person
from people.web.context import RequestContext
from plans.service import goal_titles

PAGE_LENGTH = 25
RECENT_PERIOD = timedelta(days=14)  # how long a citizen's front page shows a decision


class CitizenRequests(msgspec.Struct, frozen=True):
    """All spending requests of a citizen, newest first."""

    details: tuple[RequestDetail, ...]
    goal_titles: dict[str, str]  # of goals, by id
    today: date


def of_citizen(context: RequestContext, citizen_id: str, purpose: Purpose) -> CitizenRequests:
    """The spending requests of a citizen in all their budgets. Raises NotFound, NotAllowed."""
    context.authorize_read(citizen_id, DataKind.MONEY, purpose)
    requests = records_requests.of_citizen(context.db, citizen_id)
    return CitizenRequests(
        _details(context, requests), goal_titles(context, citizen_id), local_date(context.now)
    )


def _details(context: RequestContext, requests: Sequence[SpendingRequest]) -> tuple[RequestDetail, ...]:
    ids = [request.id for request in requests]
    grants = records_funds.grants(context.db, {request.grant_id for request in requests})
    funds = records_funds.funds(context.db, {grant.fund_id for grant in grants.values()})
    closed = closings.closings(context.db, grants)
    receipt_counts = records_requests.receipt_counts(context.db, ids)
    answers: dict[str, list[RequestDecision]] = {}
    for answer in records_requests.answers(context.db, ids):
        answers.setdefault(answer.request_id, []).append(answer)
    return tuple(
        RequestDetail(
            request,
            funds[grants[request.grant_id].fund_id],
            tuple(answers.get(request.id, ())),
            receipt_counts.get(request.id, 0),
            request.grant_id in closed,
        )
        for request in requests
    )


def recently_decided(context: RequestContext) -> tuple[SpendingRequest, ...]:
    """The actor's requests that an officer decided within two weeks, without those that were bought."""
    context.authorize_read(context.person_id, DataKind.MONEY, Purpose.OWN)
    requests = records_requests.of_citizen(context.db, context.person_id)
    answers = records_requests.answers(context.db, [request.id for request in requests])
    recent_ids = {answer.request_id for answer in answers if answer.at > context.now - RECENT_PERIOD}
    return tuple(
        request
        for request in requests
        if request.id in recent_ids and request.state in {RequestState.RESERVED, RequestState.REFUSED}
    )


def own_request(context: RequestContext, request_id: str) -> RequestDetail:
    """One of the citizen's own requests. Raises NoSuchRecord."""
    request = _find(context, request_id)
    grant = records_funds.grant(context.db, request.grant_id)
    # One answer for absent and foreign: it must not reveal that somebody else's request exists.
    if grant is None or grant.citizen_id != context.person_id:
        raise NoSuchRecord
    context.authorize_read(context.person_id, DataKind.MONEY, Purpose.OWN)
    return _details(context, [request])[0]


def detail(context: RequestContext, request_id: str) -> RequestDetail:
    """One request, for any reader of that citizen's money. Raises NoSuchRecord, NotFound, NotAllowed."""
    request = _find(context, request_id)
    # Only the request's grant says whose it is, so both are read before the read can be authorised.
    citizen_id = money_service.citizen_id_of_grant(context, request.grant_id)
    context.authorize_read(citizen_id, DataKind.MONEY, money_service.read_purpose(context, citizen_id))
    return _details(context, [request])[0]


def pending(context: RequestContext, page: int) -> tuple[tuple[RequestSummary, ...], int]:
    """Pending requests, the one that is due first at the top: one page (from 1) and the count of all.

    A budget officer of one area sees those of that area's citizens, and no officer their own. Reads are logged.
    """
    requests, count = store.pending(
        context.db,
        money_service.officer_areas(context),
        context.person_id,
        limit=PAGE_LENGTH,
        offset=(page - 1) * PAGE_LENGTH,
    )
    # After the query: only the rows tell whose requests were read.
    context.authorize_reads((request.citizen_id for request in requests), DataKind.MONEY, Purpose.BUDGET)
    return requests, count


class RequestForDecision(msgspec.Struct, frozen=True):
    """A request as the budget officer who decides needs it, with its decisions so far and the budget."""

    detail: RequestDetail
    citizen: Person
    budget: Budget
    goal_titles: dict[str, str]
    today: date


def request_for_decision(context: RequestContext, request_id: str) -> RequestForDecision:
    """One request for the budget officer. Raises NoSuchRecord, NotFound, NotAllowed."""
    request = _find(context, request_id)
    # This authorises the read; nothing of the request is returned before it.
    citizen_budget = money_service.citizen_budget(context, request.grant_id)
    overview = citizen_budget.overview
    return RequestForDecision(
        _details(context, [request])[0],
        citizen_budget.citizen,
        overview.budget,
        overview.goal_titles,
        overview.today,
    )


def _find(context: RequestContext, request_id: str) -> SpendingRequest:
    request = records_requests.requests_by_id(context.db, [request_id], [], []).get(request_id)
    if request is None:
        raise NoSuchRecord
    return request
