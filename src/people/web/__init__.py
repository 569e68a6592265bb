"""The request context, and what every page shares."""
