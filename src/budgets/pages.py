"""All pages about money, as the app takes them in."""

from budgets import (
    pages_asking,
    pages_closing,
    pages_figures,
    pages_funds,
    pages_grants,
    pages_inbox,
    pages_missing,
    pages_money,
    pages_periods,
    pages_purchases,
    pages_reconciliation,
    pages_refunds,
    pages_requests,
    pages_statement,
)

_MODULES = (
    pages_money,
    pages_statement,
    pages_asking,
    pages_requests,
    pages_inbox,
    pages_grants,
    pages_purchases,
    pages_refunds,
    pages_closing,
    pages_funds,
    pages_periods,
    pages_missing,
    pages_reconciliation,
    pages_figures,
)

ROUTES = tuple(route for module in _MODULES for route in module.ROUTES)

NOTICES = {name: text for module in _MODULES for name, text in module.NOTICES.items()}

NAVIGATION = tuple(link for module in _MODULES for link in module.NAVIGATION)
