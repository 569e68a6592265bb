"""Erasure of overdue data, and decisions about requests for erasure."""
