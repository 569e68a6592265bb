"""Passwords: hashing, and rejecting those that are easy to guess.

Argon2id with OWASP's minimum cost; a minimum length and a blocklist instead of composition rules, and no
forced change (NIST SP 800-63B, 5.1.1.2). Strength is estimated by zxcvbn (Wheeler 2016), which has lists of
common passwords and names.
"""

import re
from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from foundation.i18n import N_, LazyText
from foundation.ids import new_token
from people.errors import WeakPassword

LENGTH_MIN = 12
LENGTH_MAX = 200
SCORE_MIN = 4  # of 0 to 4: at least 10^10 guesses
ESTIMATED_LENGTH_MAX = 72  # zxcvbn's own limit; more characters only make a password stronger
PERSONAL_WORD_LENGTH_MIN = 3
REMAINING_LENGTH_MIN = 8  # letters and digits beside one's own names and the most common words

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

# Common parts of Danish passwords; zxcvbn's own lists are English.
_COMMON = """
adgangskode kodeord password velkommen hemmelig hemmeligt livsmester kommune kommunen borger bruger danmark
sommer vinter efterår forår januar februar marts april maj juni juli august september oktober november december
mandag tirsdag onsdag torsdag fredag lørdag søndag qwerty abcd 1234 elsker skat fodbold
"""
COMMON_WORDS = tuple(_COMMON.split())


def hash_password(password: str) -> str:
    """The hash that is stored: Argon2id, 19 MiB, two passes, one lane, with its own salt."""
    return _hasher.hash(password)


def verify_password(stored_hash: str | None, password: str) -> bool:
    """Whether the password matches the stored hash. False for None, after the same time as for a hash."""
    try:
        # Otherwise the time of the answer would tell which user names exist.
        _hasher.verify(stored_hash or _dummy_hash(), password[:LENGTH_MAX])
    except (VerificationError, InvalidHashError):
        return False
    return stored_hash is not None


@cache
def _dummy_hash() -> str:
    return _hasher.hash(new_token())


def check_password(password: str, names: Iterable[str]) -> None:
    """Raises WeakPassword for a new password that is too short, too long or easy to guess.

    `names` are texts that others know about the person: their name, user name, the municipality.
    """
    if len(password) < LENGTH_MIN:
        raise WeakPassword(
            LazyText(
                N_("Use at least %(least)s characters. Three or four words are easy to remember."),
                {"least": LENGTH_MIN},
            )
        )
    if len(password) > LENGTH_MAX:
        raise WeakPassword(LazyText(N_("Use at most %(most)s characters."), {"most": LENGTH_MAX}))
    own_words = personal_words(names)
    if _remaining_length(password, own_words) < REMAINING_LENGTH_MIN:
        raise WeakPassword(
            LazyText(N_("Others can guess your name and the municipality's. Use three or four other words."))
        )
    estimate = zxcvbn(password[:ESTIMATED_LENGTH_MAX], user_inputs=[*own_words, *COMMON_WORDS])
    if _remaining_length(password, COMMON_WORDS) < REMAINING_LENGTH_MIN or estimate["score"] < SCORE_MIN:
        raise WeakPassword(
            LazyText(N_("That password is too easy to guess. Use three or four words of your own."))
        )


def personal_words(names: Iterable[str]) -> tuple[str, ...]:
    """The words of those names, longest first: `maja@example.dk` has three."""
    words = {word for name in names for word in re.findall(r"\w+", name.casefold())}
    # Longest first: they are removed one by one, and a short one would break up a longer one.
    return tuple(
        sorted(
            (word for word in words if len(word) >= PERSONAL_WORD_LENGTH_MIN),
            key=lambda word: (-len(word), word),
        )
    )


def _remaining_length(password: str, words: Iterable[str]) -> int:
    """How many distinct letters and digits a password has beside those words; enough if it contains none of
    them.
    """
    remaining = password.casefold()
    for word in words:
        remaining = remaining.replace(word, " ")
    return (
        len(set(re.findall(r"[^\W_]", remaining)))
        if remaining != password.casefold()
        else REMAINING_LENGTH_MIN
    )
