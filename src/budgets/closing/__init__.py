"""Ending a grant: notice, preview, closing statement."""
