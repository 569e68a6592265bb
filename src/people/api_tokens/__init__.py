"""API tokens, by which other systems use the API."""
