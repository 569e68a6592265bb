"""A citizen's spending requests in the browser: their state, the receipt, what was learnt."""

from litestar import Response, get, post
from litestar.params import FromPath

from budgets.commands.group_commit import submit_command
from budgets.commands.messages import AttachReceipt, WithdrawRequest
from budgets.errors import GrantClosed, InvalidReceipt, InvalidRequestState
from budgets.model import RequestState
from budgets.records.receipt_files import sanitize_receipt
from budgets.requests import service
from budgets.requests.forms import parse_learning
from budgets.requests.presenter import request_views
from budgets.web.forms import idempotency_key
from foundation.forms import FieldError, FormData, ValidationErrors
from foundation.i18n import N_, LazyText
from foundation.uploads.files import ACCEPT_ATTRIBUTE
from people.access.model import Purpose, Role
from people.directory import service as directory_service
from people.web.app_state import AppRequest
from people.web.context import read_context, request_actor
from people.web.responses import NavigationLink, form_data, language, redirect, render
from people.web.rules import require_role

REQUESTS_PATH = "/money/requests"


@get(REQUESTS_PATH, opt=require_role(Role.CITIZEN), sync_to_thread=True)
def show_requests(request: AppRequest) -> Response[str]:
    """All my requests, each with what happens next and by when."""
    return _requests_page(request)


@get("/citizens/{citizen_id:str}/money/requests", opt=require_role(Role.SUPPORT_WORKER), sync_to_thread=True)
def show_citizens_requests(request: AppRequest, citizen_id: FromPath[str]) -> Response[str]:
    """The requests of a citizen whom I support, to read together."""
    return _requests_page(request, citizen_id)


def _requests_page(request: AppRequest, citizen_id: str = "") -> Response[str]:
    """The actor's own requests, or (with an id) those of a citizen whom the actor supports."""
    purpose = Purpose.SUPPORT if citizen_id else Purpose.OWN
    with read_context(request) as context:
        requests = service.of_citizen(context, citizen_id or context.person_id, purpose)
        citizen = directory_service.citizen(context, citizen_id, purpose) if citizen_id else None
    return render(
        request,
        "budgets/requests/citizen_list.html",
        views=request_views(requests.details, requests.goal_titles, requests.today, language(request)),
        citizen=citizen,
        states=RequestState,
    )


@post(
    f"{REQUESTS_PATH}/{{request_id:str}}/give-up",
    opt=require_role(Role.CITIZEN),
    sync_to_thread=True,
    status_code=303,
)
def withdraw_request(request: AppRequest, request_id: FromPath[str]) -> Response[None]:
    """Withdraw a request and release the money that was put aside for it."""
    key = idempotency_key(form_data(request))
    try:
        submit_command(request, request_actor(request), WithdrawRequest(request_id), key)
    except (InvalidRequestState, GrantClosed):
        return redirect(REQUESTS_PATH, request, flash="already_settled")
    return redirect(REQUESTS_PATH, request, flash="given_up")


@get(f"{REQUESTS_PATH}/{{request_id:str}}/receipt", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def show_receipt(request: AppRequest, request_id: FromPath[str]) -> Response[str]:
    """The form for a photo of the receipt."""
    return _receipt_page(request, request_id)


def _receipt_page(request: AppRequest, request_id: str, errors: tuple[FieldError, ...] = ()) -> Response[str]:
    with read_context(request) as context:
        detail = service.own_request(context, request_id)
    return render(
        request,
        "budgets/requests/attach_receipt.html",
        status=422 if errors else 200,
        errors=errors,
        spending=detail.request,
        receipt_count=detail.receipt_count,
        accepted=ACCEPT_ATTRIBUTE,
    )


@post(
    f"{REQUESTS_PATH}/{{request_id:str}}/receipt",
    opt=require_role(Role.CITIZEN),
    sync_to_thread=True,
    status_code=303,
)
def send_receipt(request: AppRequest, request_id: FromPath[str]) -> Response[str] | Response[None]:
    """Store the receipt."""
    form = form_data(request)
    upload = form.files.get("receipt")
    command = AttachReceipt(request_id=request_id)
    with read_context(request) as context:  # no image is re-encoded for anybody but the request's citizen
        service.own_request(context, request_id)
    try:
        receipt = None if upload is None else sanitize_receipt(upload.content)
        submit_command(request, context.actor, command, idempotency_key(form), receipt)
    except InvalidReceipt as error:
        return _receipt_page(request, request_id, (FieldError("receipt", error.text),))
    except (InvalidRequestState, GrantClosed):
        return redirect(REQUESTS_PATH, request, flash="already_settled")
    return redirect(REQUESTS_PATH, request, flash="receipt_kept")


@get(f"{REQUESTS_PATH}/{{request_id:str}}/learnt", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def show_learning_form(request: AppRequest, request_id: FromPath[str]) -> Response[str]:
    """The form for what was learnt."""
    return _learning_page(request, request_id)


def _learning_page(
    request: AppRequest, request_id: str, errors: tuple[FieldError, ...] = (), posted: FormData | None = None
) -> Response[str]:
    with read_context(request) as context:
        detail = service.own_request(context, request_id)
    return render(
        request,
        "budgets/requests/learning.html",
        status=422 if errors else 200,
        errors=errors,
        posted=posted,
        spending=detail.request,
    )


@post(
    f"{REQUESTS_PATH}/{{request_id:str}}/learnt",
    opt=require_role(Role.CITIZEN),
    sync_to_thread=True,
    status_code=303,
)
def record_learning(request: AppRequest, request_id: FromPath[str]) -> Response[str] | Response[None]:
    """Store what the citizen learnt."""
    form = form_data(request)
    try:
        command = parse_learning(form, request_id)
        submit_command(request, request_actor(request), command, idempotency_key(form))
    except ValidationErrors as error:
        return _learning_page(request, request_id, error.errors, form)
    except InvalidRequestState:
        return redirect(REQUESTS_PATH, request, flash="already_settled")
    return redirect(REQUESTS_PATH, request, flash="learnt")


ROUTES = (
    show_requests,
    show_citizens_requests,
    withdraw_request,
    show_receipt,
    send_receipt,
    show_learning_form,
    record_learning,
)

FLASH_MESSAGES = {
    "given_up": LazyText(N_("You have taken it back. The money can be used for something else.")),
    "already_settled": LazyText(N_("That was settled already. Nothing has changed.")),
    "receipt_kept": LazyText(N_("The receipt is kept. Thank you.")),
    "learnt": LazyText(N_("Your words are kept. Thank you.")),
}

NAVIGATION: tuple[NavigationLink, ...] = ()
