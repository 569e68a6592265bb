"""A citizen's wishes for purchases in the browser: what happens next, the answer, the receipt, what was learnt."""

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
from people.web.context import read_context
from people.web.responses import NavigationLink, form_data, language, redirect, render
from people.web.rules import require_role

REQUESTS_PATH = "/money/requests"


@get(REQUESTS_PATH, opt=require_role(Role.CITIZEN), sync_to_thread=True)
def show_requests(request: AppRequest) -> Response[str]:
    """All that I wanted to use money for, each with what happens next and by when."""
    with read_context(request) as context:
        found = service.of_citizen(context, context.person_id, Purpose.OWN)
    views = request_views(found.details, found.goal_titles, found.today, language(request))
    return render(
        request, "budgets/requests/citizen_list.html", views=views, citizen=None, states=RequestState
    )


@get("/citizens/{citizen_id:str}/money/requests", opt=require_role(Role.SUPPORT_WORKER), sync_to_thread=True)
def show_citizens_requests(request: AppRequest, citizen_id: FromPath[str]) -> Response[str]:
    """The same of a citizen whom I support, to read together."""
    with read_context(request) as context:
        found = service.of_citizen(context, citizen_id, Purpose.SUPPORT)
        citizen = directory_service.citizen(context, citizen_id, Purpose.SUPPORT)
    views = request_views(found.details, found.goal_titles, found.today, language(request))
    return render(
        request, "budgets/requests/citizen_list.html", views=views, citizen=citizen, states=RequestState
    )


@post(
    f"{REQUESTS_PATH}/{{request_id:str}}/give-up",
    opt=require_role(Role.CITIZEN),
    sync_to_thread=True,
    status_code=303,
)
def withdraw_request(request: AppRequest, request_id: FromPath[str]) -> Response[None]:
    """Take a wish back, and what was put aside for it."""
    with read_context(request) as context:
        pass
    try:
        submit_command(
            request, context.actor, WithdrawRequest(request_id), idempotency_key(form_data(request))
        )
    except (InvalidRequestState, GrantClosed):
        return redirect(REQUESTS_PATH, request, flash="already_settled")
    return redirect(REQUESTS_PATH, request, flash="given_up")


@get(f"{REQUESTS_PATH}/{{request_id:str}}/receipt", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def show_receipt(request: AppRequest, request_id: FromPath[str]) -> Response[str]:
    """Take a picture of the receipt."""
    return _receipt_page(request, request_id)


def _receipt_page(request: AppRequest, request_id: str, errors: tuple[FieldError, ...] = ()) -> Response[str]:
    with read_context(request) as context:
        story = service.own_request(context, request_id)
    return render(
        request,
        "budgets/requests/attach_receipt.html",
        status=422 if errors else 200,
        errors=errors,
        wish=story.request,
        receipt_count=story.receipt_count,
        accepted=ACCEPT_ATTRIBUTE,
    )


@post(
    f"{REQUESTS_PATH}/{{request_id:str}}/receipt",
    opt=require_role(Role.CITIZEN),
    sync_to_thread=True,
    status_code=303,
)
def send_receipt(request: AppRequest, request_id: FromPath[str]) -> Response[str] | Response[None]:
    """Keep the receipt."""
    with read_context(request) as context:
        service.own_request(context, request_id)
    form = form_data(request)
    upload = form.files.get("receipt")
    try:
        content = None if upload is None else sanitize_receipt(upload.content)
        submit_command(
            request, context.actor, AttachReceipt(request_id=request_id), idempotency_key(form), content
        )
    except InvalidReceipt as problem:
        return _receipt_page(request, request_id, (FieldError("receipt", problem.text),))
    except (InvalidRequestState, GrantClosed):
        return redirect(REQUESTS_PATH, request, flash="already_settled")
    return redirect(REQUESTS_PATH, request, flash="receipt_kept")


@get(f"{REQUESTS_PATH}/{{request_id:str}}/learnt", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def show_learning_form(request: AppRequest, request_id: FromPath[str]) -> Response[str]:
    """What did you learn?"""
    return _learning_page(request, request_id)


def _learning_page(
    request: AppRequest, request_id: str, errors: tuple[FieldError, ...] = (), typed: FormData | None = None
) -> Response[str]:
    with read_context(request) as context:
        story = service.own_request(context, request_id)
    return render(
        request,
        "budgets/requests/learning.html",
        status=422 if errors else 200,
        errors=errors,
        posted=typed,
        wish=story.request,
    )


@post(
    f"{REQUESTS_PATH}/{{request_id:str}}/learnt",
    opt=require_role(Role.CITIZEN),
    sync_to_thread=True,
    status_code=303,
)
def record_learning(request: AppRequest, request_id: FromPath[str]) -> Response[str] | Response[None]:
    """Keep what the citizen learnt."""
    form = form_data(request)
    try:
        with read_context(request) as context:
            command = parse_learning(form, request_id)
        submit_command(request, context.actor, command, idempotency_key(form))
    except ValidationErrors as problem:
        return _learning_page(request, request_id, problem.errors, form)
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
