"""The programming interface of money, as the app takes it in."""

from budgets import api_closing, api_funds, api_grants, api_purchases, api_receipts, api_requests

_MODULES = (api_funds, api_grants, api_closing, api_purchases, api_receipts, api_requests)

ROUTES = tuple(route for module in _MODULES for route in module.ROUTES)
