"""Matching runs: start, review, override, publish."""
