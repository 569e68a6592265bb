"""Record ids, which reveal nothing but roughly when they were made, and unguessable tokens."""

import hashlib
import secrets
import time

ID_LENGTH = 20
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u to mistake
_PAIRS = tuple(first + second for first in _ALPHABET for second in _ALPHABET)  # of ten bits


def new_id() -> str:
    """A new record id: 20 characters, 48 bits of milliseconds (so that indexes grow at one end), 52 random
    bits.
    """
    number = (time.time_ns() // 1_000_000) << 52 | secrets.randbits(52)
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(90, -1, -10)])


def new_token() -> str:
    """A new secret for a cookie or a link: 43 URL-safe characters, 256 bits."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """SHA-256 of a token in hex, which is stored instead of it. A random token needs no salt."""
    return hashlib.sha256(token.encode()).hexdigest()
