"""Inventing people, pairings, plans and budgets from a seed."""
