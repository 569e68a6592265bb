"""The rules of each command, by topic."""
