"""How long data is kept, and legal holds."""
