"""The assignment solver: exact, with a proof that is checked."""
