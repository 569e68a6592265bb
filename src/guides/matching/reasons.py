"""Reasons as values: a rule's name, an English sentence and what to put into it, rendered later in a language.

A sentence to the citizen speaks about the guide and the other way round. It holds no names, no percentages and
nothing about anyone's life beyond the words that both have given themselves.
"""

from collections.abc import Callable

import msgspec

from foundation.i18n import N_

AND = N_("%(first)s and %(last)s")
OR = N_("%(first)s or %(last)s")
JOINED_BY_OR = ("language", "help")  # values of which any one would have done


class Reason(msgspec.Struct, frozen=True):
    """One sentence with the rule or point that it comes from.

    A tuple of words is joined when rendered: by "or" if its name is in EITHER, else by "and".
    """

    rule: str
    message: str  # English msgid with %(name)s
    values: dict[str, str | int | tuple[str, ...]] = {}


def render(reason: Reason, gettext: Callable[[str], str] = str) -> str:
    """The reason as a sentence in the language of `gettext` (msgid -> text)."""
    return gettext(reason.message) % {
        name: join_words(value, gettext, OR if name in JOINED_BY_OR else AND)
        if isinstance(value, tuple)
        else value
        for name, value in reason.values.items()
    }


def join_words(words: tuple[str, ...], gettext: Callable[[str], str] = str, last_two: str = AND) -> str:
    """'a', 'a and b', 'a, b and c'."""
    if len(words) < 2:
        return "".join(words)
    return gettext(last_two) % {"first": ", ".join(words[:-1]), "last": words[-1]}


class MatchingError(Exception):
    """What the matching was given cannot be used; `reason` says what is wrong and what to do.

    MatchingError
    ├── PolicyError   the policy's text has an unknown key or a bad value
    ├── PinError      a decided pair breaks a hard rule, or names someone who is not in the pool
    └── PoolError     an id occurs twice
    """

    def __init__(self, reason: Reason) -> None:
        super().__init__(render(reason))
        self.reason = reason


class PolicyError(MatchingError):
    """`key` is where in the policy, such as "weights.help"."""

    def __init__(self, key: str, reason: Reason) -> None:
        super().__init__(reason)
        self.key = key


class PinError(MatchingError):
    """`request_id` and `guide_id` are the pair; `reason.rule` names the rule that it breaks."""

    def __init__(self, request_id: str, guide_id: str, reason: Reason) -> None:
        super().__init__(reason)
        self.request_id = request_id
        self.guide_id = guide_id


class PoolError(MatchingError):
    """`reason.values["id"]` is the id that occurs twice."""
