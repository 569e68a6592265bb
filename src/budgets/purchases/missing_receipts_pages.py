"""A budget officer's list of missing receipts, in the browser and as a CSV file."""

from litestar import Response, get
from litestar.params import FromQuery

from budgets.purchases import missing_receipts
from budgets.purchases.missing_receipts import PAGE_LENGTH
from foundation.i18n import N_, LazyText
from foundation.money import spreadsheet_amount
from foundation.spreadsheets.writer import write_csv
from people.access.model import Role
from people.web.app_state import AppRequest
from people.web.context import read_context
from people.web.responses import NavigationLink, render
from people.web.rules import require_role

HEADERS = ("dato", "beløb", "køb", "borger", "pulje", "kontostreng", "bevilling", "postering")


@get("/missing-receipts", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_missing_receipts(request: AppRequest, page: FromQuery[int] = 1) -> Response[str]:
    """Purchases without a receipt, the oldest first."""
    page = max(1, page)
    with read_context(request) as context:
        purchases, count = missing_receipts.missing_receipts(context, page)
    return render(
        request,
        "budgets/purchases/missing_receipts.html",
        purchases=purchases,
        count=count,
        page=page,
        page_length=PAGE_LENGTH,
    )


@get("/missing-receipts.csv", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True)
def download_missing_receipts(request: AppRequest) -> Response[bytes]:
    """The whole list as a file for a spreadsheet."""
    with read_context(request) as context:
        purchases, _ = missing_receipts.missing_receipts(context, None)
    rows = (
        (
            purchase.bought_on,
            spreadsheet_amount(purchase.amount_ore),
            purchase.why,
            purchase.citizen_name,
            purchase.fund_name,
            purchase.account_string,
            purchase.grant_id,
            purchase.movement_id,
        )
        for purchase in purchases
    )
    return Response(
        write_csv(HEADERS, rows),
        media_type="text/csv",
        headers={"Content-Disposition": 'attachment; filename="manglende-bilag.csv"'},
    )


ROUTES = (show_missing_receipts, download_missing_receipts)

FLASH_MESSAGES: dict[str, LazyText] = {}

NAVIGATION = (NavigationLink("/missing-receipts", N_("Missing receipts"), frozenset({Role.BUDGET_OFFICER})),)
