"""Accounts and roles, as an administrator sees them."""
