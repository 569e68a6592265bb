"""Recording a purchase with its receipt, for the budget officer."""

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from budgets.commands.group_commit import give_order
from budgets.errors import OutsidePeriod, Overdrawn, PeriodShut, RequestSettled, UnknownReceipt
from budgets.model import RequestState, SpendingRequest
from budgets.money import service as money_service
from budgets.purchases.forms import read_purchase
from budgets.records.receipt_files import CleanReceipt, clean_receipt
from budgets.web.forms import faults_of, key_of
from foundation.clock import local_date
from foundation.forms import FieldFault, FormFaults, Posted
from foundation.i18n import N_, Text
from foundation.uploads.files import ACCEPTED
from people.access.model import Purpose, Role
from people.web.app_state import AppRequest
from people.web.context import Visit, reading
from people.web.responses import NavigationLink, go, language, posted, show
from people.web.rules import only


@get("/grants/{grant_id:str}/purchases/new", opt=only(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_new_purchase(
    request: AppRequest, grant_id: FromPath[str], wish: FromQuery[str] = ""
) -> Response[str]:
    """The form for a purchase, filled in with what the citizen put money aside for."""
    with reading(request) as visit:
        return _form(request, visit, grant_id, wish)


def _form(
    request: AppRequest,
    visit: Visit,
    grant_id: str,
    request_id: str,
    faults: tuple[FieldFault, ...] = (),
    typed: Posted | None = None,
) -> Response[str]:
    open_requests = money_service.requests(visit, grant_id, Purpose.BUDGET, RequestState.RESERVED)
    opened = money_service.budget_of_grant(visit, grant_id, 0)
    return show(
        request,
        "budgets/new_purchase.html",
        status=422 if faults else 200,
        faults=faults,
        typed=typed,
        citizen=money_service.citizen_of_grant(visit, grant_id),
        opened=opened,
        wish=_find(open_requests, request_id),
        goals=_goals(opened),
        accepted=ACCEPTED,
    )


def _find(requests: tuple[SpendingRequest, ...], request_id: str) -> SpendingRequest | None:
    return next((one for one in requests if one.id == request_id), None)


def _goals(opened: money_service.OpenBudget) -> tuple[tuple[str, str, int], ...]:
    return tuple(
        (one.goal_id, opened.titles.get(one.goal_id, "…"), one.left_ore) for one in opened.budget.envelopes
    )


@post("/grants/{grant_id:str}/purchases", opt=only(Role.BUDGET_OFFICER), sync_to_thread=True, status_code=303)
def record_purchase(request: AppRequest, grant_id: FromPath[str]) -> Response[str] | Response[None]:
    """Take what was paid out of the envelope, and keep the receipt."""
    form = posted(request)
    wish = form.text("wish")
    receipt, bad_receipt = _receipt(form)
    try:
        with reading(request) as visit:
            goal_ids = tuple(one[0] for one in _goals(money_service.budget_of_grant(visit, grant_id, 0)))
            today = local_date(visit.now)
            command = read_purchase(form, grant_id, goal_ids, wish or None, today, bad_receipt)
        give_order(request, visit.actor, command, key_of(form), receipt)
    except (FormFaults, UnknownReceipt, Overdrawn, OutsidePeriod, PeriodShut) as problem:
        faults = faults_of(problem, language(request), "bought_on")
        with reading(request) as visit:
            return _form(request, visit, grant_id, wish, faults, form)
    except RequestSettled:
        return go(f"/grants/{grant_id}", request, notice="already_settled")
    return go(f"/grants/{grant_id}", request, notice="bought")


def _receipt(form: Posted) -> tuple[CleanReceipt | None, Text | None]:
    """The chosen receipt as it is kept, or why it can't be: before the transaction, because a picture takes a while."""
    upload = form.files.get("receipt")
    try:
        return (None if upload is None else clean_receipt(upload.content)), None
    except UnknownReceipt as problem:
        return None, problem.text


ROUTES = (show_new_purchase, record_purchase)

NOTICES = {"bought": Text(N_("The purchase is recorded."))}

NAVIGATION: tuple[NavigationLink, ...] = ()
