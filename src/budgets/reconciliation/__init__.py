"""Comparing purchases with the finance system's file."""
