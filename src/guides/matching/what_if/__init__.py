"""What one change to a solved pool would do to everyone."""
