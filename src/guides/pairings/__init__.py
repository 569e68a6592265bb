"""Pairings from offer to end, and the moves between their states."""
