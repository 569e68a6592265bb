"""Funds and their accounting periods."""
