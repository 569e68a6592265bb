"""Reasons as values: a rule's name, an English message and its values, translated when they are rendered.

A sentence for the citizen is about the guide and vice versa. To protect both it contains no names, no
percentages, and nothing about a person's life but words that both have entered themselves.
"""

from collections.abc import Callable

import msgspec

from foundation.i18n import N_

AND = N_("%(first)s and %(last)s")
OR = N_("%(first)s or %(last)s")
JOINED_BY_OR = ("language", "help")  # names of values of which any one is enough


class Reason(msgspec.Struct, frozen=True):
    """One sentence with the name of the rule or point that it comes from.

    A tuple of words is joined when rendered: by "or" if its name is in JOINED_BY_OR, else by "and".
    """

    rule: str
    message: str  # English message id with %(name)s placeholders
    values: dict[str, str | int | tuple[str, ...]] = {}


def render(reason: Reason, gettext: Callable[[str], str] = str) -> str:
    """The reason as a sentence in the language of `gettext` (message id -> text)."""
    return gettext(reason.message) % {
        name: join_words(value, gettext, OR if name in JOINED_BY_OR else AND)
        if isinstance(value, tuple)
        else value
        for name, value in reason.values.items()
    }


def join_words(words: tuple[str, ...], gettext: Callable[[str], str] = str, last_two: str = AND) -> str:
    """The words as a list in prose: 'a', 'a and b', 'a, b and c'."""
    if len(words) < 2:
        return "".join(words)
    return gettext(last_two) % {"first": ", ".join(words[:-1]), "last": words[-1]}


class MatchingError(Exception):
    """The input of the matching is invalid; `reason` says what is wrong and what to do.

    MatchingError
    ├── PolicyError   the policy file has an unknown key or an invalid value
    ├── PinError      a pinned pair breaks a hard rule, or names a person who is not in the pool
    └── PoolError     an id is not unique
    """

    def __init__(self, reason: Reason) -> None:
        super().__init__(render(reason))
        self.reason = reason


class PolicyError(MatchingError):
    """The policy file is invalid.

    `key` is the key concerned, such as "weights.help", "" for the whole file.
    """

    def __init__(self, key: str, reason: Reason) -> None:
        super().__init__(reason)
        self.key = key


class PinError(MatchingError):
    """A pinned pair, `request_id` and `guide_id`, is not possible.

    `reason.rule` names the rule that it breaks.
    """

    def __init__(self, request_id: str, guide_id: str, reason: Reason) -> None:
        super().__init__(reason)
        self.request_id = request_id
        self.guide_id = guide_id


class PoolError(MatchingError):
    """Two guides or two requests share the id `reason.values["id"]`."""
