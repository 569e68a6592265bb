"""The demo municipality: invented people, pairings and budgets."""
