"""What comes after a purchase, in the browser of the budget officer: a refund from the shop, a receipt that comes late."""

from litestar import Response, get, post
from litestar.params import FromPath

from budgets.commands.group_commit import give_order
from budgets.commands.messages import KeepReceipt
from budgets.errors import GrantClosed, NoSuchRecord, OutsidePeriod, Overdrawn, PeriodShut, UnknownReceipt
from budgets.ledger.double_entry import PURCHASE_KINDS
from budgets.model import KIND_NAMES, Event
from budgets.money import service as money_service
from budgets.purchases.forms import read_refund
from budgets.records.receipt_files import clean_receipt
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


def _purchase(visit: Visit, movement_id: str) -> Event:
    """A purchase. Raises NoSuchRecord for what is none."""
    event = money_service.event(visit, movement_id, Purpose.BUDGET)
    if event.kind not in PURCHASE_KINDS:
        raise NoSuchRecord
    return event


@get("/movements/{movement_id:str}/refund", opt=only(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_refund(request: AppRequest, movement_id: FromPath[str]) -> Response[str]:
    """What was bought, and the form for what came back."""
    return _form(request, movement_id, "budgets/refund.html")


@post(
    "/movements/{movement_id:str}/refund", opt=only(Role.BUDGET_OFFICER), sync_to_thread=True, status_code=303
)
def refund(request: AppRequest, movement_id: FromPath[str]) -> Response[str] | Response[None]:
    """Give what came back to the goal."""
    form = posted(request)
    try:
        with reading(request) as visit:
            event = _purchase(visit, movement_id)
            command = read_refund(form, movement_id, local_date(visit.now))
        give_order(request, visit.actor, command, key_of(form))
    except (FormFaults, Overdrawn, OutsidePeriod, PeriodShut) as problem:
        faults = faults_of(problem, language(request), "refunded_on")
        return _form(request, movement_id, "budgets/refund.html", faults, form)
    except GrantClosed:
        return go(f"/grants/{event.grant_id}", request, notice="closed_before")
    return go(f"/grants/{event.grant_id}", request, notice="refunded")


@get("/movements/{movement_id:str}/receipt", opt=only(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_late_receipt(request: AppRequest, movement_id: FromPath[str]) -> Response[str]:
    """What was bought, and the form for its receipt."""
    return _form(request, movement_id, "budgets/late_receipt.html")


@post(
    "/movements/{movement_id:str}/receipt",
    opt=only(Role.BUDGET_OFFICER),
    sync_to_thread=True,
    status_code=303,
)
def keep_receipt(request: AppRequest, movement_id: FromPath[str]) -> Response[str] | Response[None]:
    """Keep a receipt that comes late."""
    form = posted(request)
    with reading(request) as visit:
        event = _purchase(visit, movement_id)
    upload = form.files.get("receipt")
    try:
        content = None if upload is None else clean_receipt(upload.content)
        give_order(request, visit.actor, KeepReceipt(movement_id), key_of(form), content)
    except UnknownReceipt as problem:
        faults = faults_of(problem, language(request))
        return _form(request, movement_id, "budgets/late_receipt.html", faults, form)
    except GrantClosed:
        return go(f"/grants/{event.grant_id}", request, notice="closed_before")
    return go(f"/grants/{event.grant_id}", request, notice="late_receipt_kept")


def _form(
    request: AppRequest,
    movement_id: str,
    template: str,
    faults: tuple[FieldFault, ...] = (),
    typed: Posted | None = None,
) -> Response[str]:
    with reading(request) as visit:
        event = _purchase(visit, movement_id)
        opened = money_service.budget_of_grant(visit, event.grant_id or "", 0)
        citizen = money_service.citizen_of_grant(visit, event.grant_id or "")
    return show(
        request,
        template,
        status=422 if faults else 200,
        faults=faults,
        typed=typed,
        event=event,
        citizen=citizen,
        goal=opened.titles.get(event.goal_ids[0], "…"),
        today=opened.today,
        kind_names=KIND_NAMES,
        accepted=ACCEPTED,
    )


ROUTES = (show_refund, refund, show_late_receipt, keep_receipt)

NOTICES = {
    "refunded": Text(N_("The money is back with the goal.")),
    "late_receipt_kept": Text(N_("The receipt is kept.")),
}

NAVIGATION: tuple[NavigationLink, ...] = ()
