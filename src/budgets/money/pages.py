"""A citizen's money in the browser, for the citizen and for their support worker; receipts."""

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from budgets.money import service
from budgets.money.overview_presenter import MoneyPage, money_page
from budgets.money.presenter import movement_views
from budgets.money.service import PAGE_LENGTH
from foundation.i18n import N_, LazyText
from foundation.uploads.files import FILE_EXTENSIONS
from people.access.model import Purpose, Role
from people.directory import service as directory_service
from people.web.app_state import AppRequest
from people.web.context import read_context
from people.web.responses import NavigationLink, language, reading_preference, render
from people.web.rules import require_role

RECEIPT_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'"

# Every page has two routes, because their access rules differ: /money for the citizen, /citizens/{id}/money
# for the support worker. Both call one function, with no citizen's id for the citizen's own page.


@get("/money", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def show_money(request: AppRequest, budget: FromQuery[str] = "") -> Response[str]:
    """My money: what is left for which goal, until when; the latest movements."""
    return _money_page(request, budget)


@get("/citizens/{citizen_id:str}/money", opt=require_role(Role.SUPPORT_WORKER), sync_to_thread=True)
def show_citizens_money(
    request: AppRequest, citizen_id: FromPath[str], budget: FromQuery[str] = ""
) -> Response[str]:
    """The money of a citizen whom I support, to read together."""
    return _money_page(request, budget, citizen_id)


@get("/money/print", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def print_money(request: AppRequest, budget: FromQuery[str] = "") -> Response[str]:
    """My money on one sheet of paper."""
    return _money_page(request, budget, for_print=True)


@get("/citizens/{citizen_id:str}/money/print", opt=require_role(Role.SUPPORT_WORKER), sync_to_thread=True)
def print_citizens_money(
    request: AppRequest, citizen_id: FromPath[str], budget: FromQuery[str] = ""
) -> Response[str]:
    """The money of a citizen whom I support, on one sheet of paper."""
    return _money_page(request, budget, citizen_id, for_print=True)


def _address(citizen_id: str) -> str:
    return f"/citizens/{citizen_id}/money" if citizen_id else "/money"


def _purpose(citizen_id: str) -> Purpose:
    return Purpose.SUPPORT if citizen_id else Purpose.OWN


def _money_page(
    request: AppRequest, grant_id: str, citizen_id: str = "", *, for_print: bool = False
) -> Response[str]:
    purpose = _purpose(citizen_id)
    easy = reading_preference(request).easy and not for_print
    with read_context(request) as context:
        reader_id = context.person_id
        overview = service.budget_overview(context, citizen_id or reader_id, purpose, grant_id)
        citizen = (
            directory_service.citizen(context, citizen_id or reader_id, purpose)
            if citizen_id or for_print
            else None
        )
    money = money_page(
        overview, _address(citizen_id), citizen, reader_id=reader_id, language=language(request), easy=easy
    )
    if for_print:
        return render(request, "print/money.html", money=money)
    if easy and money.view is not None:
        return render(request, "budgets/money/overview_easy.html", money=money)
    return render(request, "budgets/money/overview.html", money=money)


@get("/money/events", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def show_movements(
    request: AppRequest, budget: FromQuery[str] = "", page: FromQuery[int] = 1
) -> Response[str]:
    """All that happened to my money, newest first."""
    return _movements_page(request, budget, page)


@get("/citizens/{citizen_id:str}/money/events", opt=require_role(Role.SUPPORT_WORKER), sync_to_thread=True)
def show_citizens_movements(
    request: AppRequest, citizen_id: FromPath[str], budget: FromQuery[str] = "", page: FromQuery[int] = 1
) -> Response[str]:
    """All that happened to the money of a citizen whom I support."""
    return _movements_page(request, budget, page, citizen_id)


def _movements_page(request: AppRequest, grant_id: str, page: int, citizen_id: str = "") -> Response[str]:
    page = max(1, page)
    with read_context(request) as context:
        reader_id = context.person_id
        overview = service.budget_overview(
            context, citizen_id or reader_id, _purpose(citizen_id), grant_id, movement_limit=0
        )
        movements, count = ((), 0) if overview is None else service.movements(context, overview, page)
    if overview is None:
        return render(request, "budgets/money/overview.html", money=MoneyPage(_address(citizen_id)))
    return render(
        request,
        "budgets/money/movements.html",
        budget=overview.budget,
        movements=movement_views(movements, overview.goal_titles, reader_id, language(request)),
        count=count,
        page=page,
        page_length=PAGE_LENGTH,
        address=_address(citizen_id),
    )


@get(
    "/receipts/{receipt_id:str}",
    opt=require_role(Role.CITIZEN, Role.SUPPORT_WORKER, Role.BUDGET_OFFICER),
    sync_to_thread=True,
)
def download_receipt(request: AppRequest, receipt_id: FromPath[str]) -> Response[bytes]:
    """A receipt as a file to save; browsers never open it as a page of this site."""
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
