"""Generates people, pairings, goals and budgets from a seed."""
