"""Codes that a citizen reads off a letter: easy signs, one use, short life. No I/O.

The first four signs find the code, the other eight prove it; only their Argon2id hash is kept.
"""

import secrets
from datetime import timedelta

import msgspec

# No sign that looks like another one in print or sounds like it on the phone.
ALPHABET = "3467ACDEFHJKMNPRTWXY"
LOOKUP_LENGTH = 4
SECRET_LENGTH = 8
VALID_FOR = timedelta(days=14)
ATTEMPTS_MAX = 5


class LetterCode(msgspec.Struct, frozen=True):
    """A code in its two parts."""

    lookup: str
    secret: str

    @property
    def formatted(self) -> str:
        """As it stands in the letter: `34CD-EFHJ-KMNP`."""
        signs = self.lookup + self.secret
        return "-".join(signs[start : start + 4] for start in range(0, len(signs), 4))


def new_code() -> LetterCode:
    """A fresh code."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(LOOKUP_LENGTH + SECRET_LENGTH))
    return LetterCode(signs[:LOOKUP_LENGTH], signs[LOOKUP_LENGTH:])


def parse_code(typed: str) -> LetterCode | None:
    """What somebody typed, in either case and with whatever between; None when it can't be a code."""
    signs = "".join(sign for sign in typed.upper() if sign.isalnum())
    if len(signs) != LOOKUP_LENGTH + SECRET_LENGTH or set(signs) - set(ALPHABET):
        return None
    return LetterCode(signs[:LOOKUP_LENGTH], signs[LOOKUP_LENGTH:])
