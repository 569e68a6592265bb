"""Command handlers: the business rules of each command, by topic."""
