"""The programming interface of money, as the app takes it in."""

from budgets.closing import api as closing_api
from budgets.funds import api as funds_api
from budgets.grants import api as grants_api
from budgets.purchases import api as purchases_api
from budgets.purchases import receipt_api
from budgets.requests import api as requests_api

_MODULES = (funds_api, grants_api, closing_api, purchases_api, receipt_api, requests_api)

ROUTES = tuple(route for module in _MODULES for route in module.ROUTES)
