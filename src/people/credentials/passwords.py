"""Passwords: how they are kept, and which are too easy to guess.

Argon2id with OWASP's least cost; length and a list instead of rules about signs, and no forced change (NIST SP 800-63B,
5.1.1.2). How hard one is to guess is zxcvbn's estimate (Wheeler 2016), which holds lists of common passwords and names.
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
SCORE_MIN = 4  # of 0 to 4: at least ten thousand million guesses
ESTIMATED_LENGTH_MAX = 72  # zxcvbn's own limit; what comes after only makes it harder
PERSONAL_WORD_LENGTH_MIN = 3
REMAINING_LENGTH_MIN = 8  # letters and digits beside one's own names and the commonest words

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

# What Danish passwords are built from; zxcvbn's own lists are English.
_COMMON = """
adgangskode kodeord password velkommen hemmelig hemmeligt livsmester kommune kommunen borger bruger danmark
sommer vinter efterår forår januar februar marts april maj juni juli august september oktober november december
mandag tirsdag onsdag torsdag fredag lørdag søndag qwerty abcd 1234 elsker skat fodbold
"""
COMMON_WORDS = tuple(_COMMON.split())


def hash_password(password: str) -> str:
    """What is kept in place of a password: Argon2id, 19 MiB, two passes, one lane, with a salt of its own."""
    return _hasher.hash(password)


def verify_password(stored_hash: str | None, password: str) -> bool:
    """Whether that is the password of the kept hash. Takes as long when nothing is kept, and is then never true."""
    try:
        _hasher.verify(stored_hash or _dummy_hash(), password[:LENGTH_MAX])
    except (VerificationError, InvalidHashError):
        return False
    return stored_hash is not None


@cache
def _dummy_hash() -> str:
    return _hasher.hash(new_token())


def check_password(password: str, names: Iterable[str]) -> None:
    """Raises WeakPassword for a new password that is too short, too long or easy to guess.

    `names` are the words that others know of the person: their name, what they sign in with, the municipality.
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
    own = personal_words(names)
    if _remaining_length(password, own) < REMAINING_LENGTH_MIN:
        raise WeakPassword(
            LazyText(N_("Others can guess your name and the municipality's. Use three or four other words."))
        )
    judged = zxcvbn(password[:ESTIMATED_LENGTH_MAX], user_inputs=[*own, *COMMON_WORDS])
    if _remaining_length(password, COMMON_WORDS) < REMAINING_LENGTH_MIN or judged["score"] < SCORE_MIN:
        raise WeakPassword(
            LazyText(N_("That password is too easy to guess. Use three or four words of your own."))
        )


def personal_words(names: Iterable[str]) -> tuple[str, ...]:
    """The words of those names, the longest first: `maja@example.dk` has three."""
    words = {word for name in names for word in re.findall(r"\w+", name.casefold())}
    return tuple(
        sorted(
            (one for one in words if len(one) >= PERSONAL_WORD_LENGTH_MIN), key=lambda one: (-len(one), one)
        )
    )


def _remaining_length(password: str, words: Iterable[str]) -> int:
    """How many different letters and digits a password has beside those words, at most as many as it has at all."""
    left = password.casefold()
    for word in words:
        left = left.replace(word, " ")
    return len(set(re.findall(r"[^\W_]", left))) if left != password.casefold() else REMAINING_LENGTH_MIN
