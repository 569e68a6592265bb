"""API routes on spending requests: a citizen's own budgets and requests, pending requests, decisions."""

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from budgets.commands.messages import DecideRequest, RecordLearning, RequestSpending, WithdrawRequest
from budgets.model import Budget, RequestDecision, SpendingRequest
from budgets.money import service as money_service
from budgets.money.service import read_purpose
from budgets.requests import service
from budgets.requests.model import RequestDetail, RequestSummary
from budgets.web.api import (
    CITIZEN,
    OFFICER,
    READERS,
    CreatedResponse,
    Id,
    IdempotencyKey,
    NonEmptyText,
    OptionalName,
    OptionalText,
    Ore,
    Page,
    submit,
)
from foundation.forms import TEXT_LENGTH_MAX
from people.web.app_state import AppRequest
from people.web.context import read_context

LearningText = Annotated[
    str, Meta(min_length=1, max_length=TEXT_LENGTH_MAX, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")
]


class NewSpendingRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a citizen wants to use money for: what, for which goal, about how much, with whom, when."""

    grant_id: Id
    goal_id: Id
    what: NonEmptyText
    amount_ore: Ore
    together_with: OptionalName = ""
    wanted_when: OptionalName = ""


class Decision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Yes or no; a no says why and by which rule (a yes keeps neither)."""

    yes: bool
    reasons: OptionalText = ""
    rule: OptionalText = ""


class NewLearning(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a citizen learnt from a purchase."""

    words: LearningText


class PendingRequestPage(msgspec.Struct, frozen=True):
    """One page of a list; `count` is that of all pages."""

    requests: tuple[RequestSummary, ...]
    count: int
    page_length: int = service.PAGE_LENGTH


class RequestResponse(msgspec.Struct, frozen=True):
    """A request and its decisions, oldest first; `closed` when its grant is closed."""

    request: SpendingRequest
    answers: tuple[RequestDecision, ...]
    receipt_count: int
    closed: bool


def _response(detail: RequestDetail) -> RequestResponse:
    return RequestResponse(detail.request, detail.answers, detail.receipt_count, detail.closed)


@get("/api/citizens/{citizen_id:str}/budgets", opt=READERS, sync_to_thread=True)
def list_budgets(request: AppRequest, citizen_id: FromPath[str]) -> tuple[Budget, ...]:
    """A citizen's budgets with their funds' rules: the one that is meant today first, then the one that ends last."""
    with read_context(request) as context:
        overview = money_service.budget_overview(
            context, citizen_id, read_purpose(context, citizen_id), movement_limit=0
        )
    return () if overview is None else (overview.budget, *overview.other_budgets)


@get("/api/citizens/{citizen_id:str}/requests", opt=READERS, sync_to_thread=True)
def list_requests(request: AppRequest, citizen_id: FromPath[str]) -> tuple[RequestResponse, ...]:
    """All that a citizen wanted to use money for, newest first."""
    with read_context(request) as context:
        requests = service.of_citizen(context, citizen_id, read_purpose(context, citizen_id))
    return tuple(_response(detail) for detail in requests.details)


@get("/api/requests", opt=OFFICER, sync_to_thread=True)
def list_waiting(request: AppRequest, page: Page = 1) -> PendingRequestPage:
    """Requests that wait for an answer, the one that is due first at the top."""
    with read_context(request) as context:
        return PendingRequestPage(*service.pending(context, page))


@get("/api/requests/{request_id:str}", opt=READERS, sync_to_thread=True)
def get_request(request: AppRequest, request_id: FromPath[str]) -> RequestResponse:
    """One request with its answers."""
    with read_context(request) as context:
        return _response(service.detail(context, request_id))


@post("/api/requests", opt=CITIZEN, sync_to_thread=True)
def ask(
    request: AppRequest, data: JSONBody[NewSpendingRequest], idempotency_key: IdempotencyKey
) -> CreatedResponse:
    """Ask for money of one's own: put aside at once within the fund's limit, decided by a budget officer above it."""
    return submit(request, RequestSpending(**msgspec.structs.asdict(data)), idempotency_key)


@post("/api/requests/{request_id:str}/give-up", opt=CITIZEN, sync_to_thread=True)
def give_up(
    request: AppRequest, request_id: FromPath[str], idempotency_key: IdempotencyKey
) -> CreatedResponse:
    """Take one's own request back, and what was put aside for it; gives the request."""
    return submit(request, WithdrawRequest(request_id), idempotency_key)


@post("/api/requests/{request_id:str}/learnt", opt=CITIZEN, sync_to_thread=True)
def learn(
    request: AppRequest,
    request_id: FromPath[str],
    data: JSONBody[NewLearning],
    idempotency_key: IdempotencyKey,
) -> CreatedResponse:
    """Say what one learnt from a purchase of one's own; gives the request."""
    return submit(request, RecordLearning(request_id, data.words), idempotency_key)


@post("/api/requests/{request_id:str}/decision", opt=OFFICER, sync_to_thread=True)
def decide(
    request: AppRequest, request_id: FromPath[str], data: JSONBody[Decision], idempotency_key: IdempotencyKey
) -> CreatedResponse:
    """Answer a request; gives the request."""
    command = DecideRequest(request_id, data.yes, data.reasons, data.rule)
    return submit(request, command, idempotency_key)


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
