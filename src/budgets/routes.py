"""Every page and API route of budgets, as the app registers them."""

from budgets.closing import api as closing_api
from budgets.closing import pages as closing_pages
from budgets.figures import pages as figures_pages
from budgets.funds import api as funds_api
from budgets.funds import pages as funds_pages
from budgets.funds import period_pages
from budgets.grants import api as grants_api
from budgets.grants import pages as grants_pages
from budgets.money import pages as money_pages
from budgets.purchases import api as purchases_api
from budgets.purchases import missing_receipts_pages, receipt_api, refund_pages
from budgets.purchases import pages as purchases_pages
from budgets.reconciliation import pages as reconciliation_pages
from budgets.requests import api as requests_api
from budgets.requests import ask_pages, citizen_pages, officer_pages
from budgets.statements import pages as statements_pages

_API_MODULES = (funds_api, grants_api, closing_api, purchases_api, receipt_api, requests_api)

API_ROUTES = tuple(route for module in _API_MODULES for route in module.ROUTES)

_MODULES = (
    money_pages,
    statements_pages,
    ask_pages,
    citizen_pages,
    officer_pages,
    grants_pages,
    purchases_pages,
    refund_pages,
    closing_pages,
    funds_pages,
    period_pages,
    missing_receipts_pages,
    reconciliation_pages,
    figures_pages,
)

ROUTES = tuple(route for module in _MODULES for route in module.ROUTES)

FLASH_MESSAGES = {name: text for module in _MODULES for name, text in module.FLASH_MESSAGES.items()}

NAVIGATION = tuple(link for module in _MODULES for link in module.NAVIGATION)
