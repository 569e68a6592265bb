"""Retention periods and legal holds."""
