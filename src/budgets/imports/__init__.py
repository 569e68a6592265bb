"""Importing grants and purchases from spreadsheets."""
