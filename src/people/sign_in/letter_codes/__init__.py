"""Signing in with a code from a printed letter."""
