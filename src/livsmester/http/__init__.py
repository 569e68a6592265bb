"""Middleware, CSRF protection, error pages and problem documents."""
