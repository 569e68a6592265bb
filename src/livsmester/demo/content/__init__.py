"""Texts of the demo: names, places, goals."""
