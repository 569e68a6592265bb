"""What can be read of requests: a citizen's own with what became of them, and those that wait for a budget officer."""

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
RECENT_PERIOD = timedelta(days=14)  # so long a citizen's front page says that there is an answer


class CitizenRequests(msgspec.Struct, frozen=True):
    """All that a citizen wanted to use money for, newest first."""

    details: tuple[RequestDetail, ...]
    goal_titles: dict[str, str]  # of goals, by id
    today: date


def of_citizen(context: RequestContext, citizen_id: str, purpose: Purpose) -> CitizenRequests:
    """What a citizen wanted to use money for, in all their budgets."""
    context.authorize_read(citizen_id, DataKind.MONEY, purpose)
    found = records_requests.of_citizen(context.db, citizen_id)
    return CitizenRequests(
        _details(context, found), goal_titles(context, citizen_id), local_date(context.now)
    )


def _details(context: RequestContext, requests: Sequence[SpendingRequest]) -> tuple[RequestDetail, ...]:
    ids = [one.id for one in requests]
    grants = records_funds.grants(context.db, {one.grant_id for one in requests})
    funds = records_funds.funds(context.db, {one.fund_id for one in grants.values()})
    closed = closings.closings(context.db, grants)
    receipt_counts = records_requests.receipt_counts(context.db, ids)
    answers: dict[str, list[RequestDecision]] = {}
    for answer in records_requests.answers(context.db, ids):
        answers.setdefault(answer.request_id, []).append(answer)
    return tuple(
        RequestDetail(
            one,
            funds[grants[one.grant_id].fund_id],
            tuple(answers.get(one.id, ())),
            receipt_counts.get(one.id, 0),
            one.grant_id in closed,
        )
        for one in requests
    )


def recently_decided(context: RequestContext) -> tuple[SpendingRequest, ...]:
    """What whoever acts asked for and a budget officer has said yes or no to within two weeks; no longer once it is bought."""
    context.authorize_read(context.person_id, DataKind.MONEY, Purpose.OWN)
    found = records_requests.of_citizen(context.db, context.person_id)
    answers = records_requests.answers(context.db, [one.id for one in found])
    new = {one.request_id for one in answers if one.at > context.now - RECENT_PERIOD}
    return tuple(
        one for one in found if one.id in new and one.state in {RequestState.RESERVED, RequestState.REFUSED}
    )


def own_request(context: RequestContext, request_id: str) -> RequestDetail:
    """One of the citizen's own requests. Raises NoSuchRecord."""
    found = _find(context, request_id)
    grant = records_funds.grant(context.db, found.grant_id)
    if grant is None or grant.citizen_id != context.person_id:
        raise NoSuchRecord
    context.authorize_read(context.person_id, DataKind.MONEY, Purpose.OWN)
    return _details(context, [found])[0]


def detail(context: RequestContext, request_id: str) -> RequestDetail:
    """One request, for whoever may read of that citizen's money. Raises NoSuchRecord."""
    found = _find(context, request_id)
    citizen_id = money_service.citizen_id_of_grant(context, found.grant_id)
    context.authorize_read(citizen_id, DataKind.MONEY, money_service.read_purpose(context, citizen_id))
    return _details(context, [found])[0]


def pending(context: RequestContext, page: int) -> tuple[tuple[RequestSummary, ...], int]:
    """Requests that wait for an answer, the one that is due first at the top: one page and the count of all.

    A budget officer of one area sees those of citizens of that area, and nobody sees their own. Every citizen is logged.
    """
    found, count = store.pending(
        context.db,
        money_service.officer_areas(context),
        context.person_id,
        limit=PAGE_LENGTH,
        offset=(page - 1) * PAGE_LENGTH,
    )
    context.authorize_reads(dict.fromkeys(one.citizen_id for one in found), DataKind.MONEY, Purpose.BUDGET)
    return found, count


class RequestForDecision(msgspec.Struct, frozen=True):
    """A request as whoever decides needs it: the citizen's words, the budget, who has said yes."""

    detail: RequestDetail
    citizen: Person
    budget: Budget
    goal_titles: dict[str, str]
    today: date


def request_for_decision(context: RequestContext, request_id: str) -> RequestForDecision:
    """One request for the budget officer. Raises NoSuchRecord."""
    found = _find(context, request_id)
    citizen = money_service.citizen_of_grant(context, found.grant_id)
    opened = money_service.grant_overview(context, found.grant_id, 0)
    return RequestForDecision(
        _details(context, [found])[0], citizen, opened.budget, opened.goal_titles, opened.today
    )


def _find(context: RequestContext, request_id: str) -> SpendingRequest:
    found = records_requests.requests_by_id(context.db, [request_id], [], []).get(request_id)
    if found is None:
        raise NoSuchRecord
    return found
