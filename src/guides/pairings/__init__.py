"""Pairings from offer to end, and the transitions between their states."""
