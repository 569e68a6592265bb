"""Slowing down whoever guesses passwords and codes."""
