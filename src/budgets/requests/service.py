"""What can be read of requests: a citizen's own with what became of them, and those that wait for a budget officer."""

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from budgets.errors import NoSuchRecord
from budgets.model import Answer, Budget, RequestState, SpendingRequest
from budgets.money import service as money_service
from budgets.records import closings
from budgets.records import funds as records_funds
from budgets.records import requests as records_requests
from budgets.requests import store
from budgets.requests.model import RequestLine, RequestStory
from foundation.clock import local_date
from people.access.model import DataKind, Purpose
from people.directory.model import Person
from people.web.context import Visit
from plans.service import goal_titles

PAGE_LENGTH = 25
NEW_FOR = timedelta(days=14)  # so long a citizen's front page says that there is an answer


class Requests(msgspec.Struct, frozen=True):
    """All that a citizen wanted to use money for, newest first."""

    stories: tuple[RequestStory, ...]
    titles: dict[str, str]  # of goals, by id
    today: date


def of_citizen(visit: Visit, citizen_id: str, purpose: Purpose) -> Requests:
    """What a citizen wanted to use money for, in all their budgets."""
    visit.look(citizen_id, DataKind.MONEY, purpose)
    found = records_requests.of_citizen(visit.db, citizen_id)
    return Requests(_stories(visit, found), goal_titles(visit, citizen_id), local_date(visit.now))


def _stories(visit: Visit, found: Sequence[SpendingRequest]) -> tuple[RequestStory, ...]:
    ids = [one.id for one in found]
    grants = records_funds.grants(visit.db, {one.grant_id for one in found})
    funds = records_funds.funds(visit.db, {one.fund_id for one in grants.values()})
    closed = closings.closings(visit.db, grants)
    receipt_counts = records_requests.receipt_counts(visit.db, ids)
    answers: dict[str, list[Answer]] = {}
    for answer in records_requests.answers(visit.db, ids):
        answers.setdefault(answer.request_id, []).append(answer)
    return tuple(
        RequestStory(
            one,
            funds[grants[one.grant_id].fund_id],
            tuple(answers.get(one.id, ())),
            receipt_counts.get(one.id, 0),
            one.grant_id in closed,
        )
        for one in found
    )


def newly_answered(visit: Visit) -> tuple[SpendingRequest, ...]:
    """What whoever acts asked for and a budget officer has said yes or no to within two weeks; no longer once it is bought."""
    visit.look(visit.person_id, DataKind.MONEY, Purpose.OWN)
    found = records_requests.of_citizen(visit.db, visit.person_id)
    answers = records_requests.answers(visit.db, [one.id for one in found])
    new = {one.request_id for one in answers if one.at > visit.now - NEW_FOR}
    return tuple(
        one for one in found if one.id in new and one.state in {RequestState.RESERVED, RequestState.REFUSED}
    )


def own(visit: Visit, request_id: str) -> RequestStory:
    """One of the citizen's own requests. Raises NoSuchRecord."""
    found = _find(visit, request_id)
    grant = records_funds.grant(visit.db, found.grant_id)
    if grant is None or grant.citizen_id != visit.person_id:
        raise NoSuchRecord
    visit.look(visit.person_id, DataKind.MONEY, Purpose.OWN)
    return _stories(visit, [found])[0]


def story(visit: Visit, request_id: str) -> RequestStory:
    """One request, for whoever may read of that citizen's money. Raises NoSuchRecord."""
    found = _find(visit, request_id)
    citizen_id = money_service.citizen_id_of(visit, found.grant_id)
    visit.look(citizen_id, DataKind.MONEY, money_service.purpose_of(visit, citizen_id))
    return _stories(visit, [found])[0]


def waiting(visit: Visit, page: int) -> tuple[tuple[RequestLine, ...], int]:
    """Requests that wait for an answer, the one that is due first at the top: one page and the count of all.

    A budget officer of one area sees those of citizens of that area, and nobody sees their own. Every citizen is logged.
    """
    found, count = store.waiting(
        visit.db,
        money_service.areas(visit),
        visit.person_id,
        limit=PAGE_LENGTH,
        offset=(page - 1) * PAGE_LENGTH,
    )
    for citizen_id in dict.fromkeys(one.citizen_id for one in found):
        visit.look(citizen_id, DataKind.MONEY, Purpose.BUDGET)
    return found, count


class OpenRequest(msgspec.Struct, frozen=True):
    """A request as whoever decides needs it: the citizen's words, the budget, who has said yes."""

    story: RequestStory
    citizen: Person
    budget: Budget
    titles: dict[str, str]
    today: date


def to_decide(visit: Visit, request_id: str) -> OpenRequest:
    """One request for the budget officer. Raises NoSuchRecord."""
    found = _find(visit, request_id)
    citizen = money_service.citizen_of_grant(visit, found.grant_id)
    opened = money_service.budget_of_grant(visit, found.grant_id, 0)
    return OpenRequest(_stories(visit, [found])[0], citizen, opened.budget, opened.titles, opened.today)


def _find(visit: Visit, request_id: str) -> SpendingRequest:
    found = records_requests.requests_of(visit.db, [request_id], [], []).get(request_id)
    if found is None:
        raise NoSuchRecord
    return found
