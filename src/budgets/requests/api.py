"""Requests for programs: a citizen's own budgets and wishes, asked for and given up; those that wait, and their answer."""

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from budgets.commands.messages import Ask, Decide, GiveUp, Learn
from budgets.model import Answer, Budget, SpendingRequest
from budgets.money import service as money_service
from budgets.money.service import purpose_of
from budgets.requests import service
from budgets.requests.model import RequestLine, RequestStory
from budgets.web.api import (
    CITIZEN,
    OFFICER,
    WHO_READS,
    Id,
    IdempotencyKey,
    Made,
    MaybeName,
    MaybeWords,
    Ore,
    Page,
    Words,
    order,
)
from foundation.forms import TEXT_LENGTH_MAX
from people.web.app_state import AppRequest
from people.web.context import reading

Learnt = Annotated[
    str, Meta(min_length=1, max_length=TEXT_LENGTH_MAX, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")
]


class Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a citizen wants to use money for: what, for which goal, about how much, with whom, when."""

    grant_id: Id
    goal_id: Id
    what: Words
    amount_ore: Ore
    together_with: MaybeName = ""
    wanted_when: MaybeName = ""


class Decision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Yes or no; a no says why and by which rule (a yes keeps neither)."""

    yes: bool
    reasons: MaybeWords = ""
    rule: MaybeWords = ""


class Lesson(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a citizen learnt from a purchase."""

    words: Learnt


class Inbox(msgspec.Struct, frozen=True):
    """One page of a list; `count` is that of all pages."""

    requests: tuple[RequestLine, ...]
    count: int
    page_length: int = service.PAGE_LENGTH


class Story(msgspec.Struct, frozen=True):
    """A request and what was answered, in the order of time; `closed` when its grant is."""

    request: SpendingRequest
    answers: tuple[Answer, ...]
    receipt_count: int
    closed: bool


def _story(found: RequestStory) -> Story:
    return Story(found.request, found.answers, found.receipt_count, found.closed)


@get("/api/citizens/{citizen_id:str}/budgets", opt=WHO_READS, sync_to_thread=True)
def list_budgets(request: AppRequest, citizen_id: FromPath[str]) -> tuple[Budget, ...]:
    """A citizen's budgets with their funds' rules: the one that is meant today first, then the one that ends last."""
    with reading(request) as visit:
        opened = money_service.open_budget(visit, citizen_id, purpose_of(visit, citizen_id), newest=0)
    return () if opened is None else (opened.budget, *opened.others)


@get("/api/citizens/{citizen_id:str}/requests", opt=WHO_READS, sync_to_thread=True)
def list_requests(request: AppRequest, citizen_id: FromPath[str]) -> tuple[Story, ...]:
    """All that a citizen wanted to use money for, newest first."""
    with reading(request) as visit:
        found = service.of_citizen(visit, citizen_id, purpose_of(visit, citizen_id))
    return tuple(_story(one) for one in found.stories)


@get("/api/requests", opt=OFFICER, sync_to_thread=True)
def list_waiting(request: AppRequest, page: Page = 1) -> Inbox:
    """Requests that wait for an answer, the one that is due first at the top."""
    with reading(request) as visit:
        return Inbox(*service.waiting(visit, page))


@get("/api/requests/{request_id:str}", opt=WHO_READS, sync_to_thread=True)
def get_request(request: AppRequest, request_id: FromPath[str]) -> Story:
    """One request with its answers."""
    with reading(request) as visit:
        return _story(service.story(visit, request_id))


@post("/api/requests", opt=CITIZEN, sync_to_thread=True)
def ask(request: AppRequest, data: JSONBody[Wish], idempotency_key: IdempotencyKey) -> Made:
    """Ask for money of one's own: put aside at once within the fund's limit, decided by a budget officer above it."""
    return order(request, Ask(**msgspec.structs.asdict(data)), idempotency_key)


@post("/api/requests/{request_id:str}/give-up", opt=CITIZEN, sync_to_thread=True)
def give_up(request: AppRequest, request_id: FromPath[str], idempotency_key: IdempotencyKey) -> Made:
    """Take one's own request back, and what was put aside for it; gives the request."""
    return order(request, GiveUp(request_id), idempotency_key)


@post("/api/requests/{request_id:str}/learnt", opt=CITIZEN, sync_to_thread=True)
def learn(
    request: AppRequest, request_id: FromPath[str], data: JSONBody[Lesson], idempotency_key: IdempotencyKey
) -> Made:
    """Say what one learnt from a purchase of one's own; gives the request."""
    return order(request, Learn(request_id, data.words), idempotency_key)


@post("/api/requests/{request_id:str}/decision", opt=OFFICER, sync_to_thread=True)
def decide(
    request: AppRequest, request_id: FromPath[str], data: JSONBody[Decision], idempotency_key: IdempotencyKey
) -> Made:
    """Answer a request; gives the request."""
    command = Decide(request_id, data.yes, data.reasons, data.rule)
    return order(request, command, idempotency_key)


ROUTES = (
    list_budgets,
    list_requests,
    list_waiting,
    get_request,
    ask,
    give_up,
    learn,
    decide,
)
