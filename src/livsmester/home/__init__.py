"""Start pages, public statements, and the export of a citizen's own data."""
