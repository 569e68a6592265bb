"""Spending requests: asked by the citizen, decided by a budget officer."""
