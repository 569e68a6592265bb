"""Uploaded files: recognised by content, re-encoded or refused."""
