"""The list of missing receipts in the browser, for the budget officer, and as a sheet."""

from litestar import Response, get
from litestar.params import FromQuery

from budgets.purchases import missing_receipts
from budgets.purchases.missing_receipts import PAGE_LENGTH
from foundation.i18n import N_, Text
from foundation.money import plain_amount
from foundation.spreadsheets.writer import write_sheet
from people.access.model import Role
from people.web.app_state import AppRequest
from people.web.context import reading
from people.web.responses import NavigationLink, show
from people.web.rules import only

HEADERS = ("dato", "beløb", "køb", "borger", "pulje", "kontostreng", "bevilling", "postering")


@get("/missing-receipts", opt=only(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_missing(request: AppRequest, page: FromQuery[int] = 1) -> Response[str]:
    """Purchases without a receipt, the oldest first."""
    page = max(1, page)
    with reading(request) as visit:
        found, count = missing_receipts.missing_receipts(visit, page)
    return show(
        request,
        "budgets/missing_receipts.html",
        missing=found,
        count=count,
        page=page,
        page_length=PAGE_LENGTH,
    )


@get("/missing-receipts.csv", opt=only(Role.BUDGET_OFFICER), sync_to_thread=True)
def download_missing(request: AppRequest) -> Response[bytes]:
    """The whole list as a file for a spreadsheet."""
    with reading(request) as visit:
        found, _ = missing_receipts.missing_receipts(visit, None)
    rows = (
        (
            one.bought_on,
            plain_amount(one.amount_ore),
            one.why,
            one.citizen_name,
            one.fund_name,
            one.account_string,
            one.grant_id,
            one.movement_id,
        )
        for one in found
    )
    return Response(
        write_sheet(HEADERS, rows),
        media_type="text/csv",
        headers={"Content-Disposition": 'attachment; filename="manglende-bilag.csv"'},
    )


ROUTES = (show_missing, download_missing)

NOTICES: dict[str, Text] = {}

NAVIGATION = (NavigationLink("/missing-receipts", N_("Missing receipts"), frozenset({Role.BUDGET_OFFICER})),)
