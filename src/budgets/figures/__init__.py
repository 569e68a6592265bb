"""Spending figures with small groups hidden."""
