"""A citizen's money in the browser: mine, and that of a citizen whom I support; receipts."""

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from budgets.money import service
from budgets.money.ending_notices import told
from budgets.money.presenter import budget_view, easy_unspent_words, event_views, unspent_words
from budgets.money.service import PAGE_LENGTH, OpenBudget
from foundation.i18n import N_, Text
from foundation.uploads.files import ENDINGS
from people.access.model import Purpose, Role
from people.directory import service as directory_service
from people.directory.model import Person
from people.web.app_state import AppRequest
from people.web.context import Visit, reading
from people.web.responses import NavigationLink, language, reading_choice, show
from people.web.rules import only

RECEIPT_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'"

# A citizen's own money lies at /money, that of a supported citizen at /citizens/{id}/money.


@get("/money", opt=only(Role.CITIZEN), sync_to_thread=True)
def show_money(request: AppRequest, budget: FromQuery[str] = "") -> Response[str]:
    """My money: what is left for which goal, till when; the latest events; two ways on."""
    with reading(request) as visit:
        opened = service.open_budget(visit, visit.person_id, Purpose.OWN, budget)
    return _money(request, visit, opened, "/money")


@get("/citizens/{citizen_id:str}/money", opt=only(Role.SUPPORT_WORKER), sync_to_thread=True)
def show_citizens_money(
    request: AppRequest, citizen_id: FromPath[str], budget: FromQuery[str] = ""
) -> Response[str]:
    """The money of a citizen whom I support, to read together."""
    with reading(request) as visit:
        opened = service.open_budget(visit, citizen_id, Purpose.SUPPORT, budget)
        citizen = directory_service.citizen(visit, citizen_id, Purpose.SUPPORT)
    return _money(request, visit, opened, f"/citizens/{citizen_id}/money", citizen)


@get("/money/print", opt=only(Role.CITIZEN), sync_to_thread=True)
def print_money(request: AppRequest, budget: FromQuery[str] = "") -> Response[str]:
    """My money on one sheet of paper."""
    with reading(request) as visit:
        opened = service.open_budget(visit, visit.person_id, Purpose.OWN, budget)
        citizen = directory_service.citizen(visit, visit.person_id, Purpose.OWN)
    return _money(request, visit, opened, "/money", citizen, "print/money.html")


@get("/citizens/{citizen_id:str}/money/print", opt=only(Role.SUPPORT_WORKER), sync_to_thread=True)
def print_citizens_money(
    request: AppRequest, citizen_id: FromPath[str], budget: FromQuery[str] = ""
) -> Response[str]:
    """The money of a citizen whom I support, on one sheet of paper."""
    with reading(request) as visit:
        opened = service.open_budget(visit, citizen_id, Purpose.SUPPORT, budget)
        citizen = directory_service.citizen(visit, citizen_id, Purpose.SUPPORT)
    return _money(request, visit, opened, f"/citizens/{citizen_id}/money", citizen, "print/money.html")


def _money(
    request: AppRequest,
    visit: Visit,
    opened: OpenBudget | None,
    address: str,
    citizen: Person | None = None,
    template: str = "budgets/money.html",
) -> Response[str]:
    if opened is None:
        return show(request, template, view=None, address=address, citizen=citizen)
    budget = opened.budget
    if template == "budgets/money.html" and reading_choice(request).easy:
        template = "budgets/money_easy.html"
    return show(
        request,
        template,
        view=budget_view(budget, opened.titles, opened.today, opened.closing),
        events=event_views(opened.events, opened.titles, visit.person_id, language(request)),
        unspent=unspent_words(budget.fund, budget.grant.ends_on, language(request)),
        easy_unspent=easy_unspent_words(budget.fund),
        told=told(budget, opened.notice, opened.closing, opened.today, language(request)),
        closing=opened.closing,
        others=opened.others,
        today=opened.today,
        address=address,
        citizen=citizen,
    )


@get("/money/events", opt=only(Role.CITIZEN), sync_to_thread=True)
def show_events(request: AppRequest, budget: FromQuery[str] = "", page: FromQuery[int] = 1) -> Response[str]:
    """All that happened to my money, newest first."""
    with reading(request) as visit:
        return _events(request, visit, visit.person_id, Purpose.OWN, budget, page, "/money")


@get("/citizens/{citizen_id:str}/money/events", opt=only(Role.SUPPORT_WORKER), sync_to_thread=True)
def show_citizens_events(
    request: AppRequest, citizen_id: FromPath[str], budget: FromQuery[str] = "", page: FromQuery[int] = 1
) -> Response[str]:
    """All that happened to the money of a citizen whom I support."""
    with reading(request) as visit:
        address = f"/citizens/{citizen_id}/money"
        return _events(request, visit, citizen_id, Purpose.SUPPORT, budget, page, address)


def _events(
    request: AppRequest, visit: Visit, citizen_id: str, purpose: Purpose, budget: str, page: int, address: str
) -> Response[str]:
    page = max(1, page)
    opened = service.open_budget(visit, citizen_id, purpose, budget, newest=0)
    if opened is None:
        return _money(request, visit, None, address)
    events, count = service.events(visit, opened.budget.grant.id, purpose, page)
    return show(
        request,
        "budgets/events.html",
        budget=opened.budget,
        events=event_views(events, opened.titles, visit.person_id, language(request)),
        count=count,
        page=page,
        page_length=PAGE_LENGTH,
        address=address,
    )


@get(
    "/receipts/{receipt_id:str}",
    opt=only(Role.CITIZEN, Role.SUPPORT_WORKER, Role.BUDGET_OFFICER),
    sync_to_thread=True,
)
def download_receipt(request: AppRequest, receipt_id: FromPath[str]) -> Response[bytes]:
    """A receipt as a file: saved, never opened as a page of this site."""
    with reading(request) as visit:
        receipt = service.receipt(visit, receipt_id)
    return Response(
        receipt.content,
        media_type=receipt.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="bilag-{receipt.id}.{ENDINGS[receipt.media_type]}"',
            "Content-Security-Policy": RECEIPT_POLICY,
            "X-Content-Type-Options": "nosniff",
        },
    )


ROUTES = (
    show_money,
    print_money,
    show_events,
    show_citizens_money,
    print_citizens_money,
    show_citizens_events,
    download_receipt,
)

NOTICES: dict[str, Text] = {}

NAVIGATION = (NavigationLink("/money", N_("My money"), frozenset({Role.CITIZEN})),)
