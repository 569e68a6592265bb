"""Importing guides and citizens from spreadsheets: preview, differences, import."""
