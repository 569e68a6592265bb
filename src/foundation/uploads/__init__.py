"""Uploaded files: told by content, re-encoded or refused."""
