"""A citizen's wishes for purchases in the browser: what happens next, the answer, the receipt, what was learnt."""

from litestar import Response, get, post
from litestar.params import FromPath

from budgets.commands.group_commit import give_order
from budgets.commands.messages import GiveUp, KeepReceipt
from budgets.errors import GrantClosed, RequestSettled, UnknownReceipt
from budgets.model import RequestState
from budgets.records.receipt_files import clean_receipt
from budgets.requests import service
from budgets.requests.forms import read_learnt
from budgets.requests.presenter import request_views
from budgets.web.forms import key_of
from foundation.forms import FieldFault, FormFaults, Posted
from foundation.i18n import N_, Text
from foundation.uploads.files import ACCEPTED
from people.access.model import Purpose, Role
from people.directory import service as directory_service
from people.web.app_state import AppRequest
from people.web.context import reading
from people.web.responses import NavigationLink, go, language, posted, show
from people.web.rules import only

HOME = "/money/requests"


@get(HOME, opt=only(Role.CITIZEN), sync_to_thread=True)
def show_requests(request: AppRequest) -> Response[str]:
    """All that I wanted to use money for, each with what happens next and by when."""
    with reading(request) as visit:
        found = service.of_citizen(visit, visit.person_id, Purpose.OWN)
    views = request_views(found.stories, found.titles, found.today, language(request))
    return show(request, "budgets/requests.html", views=views, citizen=None, states=RequestState)


@get("/citizens/{citizen_id:str}/money/requests", opt=only(Role.SUPPORT_WORKER), sync_to_thread=True)
def show_citizens_requests(request: AppRequest, citizen_id: FromPath[str]) -> Response[str]:
    """The same of a citizen whom I support, to read together."""
    with reading(request) as visit:
        found = service.of_citizen(visit, citizen_id, Purpose.SUPPORT)
        citizen = directory_service.citizen(visit, citizen_id, Purpose.SUPPORT)
    views = request_views(found.stories, found.titles, found.today, language(request))
    return show(request, "budgets/requests.html", views=views, citizen=citizen, states=RequestState)


@post(f"{HOME}/{{request_id:str}}/give-up", opt=only(Role.CITIZEN), sync_to_thread=True, status_code=303)
def give_up(request: AppRequest, request_id: FromPath[str]) -> Response[None]:
    """Take a wish back, and what was put aside for it."""
    with reading(request) as visit:
        pass
    try:
        give_order(request, visit.actor, GiveUp(request_id), key_of(posted(request)))
    except (RequestSettled, GrantClosed):
        return go(HOME, request, notice="already_settled")
    return go(HOME, request, notice="given_up")


@get(f"{HOME}/{{request_id:str}}/receipt", opt=only(Role.CITIZEN), sync_to_thread=True)
def show_receipt(request: AppRequest, request_id: FromPath[str]) -> Response[str]:
    """Take a picture of the receipt."""
    return _receipt(request, request_id)


def _receipt(request: AppRequest, request_id: str, faults: tuple[FieldFault, ...] = ()) -> Response[str]:
    with reading(request) as visit:
        story = service.own(visit, request_id)
    return show(
        request,
        "budgets/request_receipt.html",
        status=422 if faults else 200,
        faults=faults,
        wish=story.request,
        receipt_count=story.receipt_count,
        accepted=ACCEPTED,
    )


@post(f"{HOME}/{{request_id:str}}/receipt", opt=only(Role.CITIZEN), sync_to_thread=True, status_code=303)
def send_receipt(request: AppRequest, request_id: FromPath[str]) -> Response[str] | Response[None]:
    """Keep the receipt."""
    with reading(request) as visit:
        service.own(visit, request_id)
    form = posted(request)
    upload = form.files.get("receipt")
    try:
        content = None if upload is None else clean_receipt(upload.content)
        give_order(request, visit.actor, KeepReceipt(request_id=request_id), key_of(form), content)
    except UnknownReceipt as problem:
        return _receipt(request, request_id, (FieldFault("receipt", problem.text),))
    except (RequestSettled, GrantClosed):
        return go(HOME, request, notice="already_settled")
    return go(HOME, request, notice="receipt_kept")


@get(f"{HOME}/{{request_id:str}}/learnt", opt=only(Role.CITIZEN), sync_to_thread=True)
def show_learnt(request: AppRequest, request_id: FromPath[str]) -> Response[str]:
    """What did you learn?"""
    return _learnt(request, request_id)


def _learnt(
    request: AppRequest, request_id: str, faults: tuple[FieldFault, ...] = (), typed: Posted | None = None
) -> Response[str]:
    with reading(request) as visit:
        story = service.own(visit, request_id)
    return show(
        request,
        "budgets/request_learnt.html",
        status=422 if faults else 200,
        faults=faults,
        typed=typed,
        wish=story.request,
    )


@post(f"{HOME}/{{request_id:str}}/learnt", opt=only(Role.CITIZEN), sync_to_thread=True, status_code=303)
def send_learnt(request: AppRequest, request_id: FromPath[str]) -> Response[str] | Response[None]:
    """Keep what the citizen learnt."""
    form = posted(request)
    try:
        with reading(request) as visit:
            command = read_learnt(form, request_id)
        give_order(request, visit.actor, command, key_of(form))
    except FormFaults as problem:
        return _learnt(request, request_id, problem.faults, form)
    except RequestSettled:
        return go(HOME, request, notice="already_settled")
    return go(HOME, request, notice="learnt")


ROUTES = (
    show_requests,
    show_citizens_requests,
    give_up,
    show_receipt,
    send_receipt,
    show_learnt,
    send_learnt,
)

NOTICES = {
    "given_up": Text(N_("You have taken it back. The money can be used for something else.")),
    "already_settled": Text(N_("That was settled already. Nothing has changed.")),
    "receipt_kept": Text(N_("The receipt is kept. Thank you.")),
    "learnt": Text(N_("Your words are kept. Thank you.")),
}

NAVIGATION: tuple[NavigationLink, ...] = ()
