"""A citizen's money in the browser: mine, and that of a citizen whom I support; receipts."""

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from budgets.money import service
from budgets.money.ending_notices import ending_notices
from budgets.money.presenter import budget_view, easy_unspent_text, movement_views, unspent_text
from budgets.money.service import PAGE_LENGTH, BudgetOverview
from foundation.i18n import N_, LazyText
from foundation.uploads.files import FILE_EXTENSIONS
from people.access.model import Purpose, Role
from people.directory import service as directory_service
from people.directory.model import Person
from people.web.app_state import AppRequest
from people.web.context import RequestContext, read_context
from people.web.responses import NavigationLink, language, reading_preference, render
from people.web.rules import require_role

RECEIPT_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'"

# A citizen's own money lies at /money, that of a supported citizen at /citizens/{id}/money.


@get("/money", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def show_money(request: AppRequest, budget: FromQuery[str] = "") -> Response[str]:
    """My money: what is left for which goal, till when; the latest events; two ways on."""
    with read_context(request) as context:
        opened = service.budget_overview(context, context.person_id, Purpose.OWN, budget)
    return _money_page(request, context, opened, "/money")


@get("/citizens/{citizen_id:str}/money", opt=require_role(Role.SUPPORT_WORKER), sync_to_thread=True)
def show_citizens_money(
    request: AppRequest, citizen_id: FromPath[str], budget: FromQuery[str] = ""
) -> Response[str]:
    """The money of a citizen whom I support, to read together."""
    with read_context(request) as context:
        opened = service.budget_overview(context, citizen_id, Purpose.SUPPORT, budget)
        citizen = directory_service.citizen(context, citizen_id, Purpose.SUPPORT)
    return _money_page(request, context, opened, f"/citizens/{citizen_id}/money", citizen)


@get("/money/print", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def print_money(request: AppRequest, budget: FromQuery[str] = "") -> Response[str]:
    """My money on one sheet of paper."""
    with read_context(request) as context:
        opened = service.budget_overview(context, context.person_id, Purpose.OWN, budget)
        citizen = directory_service.citizen(context, context.person_id, Purpose.OWN)
    return _money_page(request, context, opened, "/money", citizen, "print/money.html")


@get("/citizens/{citizen_id:str}/money/print", opt=require_role(Role.SUPPORT_WORKER), sync_to_thread=True)
def print_citizens_money(
    request: AppRequest, citizen_id: FromPath[str], budget: FromQuery[str] = ""
) -> Response[str]:
    """The money of a citizen whom I support, on one sheet of paper."""
    with read_context(request) as context:
        opened = service.budget_overview(context, citizen_id, Purpose.SUPPORT, budget)
        citizen = directory_service.citizen(context, citizen_id, Purpose.SUPPORT)
    return _money_page(request, context, opened, f"/citizens/{citizen_id}/money", citizen, "print/money.html")


def _money_page(
    request: AppRequest,
    context: RequestContext,
    overview: BudgetOverview | None,
    address: str,
    citizen: Person | None = None,
    template: str = "budgets/money/overview.html",
) -> Response[str]:
    if overview is None:
        return render(request, template, view=None, address=address, citizen=citizen)
    budget = overview.budget
    if template == "budgets/money/overview.html" and reading_preference(request).easy:
        template = "budgets/money/overview_easy.html"
    return render(
        request,
        template,
        view=budget_view(budget, overview.goal_titles, overview.today, overview.closing),
        events=movement_views(overview.movements, overview.goal_titles, context.person_id, language(request)),
        unspent=unspent_text(budget.fund, budget.grant.ends_on, language(request)),
        easy_unspent=easy_unspent_text(budget.fund),
        told=ending_notices(budget, overview.notice, overview.closing, overview.today, language(request)),
        closing=overview.closing,
        others=overview.other_budgets,
        today=overview.today,
        address=address,
        citizen=citizen,
    )


@get("/money/events", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def show_movements(
    request: AppRequest, budget: FromQuery[str] = "", page: FromQuery[int] = 1
) -> Response[str]:
    """All that happened to my money, newest first."""
    with read_context(request) as context:
        return _movements_page(request, context, context.person_id, Purpose.OWN, budget, page, "/money")


@get("/citizens/{citizen_id:str}/money/events", opt=require_role(Role.SUPPORT_WORKER), sync_to_thread=True)
def show_citizens_movements(
    request: AppRequest, citizen_id: FromPath[str], budget: FromQuery[str] = "", page: FromQuery[int] = 1
) -> Response[str]:
    """All that happened to the money of a citizen whom I support."""
    with read_context(request) as context:
        address = f"/citizens/{citizen_id}/money"
        return _movements_page(request, context, citizen_id, Purpose.SUPPORT, budget, page, address)


def _movements_page(
    request: AppRequest,
    context: RequestContext,
    citizen_id: str,
    purpose: Purpose,
    budget: str,
    page: int,
    address: str,
) -> Response[str]:
    page = max(1, page)
    opened = service.budget_overview(context, citizen_id, purpose, budget, movement_limit=0)
    if opened is None:
        return _money_page(request, context, None, address)
    events, count = service.movements(context, opened.budget.grant.id, purpose, page)
    return render(
        request,
        "budgets/money/movements.html",
        budget=opened.budget,
        events=movement_views(events, opened.goal_titles, context.person_id, language(request)),
        count=count,
        page=page,
        page_length=PAGE_LENGTH,
        address=address,
    )


@get(
    "/receipts/{receipt_id:str}",
    opt=require_role(Role.CITIZEN, Role.SUPPORT_WORKER, Role.BUDGET_OFFICER),
    sync_to_thread=True,
)
def download_receipt(request: AppRequest, receipt_id: FromPath[str]) -> Response[bytes]:
    """A receipt as a file: saved, never opened as a page of this site."""
    with read_context(request) as context:
        receipt = service.receipt(context, receipt_id)
    return Response(
        receipt.content,
        media_type=receipt.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="bilag-{receipt.id}.{FILE_EXTENSIONS[receipt.media_type]}"',
            "Content-Security-Policy": RECEIPT_POLICY,
            "X-Content-Type-Options": "nosniff",
        },
    )


ROUTES = (
    show_money,
    print_money,
    show_movements,
    show_citizens_money,
    print_citizens_money,
    show_citizens_movements,
    download_receipt,
)

FLASH_MESSAGES: dict[str, LazyText] = {}

NAVIGATION = (NavigationLink("/money", N_("My money"), frozenset({Role.CITIZEN})),)
