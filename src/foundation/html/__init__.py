"""Templates, static files, and HTML that is generated in Python."""
