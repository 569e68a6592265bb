"""Authenticated encryption, key rotation and hash chains."""
