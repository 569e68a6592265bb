"""Guides and citizens as spreadsheets."""
