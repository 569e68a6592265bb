"""Grants to citizens and their division among goals."""
