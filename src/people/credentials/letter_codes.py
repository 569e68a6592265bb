"""One-time codes that a citizen copies from a letter: unmistakable characters, single use, short-lived. No
I/O.

The first four characters look up the code, the other eight are the secret, of which only an Argon2id hash is
stored.
"""

import secrets
from datetime import timedelta

import msgspec

# No character that looks like another one in print or sounds like it on the phone.
ALPHABET = "3467ACDEFHJKMNPRTWXY"
# Stored in clear: the salted hash of the other part can't be searched for.
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
        """As it is printed in the letter: `34CD-EFHJ-KMNP`."""
        characters = self.lookup + self.secret
        return "-".join(characters[start : start + 4] for start in range(0, len(characters), 4))


def new_code() -> LetterCode:
    """A new random code."""
    characters = "".join(secrets.choice(ALPHABET) for _ in range(LOOKUP_LENGTH + SECRET_LENGTH))
    return LetterCode(characters[:LOOKUP_LENGTH], characters[LOOKUP_LENGTH:])


def parse_code(text: str) -> LetterCode | None:
    """The code in an entered text, ignoring case and separators; None when it can't be a code."""
    characters = "".join(character for character in text.upper() if character.isalnum())
    if len(characters) != LOOKUP_LENGTH + SECRET_LENGTH or set(characters) - set(ALPHABET):
        return None
    return LetterCode(characters[:LOOKUP_LENGTH], characters[LOOKUP_LENGTH:])
